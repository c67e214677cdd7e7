import { beforeEach, describe, expect, it, vi } from "vitest";
import { chunk } from "./chunk.ts";
import { Unreachable } from "./client.ts";

const anew = vi.fn();
const around = { build: "index-1.js", ask: async () => undefined, anew };
const missing = () => Promise.reject(new TypeError("Failed to fetch"));
const settle = () => new Promise((done) => setTimeout(done));

beforeEach(() => {
  sessionStorage.clear();
  anew.mockClear();
});

describe("a part of the app", () => {
  it("is given", async () => {
    expect(await chunk(async () => "part", around)).toBe("part");
    expect(anew).not.toHaveBeenCalled();
  });

  it("that is gone makes the page load anew, and nothing is told", async () => {
    const ended = vi.fn();
    chunk(missing, around).then(ended, ended);
    await settle();
    expect(anew).toHaveBeenCalledTimes(1);
    expect(ended).not.toHaveBeenCalled();
  });

  it("makes it load anew once for a build", async () => {
    void chunk(missing, around);
    await settle();
    await expect(chunk(missing, around)).rejects.toThrow("Failed to fetch");
    expect(anew).toHaveBeenCalledTimes(1);
    void chunk(missing, { ...around, build: "index-2.js" });
    await settle();
    expect(anew).toHaveBeenCalledTimes(2);
  });

  it("waits for a server that is away", async () => {
    const ask = () => Promise.reject(new Unreachable());
    await expect(chunk(missing, { ...around, ask })).rejects.toBeInstanceOf(Unreachable);
    expect(anew).not.toHaveBeenCalled();
  });

  it("does not load anew where nothing can be remembered", async () => {
    const setItem = () => {
      throw new Error("switched off");
    };
    vi.stubGlobal("sessionStorage", { getItem: () => null, setItem });
    await expect(chunk(missing, around)).rejects.toThrow("Failed to fetch");
    expect(anew).not.toHaveBeenCalled();
    vi.unstubAllGlobals();
  });
});
