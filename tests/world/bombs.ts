// Films that claim, or hold, more than anybody can want: tracks, tables, times, pictures
// and words without measure. All of them are made of a good one, and cost few bytes
// where a reader could spend much.
import { readFileSync } from "node:fs";
import { box, boxOf, changed, words } from "./atoms.ts";
import type { Hostile } from "./lures.ts";
import { block, claims, element, id, number, real, remade, text } from "./matroska.ts";
import { clip } from "./media.ts";
import { many } from "./place.ts";

const times = (n: number, make: (i: number) => Buffer) =>
  Buffer.concat(Array.from({ length: n }, (_, i) => make(i)));

/* --- Matroska -------------------------------------------------------------------- */

const wordTrack = (n: number, codec: string) =>
  element(
    id.track,
    number(id.trackNumber, n),
    number(id.trackUid, n),
    number(id.trackType, 17),
    text(id.codec, codec),
  );

const chapter = (i: number, ...inside: Buffer[]) =>
  element(
    id.chapter,
    number(id.chapterUid, i + 1),
    number(id.chapterStart, i * 1000),
    element(id.chapterDisplay, text(id.chapterText, `Part ${i}`)),
    ...inside,
  );

const attached = (i: number, data: Buffer) =>
  element(
    id.attached,
    text(id.fileName, `f${i}.ttf`),
    text(id.fileType, "application/x-truetype-font"),
    number(id.fileUid, i + 1),
    data,
  );

/** Each in the next: a, which is in b, which is in c. */
function nested(depth: number, make: (inside: Buffer) => Buffer): Buffer {
  let all: Buffer = Buffer.alloc(0);
  for (let i = 0; i < depth; i++) all = make(all);
  return all;
}

/** Cues of a track of words, each in a group of its own. */
function cues(track: number, n: number, words: (i: number) => string): Buffer {
  const groups = times(n, (i) =>
    element(
      id.group,
      block(id.block, track, i % 5000, Buffer.from(words(i))),
      number(id.lasts, 50),
    ),
  );
  return element(id.cluster, number(id.time, 0), groups);
}

const lasting = (duration: number) =>
  Buffer.concat([number(id.scale, 1_000_000), real(id.duration, duration)]);

function matroska(film: Buffer): Record<string, Buffer> {
  const data = (size: number) => claims(id.fileData, size, Buffer.alloc(Math.min(size, 64)));
  const tag = (i: number) =>
    element(id.simpleTag, text(id.tagName, `N${i}`), text(id.tagText, "x"));
  const large = "<b>{\\blur9999\\fs99999\\t(0,1,\\frz99999)}".repeat(40);
  return {
    "Many Tracks": remade(film, {
      tracks: times(many(20_000, 100_000), (i) => wordTrack(100 + i, "S_TEXT/UTF8")),
    }),
    "Many Sound Tracks": remade(film, {
      tracks: times(500, (i) => wordTrack(100 + i, i % 2 ? "S_TEXT/ASS" : "S_HDMV/PGS")),
    }),
    "Many Chapters": remade(film, {
      before: element(
        id.chapters,
        element(
          id.edition,
          times(many(20_000, 100_000), (i) => chapter(i)),
        ),
      ),
    }),
    "Deep Chapters": remade(film, {
      before: element(
        id.chapters,
        element(
          id.edition,
          nested(many(300, 1500), (inside) => chapter(1, inside)),
        ),
      ),
    }),
    "Many Tags": remade(film, {
      before: element(id.tags, element(id.tag, times(many(5_000, 1_000_000), tag))),
    }),
    "Deep Tags": remade(film, {
      before: element(
        id.tags,
        element(
          id.tag,
          nested(many(300, 1500), (i) => element(id.simpleTag, text(id.tagName, "x"), i)),
        ),
      ),
    }),
    "Attachment Claimed": remade(film, {
      before: element(id.attachments, attached(0, data(2 ** 30))),
    }),
    "Endless Claim": remade(film, { before: claims(id.tags, 2n ** 55n, Buffer.alloc(9)) }),
    "No Length": remade(film, { info: lasting(Number.NaN) }),
    "Endless Length": remade(film, { info: lasting(Number.POSITIVE_INFINITY) }),
    "Great Length": remade(film, { info: lasting(1e300) }),
    "Negative Length": remade(film, { info: lasting(-5000) }),
    "Four Hours": remade(film, { info: lasting(4 * 3_600_000) }),
    "Two Hundred Hours": remade(film, { info: lasting(200 * 3_600_000) }),
    "No Scale": remade(film, {
      info: Buffer.concat([number(id.scale, 0), real(id.duration, 6000)]),
    }),
    "Many Cues": remade(film, { behind: cues(4, many(50_000, 1_000_000), (i) => `Cue ${i}`) }),
    "Long Cue": remade(film, { behind: cues(4, 1, () => "x".repeat(many(12 << 20, 100 << 20))) }),
    "Deep Marks": remade(film, {
      behind: cues(4, 200, () => `${large}${"<i>".repeat(2000)}Deep`),
    }),
  };
}

