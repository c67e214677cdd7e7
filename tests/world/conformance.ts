// Whether what a film's address offers as HLS is as RFC 8216 and players ask:
// playlists are read by a grammar, and what they say of codecs, sizes, rates and
// lengths is compared with what the segments hold (tests/world/boxes.ts).
import assert from "node:assert/strict";
import { type Fragment, readInit, readSegment, type Track } from "./boxes.ts";

type Attributes = Map<string, string>;

const value = /^(?:"[^"\r\n]*"|[^",\s]+)$/;
const kinds: Record<string, RegExp> = {
  BANDWIDTH: /^[1-9]\d*$/,
  "AVERAGE-BANDWIDTH": /^[1-9]\d*$/,
  CODECS: /^"[A-Za-z0-9.-]+(,[A-Za-z0-9.-]+)*"$/,
  RESOLUTION: /^[1-9]\d*x[1-9]\d*$/,
  "FRAME-RATE": /^\d+\.\d{3}$/,
  "VIDEO-RANGE": /^(SDR|PQ|HLG)$/,
  AUDIO: /^".+"$/,
  SUBTITLES: /^".+"$/,
  TYPE: /^(AUDIO|SUBTITLES)$/,
  "GROUP-ID": /^".+"$/,
  NAME: /^".+"$/,
  LANGUAGE: /^"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"$/,
  DEFAULT: /^(YES|NO)$/,
  AUTOSELECT: /^(YES|NO)$/,
  FORCED: /^(YES|NO)$/,
  CHANNELS: /^"[1-9]\d?"$/,
  CHARACTERISTICS: /^"[a-z0-9.-]+(,[a-z0-9.-]+)*"$/,
  URI: /^"[a-z0-9-]+(\.m3u8|\/init\.mp4)"$/,
};

