// Matroska (RFC 9559) written by hand: elements of any claim, and films taken apart
// and put together again with more in them than ffmpeg would write.

export const id = {
  segment: 0x18538067,
  info: 0x1549a966,
  scale: 0x2ad7b1,
  duration: 0x4489,
  nextUid: 0x3eb923,
  nextFilename: 0x3e83bb,
  tracks: 0x1654ae6b,
  track: 0xae,
  trackNumber: 0xd7,
  trackUid: 0x73c5,
  trackType: 0x83,
  codec: 0x86,
  video: 0xe0,
  width: 0xb0,
  height: 0xba,
  cluster: 0x1f43b675,
  time: 0xe7,
  simpleBlock: 0xa3,
  group: 0xa0,
  block: 0xa1,
  lasts: 0x9b,
  cues: 0x1c53bb6b,
  seekHead: 0x114d9b74,
  chapters: 0x1043a770,
  edition: 0x45b9,
  chapter: 0xb6,
  chapterUid: 0x73c4,
  chapterStart: 0x91,
  chapterSegment: 0x6e67,
  chapterDisplay: 0x80,
  chapterText: 0x85,
  tags: 0x1254c367,
  tag: 0x7373,
  simpleTag: 0x67c8,
  tagName: 0x45a3,
  tagText: 0x4487,
  attachments: 0x1941a469,
  attached: 0x61a7,
  fileName: 0x466e,
  fileType: 0x4660,
  fileData: 0x465c,
  fileUid: 0x46ae,
  void: 0xec,
};

function idBytes(name: number): Buffer {
  const hex = name.toString(16);
  return Buffer.from(hex.length % 2 ? `0${hex}` : hex, "hex");
}

/** An element that says it has so many bytes; -1: nobody knows how many. */
export function claims(name: number, size: number | bigint, ...parts: Buffer[]): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(
    (1n << 56n) | (BigInt(size) < 0n ? (1n << 56n) - 1n : BigInt(size) & ((1n << 56n) - 1n)),
  );
  return Buffer.concat([idBytes(name), length, ...parts]);
}

export function element(name: number, ...parts: Buffer[]): Buffer {
  return claims(
    name,
    parts.reduce((sum, part) => sum + part.length, 0),
    ...parts,
  );
}

export function text(name: number, words: string): Buffer {
  return element(name, Buffer.from(words));
}

export function number(name: number, n: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(n));
  return element(name, bytes);
}

export function real(name: number, n: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(n);
  return element(name, bytes);
}

/** A block of a track at a time from its cluster's on. */
export function block(name: number, track: number, at: number, body: Buffer): Buffer {
  const head = Buffer.from([0x80 | track, 0, 0, name === id.simpleBlock ? 0x80 : 0]);
  head.writeInt16BE(at, 1);
  return element(name, head, body);
}

export interface Element {
  name: number;
  /** With its head, and without. */
  whole: Buffer;
  body: Buffer;
}

/** All elements of some bytes; one of unknown size takes the rest. */
export function elements(bytes: Buffer): Element[] {
  const all: Element[] = [];
  for (let at = 0; at < bytes.length; ) {
    const n = Math.clz32(bytes[at] as number) - 23;
    const m = Math.clz32(bytes[at + n] as number) - 23;
    let size = (bytes[at + n] as number) & (0xff >> m);
    for (let i = 1; i < m; i++) size = size * 256 + (bytes[at + n + i] as number);
    const from = at + n + m;
    const end = size >= 2 ** (7 * m) - 1 ? bytes.length : from + size;
    all.push({
      name: bytes.readUIntBE(at, n),
      whole: bytes.subarray(at, end),
      body: bytes.subarray(from, end),
    });
    at = end;
  }
  return all;
}

export interface More {
  /** Takes the place of what tells the film's length. */
  info?: Buffer;
  /** More tracks. */
  tracks?: Buffer;
  /** Between the tracks and the pictures. */
  before?: Buffer;
  /** Behind all of them. */
  behind?: Buffer;
}

/** A film with more in it; where things lie in it is not told any more. */
export function remade(film: Buffer, more: More): Buffer {
  const [head, segment] = elements(film) as [Element, Element];
  const parts: Buffer[] = [];
  for (const { name, whole, body } of elements(segment.body)) {
    if ([id.seekHead, id.cues, id.void].includes(name)) continue;
    if (name === id.info && more.info) parts.push(element(id.info, more.info));
    else if (name === id.tracks) {
      parts.push(element(id.tracks, body, more.tracks ?? Buffer.alloc(0)));
      parts.push(more.before ?? Buffer.alloc(0));
    } else parts.push(whole);
  }
  return Buffer.concat([
    head.whole,
    claims(id.segment, -1, ...parts, more.behind ?? Buffer.alloc(0)),
  ]);
}