/* --- MP4 ------------------------------------------------------------------------- */

const stbl = "moov/trak/mdia/minf/stbl";

function mp4(film: Buffer): Record<string, Buffer> {
  const [n, edits] = [many(200_000, 1_000_000), many(10_000, 200_000)];
  const lie = (table: string, ...numbers: number[]) =>
    changed(film, `${stbl}/${table}`, () => words(0, ...numbers));
  const trak = box("trak", box("tkhd", Buffer.alloc(84)));
  const length = (version: number, ...numbers: number[]) =>
    changed(film, "moov/mvhd", (body) => {
      const rest = body.subarray(20);
      return Buffer.concat([Buffer.from([version, 0, 0, 0]), words(...numbers), rest]);
    });
  return {
    "Many Boxes": changed(film, "moov", (body) =>
      Buffer.concat([body, times(many(20_000, 100_000), () => trak)]),
    ),
    "Deep Boxes": changed(film, "moov", (body) =>
      Buffer.concat([body, nested(10_000, (inside) => box("udta", inside))]),
    ),
    "Times Claimed": lie("stts", 0xffffffff, 1, 1),
    "Times of One": lie("stts", 1, 0x7fffffff, 1),
    "Times Many": changed(film, `${stbl}/stts`, () =>
      Buffer.concat([words(0, n), times(n, () => words(1, 1))]),
    ),
    "Times of Zero": lie("stts", 1, 100, 0),
    "Times Negative": lie("stts", 1, 100, 0x80000000),
    "Sizes Claimed": lie("stsz", 0, 0xffffffff, 1, 2, 3),
    "Sizes of One": lie("stsz", 1, 0x7fffffff),
    "Sizes Many": changed(film, `${stbl}/stsz`, () =>
      Buffer.concat([words(0, 0, n), Buffer.alloc(4 * n, 1)]),
    ),
    "Places Claimed": lie("stco", 0xffffffff, 1, 2, 3),
    "Places Many": changed(film, `${stbl}/stco`, () =>
      Buffer.concat([words(0, n), Buffer.alloc(4 * n)]),
    ),
    "Shifts Huge": changed(film, stbl, (body) =>
      Buffer.concat([body, box("ctts", words(0, 1, 0x7fffffff, 0x7fffffff))]),
    ),
    "Box Claimed": changed(film, "moov", (body) => ({ body, size: 0x7fffffff })),
    "Box of Nothing": changed(film, "moov/trak", (body) => ({ body, size: 4 })),
    "Lasts Nothing": length(0, 0, 0, 1000, 0),
    "Lasts Longest": length(0, 0, 0, 1, 0xffffffff),
    "Edits Many": changed(film, "moov/trak", (body) =>
      Buffer.concat([
        body,
        box(
          "edts",
          box(
            "elst",
            words(0, edits),
            times(edits, (i) => words(1, i % 2 ? 0xffffffff : i, 0x10000)),
          ),
        ),
      ]),
    ),
    "Fragments Claimed": Buffer.concat([
      film,
      box(
        "moof",
        box("mfhd", words(0, 1)),
        box("traf", box("tfhd", words(0, 1)), box("trun", words(1, 0xffffffff, 0))),
      ),
      boxOf("mdat", 0x7fffffff),
    ]),
  };
}