function attributes(text: string): Attributes {
  const all: Attributes = new Map();
  for (const part of text.match(/[^,"]+(?:"[^"]*")?/g) ?? []) {
    const [, name, said] = /^([A-Z0-9-]+)=(.*)$/.exec(part) ?? [];
    assert.ok(name !== undefined && said !== undefined, `an attribute: ${part}`);
    assert.match(said, value);
    assert.ok(kinds[name] !== undefined, `an attribute ${name}`);
    assert.match(said, kinds[name] as RegExp, name);
    assert.ok(!all.has(name), `${name} twice`);
    all.set(name, said.replace(/^"|"$/g, ""));
  }
  const joined = [...all].map(([name, said]) => `${name}=${said}`).join(",");
  assert.equal(joined, text.replaceAll('"', ""), "an attribute list");
  return all;
}

function has(list: Attributes, ...names: string[]): void {
  for (const name of names) assert.ok(list.has(name), `${name} is missing`);
}

/** Lines of a playlist behind those with which all of ours begin. */
function lines(text: string): string[] {
  assert.ok(text.endsWith("\n") && !/[\r\0]/.test(text), "ends of lines");
  const all = text.slice(0, -1).split("\n");
  assert.deepEqual(all.splice(0, 2), ["#EXTM3U", "#EXT-X-VERSION:7"]);
  return all;
}

export interface Master {
  variants: { list: Attributes; uri: string }[];
  renditions: Attributes[];
}

export function readMaster(text: string): Master {
  const found: Master = { variants: [], renditions: [] };
  const rest = lines(text);
  assert.equal(rest.shift(), "#EXT-X-INDEPENDENT-SEGMENTS");
  for (let line = rest.shift(); line !== undefined; line = rest.shift()) {
    const [, tag, text] = /^#EXT-X-(MEDIA|STREAM-INF):(.+)$/.exec(line) ?? [];
    assert.ok(tag !== undefined && text !== undefined, `a line of a playlist: ${line}`);
    const list = attributes(text);
    if (tag === "MEDIA") found.renditions.push(list);
    else found.variants.push({ list, uri: rest.shift() ?? "" });
  }
  checkRenditions(found.renditions);
  checkVariants(found);
  return found;
}

function checkRenditions(renditions: Attributes[]): void {
  const names = new Set<string>();
  for (const list of renditions) {
    has(list, "TYPE", "GROUP-ID", "NAME", "URI", "DEFAULT", "AUTOSELECT");
    const name = `${list.get("GROUP-ID")}\0${list.get("NAME")}`;
    assert.ok(!names.has(name), `two renditions ${list.get("NAME")}`);
    names.add(name);
    assert.ok(list.get("DEFAULT") === "NO" || list.get("AUTOSELECT") === "YES");
    assert.equal(list.has("FORCED"), list.get("TYPE") === "SUBTITLES");
  }
  for (const type of ["AUDIO", "SUBTITLES"]) {
    const usual = renditions.filter((r) => r.get("TYPE") === type && r.get("DEFAULT") === "YES");
    assert.ok(usual.length <= 1, "one rendition is the usual one");
  }
}

function checkVariants({ variants, renditions }: Master): void {
  assert.ok(variants.length > 0, "no variant");
  for (const { list, uri } of variants) {
    has(list, "BANDWIDTH", "CODECS", "RESOLUTION", "VIDEO-RANGE");
    assert.match(uri, /^v-[a-z0-9-]+\.m3u8$/);
    const average = Number(list.get("AVERAGE-BANDWIDTH") ?? 0);
    assert.ok(average <= Number(list.get("BANDWIDTH")), "AVERAGE-BANDWIDTH");
    for (const type of ["AUDIO", "SUBTITLES"]) {
      const groups = renditions.filter((r) => r.get("TYPE") === type).map((r) => r.get("GROUP-ID"));
      assert.equal(groups.length > 0, list.has(type), `${type} of a variant`);
      if (list.has(type)) assert.ok(groups.includes(list.get(type)), `a group ${list.get(type)}`);
    }
  }
}

export interface Media {
  target: number;
  /** Seconds at which segments begin, and the end. */
  at: number[];
  init: string;
  uris: string[];
}

export function readMedia(text: string, kind: "m4s" | "vtt" = "m4s"): Media {
  const rest = lines(text);
  const target = Number(/^#EXT-X-TARGETDURATION:([1-9]\d*)$/.exec(rest.shift() ?? "")?.[1]);
  assert.ok(target > 0, "EXT-X-TARGETDURATION");
  assert.deepEqual(rest.splice(0, 3), [
    "#EXT-X-MEDIA-SEQUENCE:0",
    "#EXT-X-PLAYLIST-TYPE:VOD",
    "#EXT-X-INDEPENDENT-SEGMENTS",
  ]);
  const map: Attributes =
    kind === "vtt" ? new Map() : attributes(rest.shift()?.replace(/^#EXT-X-MAP:/, "") ?? "");
  if (kind === "m4s") has(map, "URI");
  assert.equal(rest.pop(), "#EXT-X-ENDLIST");
  const found: Media = { target, at: [0], init: map.get("URI") ?? "", uris: [] };
  assert.ok(rest.length > 0 && rest.length % 2 === 0, "a length and an address for each segment");
  for (let i = 0; i < rest.length; i += 2) {
    const length = Number(/^#EXTINF:(\d+\.\d+),$/.exec(rest[i] as string)?.[1]);
    assert.ok(length > 0 && Math.round(length) <= target, `EXTINF ${rest[i]}`);
    assert.match(rest[i + 1] as string, /^[a-z0-9-]+\/\d+\.(m4s|vtt)$/);
    assert.ok(rest[i + 1]?.endsWith(kind));
    found.at.push((found.at.at(-1) as number) + length);
    found.uris.push(rest[i + 1] as string);
  }
  return found;
}

/** What the segments of one track are, by themselves. */
interface Measured {
  track: Track;
  /** The highest rate of segments that follow each other, bit/s. */
  peak: number;
  /** Pictures a second, on average and the most at once. */
  usual: number;
  most: number;
}

/** The highest rate of 0.5 to 1.5 target durations (RFC 8216 §4.3.4.2). */
function peakOf(media: Media, numbers: number[], sizes: number[]): number {
  let peak = 0;
  for (let i = 0; i < numbers.length; i++)
    for (let j = i, bits = 0; j < numbers.length; j++) {
      if ((numbers[j] as number) - (numbers[i] as number) !== j - i) break;
      bits += 8 * (sizes[j] as number);
      const from = media.at[numbers[i] as number] as number;
      const lasts = (media.at[(numbers[j] as number) + 1] as number) - from;
      if (lasts > 1.5 * media.target) break;
      if (lasts >= 0.5 * media.target) peak = Math.max(peak, bits / lasts);
    }
  return peak;
}

function checkFragment(found: Fragment, before: Fragment | undefined, track: Track): void {
  assert.ok(found.samples[0]?.isKey, "a segment begins with a key frame");
  assert.ok(track.isSound || found.samples.every((s) => s.lasts > 0), "pictures last");
  if (before?.number !== found.number - 1) return;
  // Each segment's last sample says when the next one is decoded.
  const off = Math.abs(before.ends - found.begins) / track.timescale;
  assert.ok(off <= (track.isSound ? 0.022 : 1e-9), `${off} s between two segments`);
}

async function measure(get: Get, uri: string, wanted: (n: number) => number[]): Promise<Measured> {
  const media = readMedia((await get(uri)).toString());
  const track = readInit(await get(media.init));
  const numbers = wanted(media.uris.length);
  const sizes: number[] = [];
  const fragments: Fragment[] = [];
  for (const number of numbers) {
    const bytes = await get(media.uris[number] as string);
    const found = readSegment(bytes);
    assert.equal(found.number, number + 1, "mfhd counts the segments");
    const times = found.samples.map((s) => s.shown);
    const lasts = (Math.max(...times) - Math.min(...times)) / track.timescale;
    assert.ok(Math.round(lasts) <= media.target, `a segment of ${lasts} s`);
    checkFragment(found, fragments.at(-1), track);
    fragments.push(found);
    sizes.push(bytes.length);
  }
  return { track, peak: peakOf(media, numbers, sizes), ...rates(fragments, track) };
}

function rates(fragments: Fragment[], { timescale }: Track): { usual: number; most: number } {
  let [pictures, lasts, least] = [0, 0, Number.POSITIVE_INFINITY];
  for (const { samples } of fragments) {
    const shown = samples.map((s) => s.shown).sort((a, b) => a - b);
    pictures += shown.length - 1;
    lasts += (shown.at(-1) as number) - (shown[0] as number);
    for (let i = 1; i < shown.length; i++)
      least = Math.min(least, (shown[i] as number) - (shown[i - 1] as number));
  }
  return { usual: (pictures * timescale) / lasts, most: timescale / least };
}

async function readTexts(get: Get, uri: string, wanted: (n: number) => number[]): Promise<void> {
  const media = readMedia((await get(uri)).toString(), "vtt");
  for (const number of wanted(media.uris.length)) {
    const text = (await get(media.uris[number] as string)).toString();
    assert.match(text, /^WEBVTT\nX-TIMESTAMP-MAP=(MPEGTS:\d+,LOCAL:|LOCAL:)[\d:.,A-Z]+\n\n/);
  }
}

export type Get = (part: string) => Promise<Buffer>;

const allOf = (n: number) => Array.from({ length: n }, (_, i) => i);

/** Judges all that a film's address offers; `wanted` chooses among so many segments of
 * a track. */
export async function conforms(get: Get, wanted = allOf): Promise<Master> {
  const master = readMaster((await get("master.m3u8")).toString());
  const sounds: Measured[] = [];
  for (const list of master.renditions.filter((r) => r.get("TYPE") === "AUDIO")) {
    const found = await measure(get, list.get("URI") as string, wanted);
    assert.ok(found.track.isSound, "a rendition of sound");
    const said = Number(list.get("CHANNELS") ?? 0);
    if (said > 0 && found.track.channels > 0) assert.equal(found.track.channels, said, "CHANNELS");
    sounds.push(found);
  }
  for (const list of master.renditions.filter((r) => r.get("TYPE") === "SUBTITLES"))
    await readTexts(get, list.get("URI") as string, wanted);
  for (const { list, uri } of master.variants)
    checkVariant(list, uri, await measure(get, uri, wanted), sounds);
  return master;
}

function checkVariant(list: Attributes, uri: string, picture: Measured, sounds: Measured[]): void {
  const is = [picture, ...sounds].map((found) => found.track.codec);
  assert.deepEqual(
    list.get("CODECS")?.split(",").sort(),
    [...new Set(is)].sort(),
    `CODECS of ${uri}`,
  );
  const { width, height } = picture.track;
  assert.equal(list.get("RESOLUTION"), `${width}x${height}`, `RESOLUTION of ${uri}`);
  const fps = Number(list.get("FRAME-RATE") ?? picture.usual);
  assert.ok(
    fps >= picture.usual * 0.97 && fps <= picture.most * 1.03,
    `FRAME-RATE ${fps} of ${uri}: ${picture.usual}, at most ${picture.most}`,
  );
  const peak = picture.peak + Math.max(0, ...sounds.map((sound) => sound.peak));
  assert.ok(Number(list.get("BANDWIDTH")) >= peak, `BANDWIDTH of ${uri}: ${peak}`);
}
