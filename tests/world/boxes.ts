// What stands in fragmented MP4 (ISO/IEC 14496-12), read strictly and independently
// of lib/hls: a box that is too long, a sample outside of its bytes, a second track
// throw. Codecs are named by RFC 6381 from what decoders are set up with.
import assert from "node:assert/strict";

export interface Box {
  type: string;
  body: Buffer;
  /** Where it begins and ends in what was read. */
  at: number;
  end: number;
}

/** All boxes of some bytes, which they must fill. */
export function boxes(bytes: Buffer): Box[] {
  const all: Box[] = [];
  for (let at = 0; at < bytes.length; ) {
    assert.ok(at + 8 <= bytes.length, "bytes behind the last box");
    const size = bytes.readUInt32BE(at);
    const type = bytes.toString("latin1", at + 4, at + 8);
    assert.match(type, /^[\x20-\x7e\xa9]{4}$/, "the type of a box");
    assert.ok(size >= 8 && at + size <= bytes.length, `box ${type} has ${size} bytes`);
    all.push({ type, body: bytes.subarray(at + 8, at + size), at, end: at + size });
    at += size;
  }
  return all;
}

/** The one box at the end of a path, as "moov/trak/mdia". */
export function only(bytes: Buffer, path: string): Buffer {
  let body = bytes;
  for (const type of path.split("/")) {
    const found = boxes(body).filter((box) => box.type === type);
    assert.equal(found.length, 1, `${found.length} boxes ${type} of ${path}`);
    body = (found[0] as Box).body;
  }
  return body;
}

const hex = (n: number, digits = 2) => n.toString(16).padStart(digits, "0");
const two = (n: number) => String(n).padStart(2, "0");

function hevc(type: string, config: Buffer): string {
  const first = config[1] as number;
  let compatible = 0;
  const said = config.readUInt32BE(2);
  for (let i = 0; i < 32; i++) if ((said >>> i) & 1) compatible |= 1 << (31 - i);
  const constraints = [...config.subarray(6, 12)];
  while (constraints.length > 0 && constraints.at(-1) === 0) constraints.pop();
  return [
    type,
    ["", "A", "B", "C"][first >> 6] + String(first & 31),
    (compatible >>> 0).toString(16).toUpperCase(),
    (first & 0x20 ? "H" : "L") + String(config[12]),
    ...constraints.map((n) => n.toString(16).toUpperCase()),
  ].join(".");
}

function av1(config: Buffer): string {
  const [, levels, rest] = config as unknown as [number, number, number];
  const isHigh = (rest & 0x40) !== 0;
  const depth = isHigh ? (levels >> 5 === 2 && (rest & 0x20) !== 0 ? 12 : 10) : 8;
  return `av01.${levels >> 5}.${two(levels & 31)}${rest & 0x80 ? "H" : "M"}.${two(depth)}`;
}

/** MPEG-4 descriptors: a tag, a length of 7 bits a byte, a body. */
function descriptor(bytes: Buffer, tag: number): Buffer {
  assert.equal(bytes[0], tag, "a descriptor");
  let at = 1;
  let length = 0;
  for (let more = true; more; at++) {
    length = (length << 7) | ((bytes[at] as number) & 127);
    more = ((bytes[at] as number) & 128) !== 0;
  }
  assert.ok(at + length <= bytes.length, "a descriptor's length");
  return bytes.subarray(at, at + length);
}

/** The codec of an mp4a and its channels: those of its sample entry are always 2. */
function mpeg4Sound(esds: Buffer): [codec: string, channels: number] {
  const stream = descriptor(esds.subarray(4), 3);
  const decoder = descriptor(stream.subarray(3), 4);
  const kind = decoder[0] as number;
  if (kind !== 0x40) return [`mp4a.${hex(kind)}`, 0];
  const config = descriptor(decoder.subarray(13), 5);
  const object = (config[0] as number) >> 3;
  assert.notEqual(object, 31, "an object type that is named later");
  // Behind the set-up of a simple decoder: the one of SBR, 0x2b7 and 5, and that it is there.
  if (object === 2 && config.length >= 5 && config.readUInt16BE(2) === 0x56e5)
    if (((config[4] as number) & 0x80) !== 0)
      return ["mp4a.40.5", ((config[1] as number) >> 3) & 15];
  return [`mp4a.40.${object}`, ((config[1] as number) >> 3) & 15];
}

/** What a track is, by what stands before its first sample. */
export interface Track {
  codec: string;
  timescale: number;
  isSound: boolean;
  width: number;
  height: number;
  /** 0: not said. */
  channels: number;
}