/* --- Transport streams ------------------------------------------------------------ */

function crc(bytes: Buffer): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte << 24;
    for (let i = 0; i < 8; i++) sum = (sum << 1) ^ (sum & 0x80000000 ? 0x04c11db7 : 0);
  }
  return sum;
}

/** Tables in packets of their own: one may go on in the next. */
function section(pid: number, table: number, number: number, rest: Buffer): Buffer {
  const length = rest.length + 9;
  const head = Buffer.from([
    table,
    0xb0 | (length >> 8),
    length & 255,
    number >> 8,
    number & 255,
    0xc1,
    0,
    0,
  ]);
  const body = Buffer.concat([head, rest]);
  const all = Buffer.concat([Buffer.from([0]), body, words(crc(body))]);
  const packets: Buffer[] = [];
  for (let at = 0, i = 0; at < all.length; at += 184, i++) {
    const packet = Buffer.alloc(188, 0xff);
    packet.set([0x47, (i === 0 ? 0x40 : 0) | (pid >> 8), pid & 255, 0x10 | (i & 15)]);
    packet.set(all.subarray(at, at + 184), 4);
    packets.push(packet);
  }
  return Buffer.concat(packets);
}

/** Programs with streams in thousands, of each of which nothing comes. */
function programs(film: Buffer): Buffer {
  const count = 40;
  const map = Buffer.concat(
    Array.from({ length: count }, (_, i) =>
      Buffer.from([0, i + 10, 0xe0 | ((0x400 + i) >> 8), (0x400 + i) & 255]),
    ),
  );
  const tables = times(count, (i) => {
    const streams = times(190, (j) => {
      const pid = 0x500 + ((i * 190 + j) % 6000);
      return Buffer.from([j % 2 ? 0x1b : 0x0f, 0xe0 | (pid >> 8), pid & 255, 0xf0, 0]);
    });
    return section(0x400 + i, 2, i + 10, Buffer.concat([Buffer.from([0xe1, 0, 0xf0, 0]), streams]));
  });
  return Buffer.concat([section(0, 0, 1, map), tables, film]);
}

/** Those that are no films to ffmpeg, and why. */
const refusals: Record<string, string> = {
  "Many Tracks": "too_much",
  "Many Chapters": "too_much",
  "Many Boxes": "too_much",
  "Many Programs": "no_picture",
  "Deep Boxes": "damaged",
  "Box of Nothing": "damaged",
  "Fragments Claimed": "damaged",
  "Sizes Claimed": "damaged",
  "Times Claimed": "probe_killed",
  "Places Claimed": "probe_killed",
};

/* --- All ------------------------------------------------------------------------- */

/** All of them. */
export async function bombs(stream: Buffer): Promise<Hostile[]> {
  const mkv = readFileSync(await clip("surround.mkv"));
  const mov = readFileSync(await clip("tail.mp4"));
  const named = (all: Record<string, Buffer>, extension: string): Hostile[] =>
    Object.entries(all).map(([name, bytes]) => {
      const code = refusals[name];
      return { name, extension, bytes, ...(code === undefined ? {} : { refused: code }) };
    });
  return [
    ...named(matroska(mkv), "mkv"),
    ...named(mp4(mov), "mp4"),
    ...named({ "Many Programs": programs(stream) }, "ts"),
  ];
}
