// Files under the names of films that name other files, or addresses: whoever reads them
// must go nowhere. Each is made for one file and one address that must be left alone.
import { readFileSync } from "node:fs";
import { box, changed, words } from "./atoms.ts";
import { element, id, number, remade, text } from "./matroska.ts";
import { clip } from "./media.ts";

export interface Hostile {
  /** Its title; unique. */
  name: string;
  extension: string;
  bytes: Buffer;
  /** Files beside it, by the ends of their names. */
  beside?: Record<string, Buffer>;
  /** The code of its refusal; without one it is a film. */
  refused?: string;
}

/** What they lead to. */
export interface Bait {
  /** A file that nobody may open. */
  file: string;
  /** Words that are to be found in no answer. */
  secrets: string[];
  /** An address at which nobody may ask. */
  url: string;
}

function playlist(...entries: string[]): string {
  const parts = entries.map((entry) => `#EXTINF:10,\n${entry}\n`);
  return `#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n${parts.join("")}#EXT-X-ENDLIST\n`;
}

const manifest = (url: string) =>
  `<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"
 type="static" mediaPresentationDuration="PT10S"><Period><AdaptationSet mimeType="video/mp4">
<Representation id="1" bandwidth="1000"><BaseURL>${url}</BaseURL></Representation>
</AdaptationSet></Period></MPD>\n`;

const session = (port: string) =>
  `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video ${port} RTP/AVP 96\na=rtpmap:96 H264/90000\n`;

/** A session description that has what a transport stream has: a G each 188 bytes. Only
 * who guesses takes it for what it is. */
function disguised(port: string): Buffer {
  const lines = session(port).split("\n").slice(2, -1);
  let all = "";
  for (const line of ["G=0", "o=- 0 0 IN IP4 127.0.0.1", ...lines])
    all += `${line.padEnd(line.startsWith("s") ? 20 : line.length)}\n`;
  const filled = Buffer.from(`${all}${"a=x\n".repeat(400)}`);
  for (let at = 0; at < filled.length; at += 188) filled[at] = 0x47;
  return filled;
}

/** Data references of QuickTime that name a file: an alias with a path, and an address. */
function references({ file, url }: Bait): Buffer[] {
  const path = Buffer.from(file);
  const alias = Buffer.alloc(150);
  alias.writeUInt16BE(2, 6);
  alias.writeUInt8(4, 10);
  alias.write("disk", 11);
  alias.writeUInt8(6, 50);
  alias.write("canary", 51);
  // How many folders lie between, and the path itself (type 2), then the end.
  alias.writeInt16BE(1, 132);
  alias.writeInt16BE(1, 134);
  const kinds = Buffer.alloc(4);
  kinds.writeInt16BE(2, 0);
  kinds.writeInt16BE(path.length, 2);
  const even = Buffer.alloc(path.length % 2);
  const end = Buffer.from([0xff, 0xff, 0, 0]);
  return [
    box("alis", words(0), alias, kinds, path, even, end),
    box("url ", words(0), Buffer.from(`${url}\0`)),
    box("url ", words(0), Buffer.from(`file://${file}\0`)),
  ];
}

/** MP4 whose samples lie elsewhere. */
function referring(film: Buffer, reference: Buffer): Buffer {
  const moved = changed(film, "moov/trak/mdia/minf/dinf/dref", () =>
    Buffer.concat([words(0, 1), reference]),
  );
  return changed(moved, "moov/trak/mdia/minf/stbl/stco", (body) => {
    const at = Buffer.from(body);
    for (let i = 8; i + 4 <= at.length; i += 4) at.writeUInt32BE(16, i);
    return at;
  });
}

/** Matroska that says its other parts are in other files. */
function linked(film: Buffer, bait: Bait): Buffer {
  const uid = Buffer.alloc(16, 7);
  const chapter = element(
    id.chapter,
    number(id.chapterUid, 1),
    number(id.chapterStart, 0),
    element(id.chapterSegment, uid),
  );
  return remade(film, {
    info: Buffer.concat([
      number(id.scale, 1_000_000),
      element(id.nextUid, uid),
      text(id.nextFilename, bait.file),
    ]),
    before: element(id.chapters, element(id.edition, chapter)),
  });
}

