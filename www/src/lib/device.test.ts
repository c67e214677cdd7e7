import { describe, expect, it } from "vitest";
import { isTelevision } from "./device.ts";

describe("a television", () => {
  it("is known by its browser's name", () => {
    for (const agent of [
      "Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) AppleWebKit/537.36 (KHTML, like Gecko) 76.0.3809.146/6.0 TV Safari/537.36",
      "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/79.0.3945.79 Safari/537.36",
      "Mozilla/5.0 (Linux; Andr0id 9; BRAVIA 4K UR2) AppleWebKit/537.36 Chrome/88.0.4324.152 Safari/537.36",
      "Mozilla/5.0 (Linux; Android 9; AFTMM) AppleWebKit/537.36 Chrome/108.0.0.0 Safari/537.36",
      "Opera/9.80 (Linux mips; HbbTV/1.2.1 (; Philips; 40HFL5010T12;)) Presto/2.12 Version/12.50",
    ])
      expect(isTelevision(agent)).toBe(true);
  });
  it("is no telephone and no computer", () => {
    for (const agent of [
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
      "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36",
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1",
    ])
      expect(isTelevision(agent)).toBe(false);
  });
});
