import { others } from "virtual:messages";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
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

  it("has what a screen wants while it comes", async () => {
    // Of its own, with nothing loaded.
    vi.resetModules();
    const { others } = await import("virtual:messages");
    const { loadArea, speak, t } = await import("./messages.ts");
    await loadArea("title");
    const later = (await others.de?.())?.default.later;
    const title = later?.title;
    if (title === undefined) throw new Error("no German");
    const asked = vi.fn();
    let come: () => void = () => undefined;
    const late = new Promise<void>((done) => {
      come = done;
    });
    vi.spyOn(later ?? {}, "title").mockImplementation(() => {
      asked();
      return late.then(title);
    });
    const speaking = speak("de");
    await vi.waitFor(() => expect(asked).toHaveBeenCalled());
    await loadArea("account");
    const english = t("account.autoplay");
    come();
    await speaking;
    expect(t("account.autoplay")).not.toBe("account.autoplay");
    expect(t("account.autoplay")).not.toBe(english);
    vi.restoreAllMocks();
  });

  it("is remembered for who signs in next", async () => {
    await prefer("de-CH");
    await speak("en");
    await firstLanguage();
    expect(language()).toBe("de");
  });

  it("is asked for again when it could not be had", async () => {
    vi.spyOn(others, "fr").mockRejectedValueOnce(new Error("away"));
    await expect(speak("fr")).rejects.toThrow("away");
    await prefer("fr");
    expect(language()).toBe("fr");
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