/** AVI whose subtitles are a file of their own, here a playlist. */
function avi(film: Buffer, inside: string): Buffer {
  const at = film.indexOf("movi") + 4;
  const words = Buffer.from(inside);
  const head = Buffer.from("GAB2\0\x02\0\x02\0\0\0x\0\x04\0\0\0\0\0", "latin1");
  const body = Buffer.concat([head, words, Buffer.alloc((head.length + words.length) % 2)]);
  const chunk = Buffer.concat([Buffer.from("02tx"), Buffer.alloc(4), body]);
  chunk.writeUInt32LE(body.length, 4);
  return Buffer.concat([film.subarray(0, at), chunk, film.subarray(at)]);
}

/** All of them. */
export async function lures(bait: Bait): Promise<Hostile[]> {
  const [mp4, mkv, old] = await Promise.all([
    clip("tail.mp4"),
    clip("surround.mkv"),
    clip("old.avi"),
  ]);
  const [film, matroska] = [readFileSync(mp4), readFileSync(mkv)];
  const port = new URL(bait.url).port;
  const lists: [string, string][] = [
    ["Playlist of an Address", playlist(bait.url)],
    ["Playlist of Files", playlist(`file://${bait.file}`, bait.file, "file:///etc/passwd")],
    [
      "Playlist of Parts",
      playlist(`concat:${bait.file}|/etc/passwd`, `subfile,,start,0,end,9,,:${bait.file}`),
    ],
    ["Playlist of Data", playlist("data:text/plain;base64,R0dHRw==", `crypto+file://${bait.file}`)],
    ["Script of Parts", `ffconcat version 1.0\nfile '${bait.file}'\nfile '${bait.url}'\n`],
  ];
  const kinds = ["mkv", "mp4", "ts"];
  const all: Hostile[] = lists.flatMap(([name, words]) =>
    kinds.map((extension) => ({
      name: `${name} ${extension}`,
      extension,
      bytes: Buffer.from(words),
      refused: "playlist",
    })),
  );
  const unknown: [string, string, string][] = [
    ["Manifest", manifest(bait.url), "container_unknown"],
    ["Declared Manifest", `<?xml version="1.0"?>\n${manifest(bait.url)}`, "text"],
    ["Session", session(port), "container_unknown"],
    ["Shifted Playlist", `\n${playlist(bait.url)}`, "container_unknown"],
    [
      "Redirection",
      `[Reference]\nRef1=${bait.url}\nRef2=file://${bait.file}\n`,
      "container_unknown",
    ],
    ["Nut", "nut/multimedia container\0".padEnd(4096, "N\x4d"), "container_unknown"],
    ["Moving Picture", "GIF89a".padEnd(100, "\0"), "picture"],
    ["Portable Picture", "\x89PNG\r\n\x1a\n".padEnd(100, "\0"), "picture"],
  ];
  for (const [name, words, refused] of unknown)
    all.push({ name, extension: "mkv", bytes: Buffer.from(words, "latin1"), refused });
  for (const [i, reference] of references(bait).entries())
    all.push({
      name: `Samples Elsewhere ${i}`,
      extension: "mov",
      bytes: referring(film, reference),
    });
  all.push(
    { name: "Disguised Session", extension: "ts", bytes: disguised(port), refused: "incomplete" },
    { name: "Parts Elsewhere", extension: "mkv", bytes: linked(matroska, bait) },
    { name: "List Within", extension: "avi", bytes: avi(readFileSync(old), playlist(bait.url)) },
  );
  // What a name says is no address either.
  for (const name of ["concat:a|b", "subfile,,start,0,end,0,,:x", "%03d"])
    all.push({ name, extension: "mkv", bytes: matroska });
  return all;
}
