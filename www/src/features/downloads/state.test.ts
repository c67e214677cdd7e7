import { describe, expect, it } from "vitest";
import { decodeBits, hasBit, layOut, piecesText } from "./pieces.ts";
import { roomText, segments } from "./room.tsx";
import { download } from "./sample.ts";
import { facts, leftText, magnetsIn, merge, mood, needsHelp, percent, stateText } from "./state.ts";

describe("a download in words", () => {
  it("says what comes, how fast, from whom and how long", () => {
    expect(stateText(download())).toBe("Fetching");
    expect(facts(download())).toEqual(["1.2 GB of 3.0 GB", "↓ 3.0 MB/s", "5 peers", "10 min left"]);
  });
  it("guesses no seconds of minutes", () => {
    expect([593, 61, 60, 59, 0, 7300].map(leftText)).toEqual([
      "10 min left",
      "2 min left",
      "1 min left",
      "59 s left",
      "1 s left",
      "2 h 2 min left",
    ]);
  });
  it("does not claim to fetch what does not come", () => {
    expect(stateText(download({ rate: 0 }))).toContain("Looking for others");
    expect(stateText(download({ state: "metadata", size: null }))).toContain("what is inside");
  });
  it("tells how far a file is read before it is shared", () => {
    const read = download({ state: "hashing", peers: 0, done: 3e9, rate: 5e8, eta: 4 });
    expect(stateText(read)).toContain("Reading the file");
    expect(facts(read)).toEqual(["3.0 GB of 3.0 GB", "500 MB/s", "4 s left"]);
    expect(mood(read)).toBe("busy");
  });
  it("speaks of sharing once all is here", () => {
    const whole = download({ state: "seeding", done: 3e9, uploaded: 1.5e9, ratio: 0.5, peers: 1 });
    expect(facts(whole)).toEqual(["3.0 GB", "↑ 0 B/s", "1 peer", "ratio 0.50"]);
    expect(stateText({ ...whole, isOwnFile: true })).toBe("Shared from the library");
  });
  it("has one mood", () => {
    expect(mood(download())).toBe("busy");
    expect(mood(download({ problem: "stalled" }))).toBe("bad");
    expect(mood(download({ state: "paused" }))).toBe("calm");
    expect(mood(download({ state: "seeding" }))).toBe("good");
  });
  it("warns only of what needs somebody", () => {
    const waiting = download({ state: "waiting", sentence: "It comes when somebody watches it." });
    expect(needsHelp(waiting)).toBe(false);
    expect(needsHelp(download({ state: "finished", sentence: "Shared no more." }))).toBe(false);
    expect(needsHelp({ ...waiting, problem: "no_interface" })).toBe(true);
    expect(needsHelp(download({ state: "failed" }))).toBe(true);
  });
  it("is never complete before it is", () => {
    expect(percent(0.9999)).toBe(99);
    expect(percent(1)).toBe(100);
  });
});

describe("the list", () => {
  it("takes news in place, and what is new first", () => {
    const list = [download({ id: 1 }), download({ id: 2 })];
    expect(merge(list, download({ id: 2, peers: 9 })).map((d) => [d.id, d.peers])).toEqual([
      [1, 5],
      [2, 9],
    ]);
    expect(merge(list, download({ id: 3 })).map((d) => d.id)).toEqual([3, 1, 2]);
  });
});

describe("magnets in a text", () => {
  it("are found wherever they stand, each once", () => {
    const one = `magnet:?xt=urn:btih:${"a".repeat(40)}&dn=A%20film`;
    expect(magnetsIn(`see <a href="${one}">${one}</a>\nMAGNET:?xt=2`)).toEqual([
      one,
      "MAGNET:?xt=2",
    ]);
    expect(magnetsIn("https://example.org/film.torrent")).toEqual([]);
  });
});

describe("pieces", () => {
  const bits = (text: string): Uint8Array => {
    const out = new Uint8Array(Math.ceil(text.length / 8));
    for (const [i, c] of [...text].entries())
      if (c === "1") out[i >> 3] = (out[i >> 3] ?? 0) | (0x80 >> (i & 7));
    return out;
  };
  it("are read from the highest bit on", () => {
    const two = decodeBits(btoa("\x80\x01"));
    expect([0, 1, 14, 15, 16].map((i) => hasBit(two, i))).toEqual([
      true,
      false,
      false,
      true,
      false,
    ]);
    expect(decodeBits("no base64!")).toHaveLength(0);
  });
  it("are cells of their own while they fit", () => {
    const cells = layOut(bits("1100"), bits("1110"), 4, 280, 120);
    expect(cells).toMatchObject({ edge: 28, columns: 10 });
    expect(cells.here).toEqual([1, 1, 0, 0]);
    expect(cells.coming).toEqual([1, 1, 1, 0]);
  });
  it("share a cell when there are too many, and none is left out", () => {
    const n = 1000;
    const cells = layOut(bits("1".repeat(500) + "0".repeat(500)), bits(""), n, 80, 80);
    expect(cells.here).toHaveLength(100);
    expect(cells.here.reduce((a, b) => a + b)).toBe(50);
  });
  it("are said in words", () => {
    expect(piecesText(bits("0000"), 4)).toBe("None of 4 pieces is here yet.");
    expect(piecesText(bits("1101"), 4)).toBe("3 of 4 pieces are here, whole up to 50%.");
    expect(piecesText(bits("0111"), 4)).toContain("the beginning is missing");
    expect(piecesText(bits("1111"), 4)).toBe("All 4 pieces are here.");
    expect(piecesText(bits(""), 0)).toContain("not known yet");
  });
});

describe("room", () => {
  const item = (used: number) => ({
    downloadId: used,
    title: "",
    used,
    pinned: false,
    reason: null,
  });
  const data = {
    limit: 100e9,
    used: 30e9,
    left: 0,
    admitted: 30e9,
    free: 200e9,
    items: [item(20e9), item(10e9)],
  };
  it("is drawn to scale", () => {
    expect(segments(data)).toEqual([20, 10]);
    expect(segments({ ...data, limit: 10e9 })[0]).toBeCloseTo(66.7, 1);
    expect(segments({ ...data, items: [item(1)] })).toEqual([]);
  });
  it("is said", () => {
    expect(roomText(data)).toBe("30 GB of 100 GB used, 200 GB free on the disk");
  });
});
