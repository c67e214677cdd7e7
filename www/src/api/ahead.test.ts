import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fetchAhead, knownAhead, takeAhead } from "./ahead.ts";
import { sessionId } from "./client.ts";
import { live, tell } from "./events.ts";

const KEY = "movie-1";

/** Something that comes when it is told to. */
function load() {
  let come: (value: string) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const coming = new Promise<string>((done, no) => {
    come = done;
    fail = no;
  });
  return { run: vi.fn(() => coming), come, fail };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  live.value = "open";
  tell("reset", null);
});

afterEach(() => {
  vi.useRealTimers();
  live.value = "off";
});

describe("what was fetched for a page that may be opened", () => {
  it("is there with the first frame, and taken once", async () => {
    const one = load();
    fetchAhead(KEY, one.run);
    fetchAhead(KEY, one.run);
    expect(one.run).toHaveBeenCalledTimes(1);
    expect(knownAhead(KEY)).toBeNull();
    one.come("a film");
    await settle();
    expect(knownAhead(KEY)).toBe("a film");
    expect(await takeAhead(KEY)).toBe("a film");
    expect(takeAhead(KEY)).toBeNull();
  });
  it("is waited for while it is on its way", async () => {
    const one = load();
    fetchAhead(KEY, one.run);
    const taken = takeAhead(KEY);
    one.come("a film");
    expect(await taken).toBe("a film");
  });
  it("is drawn but asked for anew after a while, and where no news come", async () => {
    const one = load();
    fetchAhead(KEY, one.run);
    one.come("a film");
    await vi.advanceTimersByTimeAsync(6000);
    expect(knownAhead(KEY)).toBe("a film");
    expect(takeAhead(KEY)).toBeNull();
    fetchAhead(KEY, one.run);
    await settle();
    live.value = "lost";
    expect(takeAhead(KEY)).toBeNull();
  });
  it.each(["library", "playback", "download", "reset"])(
    "is gone with news of %s",
    async (topic) => {
      const [here, coming] = [load(), load()];
      fetchAhead(KEY, here.run);
      here.come("a film");
      await settle();
      fetchAhead("movie-2", coming.run);
      tell(topic, null);
      coming.come("another");
      await settle();
      for (const key of [KEY, "movie-2"])
        expect([knownAhead(key), takeAhead(key)]).toEqual([null, null]);
    },
  );
  it("is not for the next person", async () => {
    const [here, coming] = [load(), load()];
    fetchAhead(KEY, here.run);
    here.come("a film");
    await settle();
    fetchAhead("movie-2", coming.run);
    sessionId.value = "another";
    coming.come("another");
    await settle();
    for (const key of [KEY, "movie-2"])
      expect([knownAhead(key), takeAhead(key)]).toEqual([null, null]);
    sessionId.value = null;
  });
  it("is tried again when it failed", async () => {
    const one = load();
    fetchAhead(KEY, one.run);
    one.fail(new Error("away"));
    await settle();
    const again = load();
    fetchAhead(KEY, again.run);
    again.come("a film");
    expect(await takeAhead(KEY)).toBe("a film");
  });
});