const codecs: Record<string, (type: string, boxOf: (name: string) => Buffer) => string> = {
  avc1: (type, of) => `${type}.${of("avcC").toString("hex", 1, 4).toUpperCase()}`,
  hvc1: (type, of) => hevc(type, of("hvcC")),
  av01: (_, of) => av1(of("av1C")),
  vp09: (type, of) => {
    const config = of("vpcC");
    const [profile, level, depth] = [config[4], config[5], (config[6] as number) >> 4];
    return `${type}.${two(profile as number)}.${two(level as number)}.${two(depth)}`;
  },
  mp4a: (_, of) => mpeg4Sound(of("esds"))[0],
  "ac-3": (type, of) => (of("dac3").length === 3 ? type : ""),
  "ec-3": (type, of) => (of("dec3").length >= 5 ? type : ""),
  Opus: (type, of) => (of("dOps")[0] === 0 ? type : ""),
  fLaC: (type, of) => (of("dfLa").length >= 38 ? type : ""),
};

/** The track that an initialization segment begins. */
export function readInit(init: Buffer): Track {
  const top = boxes(init).map((box) => box.type);
  assert.deepEqual(top.slice(0, 2), ["ftyp", "moov"], "an initialization segment");
  assert.ok(!top.includes("mdat"), "samples before the first segment");
  const moov = only(init, "moov");
  const media = only(moov, "trak/mdia");
  const header = only(media, "mdhd");
  assert.equal(only(moov, "mvex/trex").readUInt32BE(4), 1, "mvex speaks of the track");
  const kind = only(media, "hdlr").toString("latin1", 8, 12);
  assert.ok(kind === "vide" || kind === "soun", `a track of ${kind}`);
  const isSound = kind === "soun";
  const entries = boxes(only(media, "minf/stbl/stsd").subarray(8));
  assert.equal(entries.length, 1, "sample entries");
  const { type, body } = entries[0] as Box;
  const inside = body.subarray(isSound ? 28 : 78);
  const name = codecs[type];
  assert.ok(name !== undefined, `a sample entry ${type}`);
  return {
    codec: name(type, (box) => only(inside, box)),
    timescale: header.readUInt32BE(header[0] === 1 ? 20 : 12),
    isSound,
    width: isSound ? 0 : body.readUInt16BE(24),
    height: isSound ? 0 : body.readUInt16BE(26),
    channels: type === "mp4a" ? mpeg4Sound(only(inside, "esds"))[1] : 0,
  };
}

export interface Fragment {
  number: number;
  /** Ticks: its first sample is decoded, its last one has been. */
  begins: number;
  ends: number;
  samples: { shown: number; lasts: number; isKey: boolean; bytes: Buffer }[];
}

function fragment(moof: Box, mdat: Box, whole: Buffer): Fragment {
  const traf = only(moof.body, "traf");
  const header = only(traf, "tfhd");
  assert.equal(header.readUInt32BE(0), 0x20000, "tfhd: offsets from the moof alone");
  assert.equal(header.readUInt32BE(4), 1, "tfhd: the track");
  const time = only(traf, "tfdt");
  const begins = Number(time[0] === 1 ? time.readBigUInt64BE(4) : time.readUInt32BE(4));
  const run = only(traf, "trun");
  assert.equal(run.readUInt32BE(0), 0x1000f01, "trun: all of each sample, signed shifts");
  const count = run.readUInt32BE(4);
  assert.equal(run.length, 12 + 16 * count, "trun's length");
  let from = moof.at + run.readInt32BE(8);
  assert.equal(from, mdat.at + 8, "the first sample begins mdat");
  let decoded = begins;
  const samples: Fragment["samples"] = [];
  for (let i = 0, at = 12; i < count; i++, at += 16) {
    const lasts = run.readUInt32BE(at);
    const size = run.readUInt32BE(at + 4);
    const isKey = (run.readUInt32BE(at + 8) & 0x10000) === 0;
    const bytes = whole.subarray(from, from + size);
    samples.push({ shown: decoded + run.readInt32BE(at + 12), lasts, isKey, bytes });
    decoded += lasts;
    from += size;
  }
  assert.equal(from, mdat.end, "samples fill mdat");
  return { number: only(moof.body, "mfhd").readUInt32BE(4), begins, ends: decoded, samples };
}

/** The one fragment of a media segment. */
export function readSegment(segment: Buffer): Fragment {
  const all = boxes(segment).filter((box) => box.type !== "styp");
  assert.deepEqual(
    all.map((box) => box.type),
    ["moof", "mdat"],
    "boxes of a segment",
  );
  const found = fragment(all[0] as Box, all[1] as Box, segment);
  assert.ok(found.samples.length > 0, "a segment without samples");
  return found;
}
