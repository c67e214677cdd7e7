import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bestOf, firstLanguage, isRtl, language, prefer, said, speak, t } from "./messages.ts";

beforeEach(() => localStorage.clear());
afterEach(() => speak("en"));

describe("the language", () => {
  it("is the first that there is, whatever its region", () => {
    expect(bestOf(["sv", "de-AT", "en"])).toBe("de");
    expect(bestOf(["EN-gb"])).toBe("en");
    expect(bestOf(["sv", "xx"])).toBeNull();
    expect(bestOf([])).toBeNull();
  });

  it("changes all that is said, and how the page is written", async () => {
    const english = t("app.loading");
    await speak("ar");
    expect(language()).toBe("ar");
    expect(isRtl()).toBe(true);
    expect(document.documentElement.lang).toBe("ar");
    expect(document.documentElement.dir).toBe("rtl");
    expect(t("app.loading")).not.toBe(english);
    await speak("en");
    expect(document.documentElement.dir).toBe("ltr");
    expect(t("app.loading")).toBe(english);
  });

  it("keeps names in other letters in one piece, and its figures in one kind", async () => {
    expect(t("app.page", { name: "Web Weave" })).toBe("Web Weave – Miauflix");
    await speak("ar");
    expect(t("app.page", { name: "Web Weave" })).toBe("\u2068Web Weave\u2069 – Miauflix");
    expect(t("app.time.hm", { h: 1, m: 30 })).toMatch(/1.*30/);
  });

  it("is the last that was asked for, whichever comes first", async () => {
    await Promise.all([speak("ar"), speak("en")]);
    expect(language()).toBe("en");
  });

  it("is remembered for who signs in next", async () => {
    await prefer("de-CH");
    await speak("en");
    await firstLanguage();
    expect(language()).toBe("de");
  });

  it("stays when the person's is none of ours", async () => {
    await prefer("sv");
    expect(language()).toBe("en");
    expect(firstLanguage()).toBeNull();
  });
});

describe("what the server says", () => {
  it("is its own sentence in English, and the code's elsewhere where it is known", async () => {
    expect(said("codes.error.not_found", "No film 7.")).toBe("No film 7.");
    await speak("de");
    await expect.poll(() => said("codes.error.not_found", "No film 7.")).toBe("Nicht gefunden");
    expect(said("codes.error.of_tomorrow", "No film 7.")).toBe("No film 7.");
  });
});
