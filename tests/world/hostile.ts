// Hostile films in a library, and all that a household's devices ask of them.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Client, Reply } from "./client.ts";
import type { Hostile } from "./lures.ts";
import { age } from "./media.ts";
import { errorCodes, until } from "./place.ts";
import type { Swarm } from "./swarm.ts";
import { newWorld, type World } from "./world.ts";

/** What devices decode: everything, little, nothing. */
export const devices: Record<string, string[]> = {
  able: ["avc1.640028", "hvc1.1.6.L93.B0", "vp09.01.41.08", "mp4a.40.2", "ac-3", "opus"],
  usual: ["avc1.42e00a", "mp4a.40.2"],
  poor: ["vp09.00.10.08"],
};

/** What a look into a file came to. */
export interface Found {
  film: Hostile;
  /** The code of its refusal, and the sentence of it. */
  refused?: { code: string; sentence: string };
  /** Of what plays it. */
  titleId?: string;
}

/** A world in which what a slow machine makes late is not taken for nothing. */
export async function hostileWorld(hasThumbnails: boolean): Promise<World> {
  const world = await newWorld({ env: { MIAU_THUMBNAILS_ENABLED: String(hasThumbnails) } });
  for (const [name, value] of [
    ["stream.stallLimit", "300"],
    ["transcode.slots", "4"],
  ] as const)
    assert.equal(world.ctl("config", "set", name, value).code, 0);
  return world;
}

/** Lays films in a folder of its own. */
function lay(folder: string, films: Hostile[]): void {
  mkdirSync(folder, { recursive: true });
  for (const film of films) {
    const stem = path.join(folder, `${film.name} (2001)`);
    writeFileSync(`${stem}.${film.extension}`, film.bytes);
    age(`${stem}.${film.extension}`);
    for (const [end, words] of Object.entries(film.beside ?? {}))
      writeFileSync(`${stem}.${end}`, words);
  }
}

/** What became of each film of a folder, by the database. */
function found(world: World, films: Hostile[]): Found[] {
  const rows =
    world.sql(`SELECT json_group_array(json_object('path', CAST(f.path AS TEXT), 'state', f.state,
    'code', n.code, 'sentence', n.sentence,
    'title', (SELECT 'movie-' || t.pid FROM source s JOIN title t ON t.id = s.title_id
      WHERE s.library_file_id = f.id)))
    FROM library_file f LEFT JOIN reason n ON n.subject = 'file:' || f.id`);
  const known = new Map<string, Record<string, string>>();
  for (const row of JSON.parse(rows)) known.set(row.path, row);
  return films.map((film) => {
    const row = known.get(`${film.name} (2001).${film.extension}`);
    assert.ok(row, `${film.name} was not found`);
    if (row.state === "ok") return { film, titleId: row.title as string };
    assert.equal(row.state, "refused", `${film.name}: ${JSON.stringify(row)}`);
    return { film, refused: { code: String(row.code), sentence: String(row.sentence) } };
  });
}

/** Waits until the pictures of the seek bar are made, or are known not to be. */
async function drawn(world: World): Promise<void> {
  const without = `FROM library_file f WHERE f.state = 'ok' AND f.duration > 0
    AND NOT EXISTS (SELECT 1 FROM thumbnails t WHERE t.library_file_id = f.id)`;
  await until("pictures of all films", () => world.sql(`SELECT count(*) ${without}`) === "0", {
    why: () => world.sql(`SELECT f.display ${without}`),
  });
}

const codes = errorCodes();

/** Watches a folder of such films, until all that is made by itself is made. */
export async function laid(world: World, name: string, films: Hostile[]): Promise<Found[]> {
  const folder = path.join(world.hold, name);
  lay(folder, films);
  await world.addFolder(folder);
  if (world.env.MIAU_THUMBNAILS_ENABLED === "true") await drawn(world);
  return found(world, films);
}

/** The same out of a swarm: what was found when all of it was here. */
export async function fetched(world: World, swarm: Swarm, film: Hostile): Promise<Found> {
  const folder = path.join(world.hold, `shared-${film.name}`);
  lay(folder, [film]);
  const { torrent } = await swarm.share(path.join(folder, `${film.name} (2001).${film.extension}`));
  const { id } = world.ctlJson("add", torrent);
  const titleId = await until(`a title of ${film.name}`, async () => {
    return (await world.admin.read(`/api/downloads/${id}`)).titleId ?? undefined;
  });
  const { sourceId } = await world.admin.send("/api/play/start", { titleId });
  return until(`a look into ${film.name}`, async () => {
    const { media } = await world.admin.send("/api/play/start", { titleId });
    if (media !== null) return { film, titleId };
    const why = world.sql(`SELECT json_object('code', code, 'sentence', sentence) FROM reason
      WHERE subject = 'source:${sourceId}' LIMIT 1`);
    return why !== "" && { film, refused: JSON.parse(why) };
  });
}

/** Plays all that are films on these devices; what went wrong. */
export async function askAll(
  world: World,
  films: Found[],
  kinds: string[],
  secrets: string[],
): Promise<string[]> {
  const asker = new Asker(world, secrets);
  const rest = films.filter(({ titleId }) => titleId !== undefined);
  const one = async () => {
    for (let next = rest.pop(); next !== undefined; next = rest.pop())
      for (const device of kinds) await asker.film(next, device);
  };
  await Promise.all([one(), one(), one()]);
  return asker.wrong;
}

/** All that devices ask of a film; each answer is one, or says why there is none. */
class Asker {
  readonly #world: World;
  readonly #visitor: Client;
  readonly #secrets: string[];
  /** Answers that are none. */
  readonly wrong: string[] = [];

  constructor(world: World, secrets: string[]) {
    this.#world = world;
    this.#visitor = world.visitor();
    this.#secrets = secrets;
  }

  /** No word of what must not be read, and no failure that nobody explains. */
  judge(what: string, reply: Reply): void {
    for (const secret of this.#secrets)
      if (reply.body.includes(secret)) this.wrong.push(`${what} holds what it must not`);
    if (reply.status < 400) return;
    const { code, message } = reply.json;
    const isClear = /^[A-Z][^\n]{10,300}\.$/.test(message) && codes.get(code) === reply.status;
    if (reply.status >= 500 || !isClear)
      this.wrong.push(`${what}: ${reply.status} ${reply.text.slice(0, 400)}`);
  }

  async get(what: string, url: string, headers = {}): Promise<Reply> {
    const reply = await this.#visitor.get(url, { headers });
    this.judge(`${what} ${url.replace(/[A-Za-z0-9_-]{43}/, "…")}`, reply);
    return reply;
  }

  async #playlist(what: string, base: string, name: string): Promise<void> {
    const list = await this.get(what, base + name);
    if (list.status !== 200) return;
    const parts = list.text.split("\n").filter((line) => /\.(m4s|vtt)$/.test(line));
    const map = /#EXT-X-MAP:URI="([^"]+)"/.exec(list.text)?.[1];
    const wanted = [map, parts[0], parts.at(parts.length >> 1), parts.at(-1)];
    for (const part of new Set(wanted)) if (part !== undefined) await this.get(what, base + part);
  }

  /** The whole of it as HLS: one picture's list, of sound and of words each. */
  async hls(what: string, master: string): Promise<void> {
    const list = await this.get(what, master);
    if (list.status !== 200) return;
    const base = master.replace(/[^/]+$/, "");
    const pictures = list.text.split("\n").filter((line) => /^v-.*\.m3u8$/.test(line));
    const others = [...list.text.matchAll(/URI="([^"]+\.m3u8)"/g)].map((m) => m[1] as string);
    const kinds = [
      pictures.at(0),
      pictures.at(-1),
      others.find((o) => o.startsWith("a-")),
      ...others.filter((o) => o.startsWith("s-")).slice(0, 6),
    ];
    for (const name of new Set(kinds))
      if (name !== undefined) await this.#playlist(what, base, name);
  }

  /** Play, and all to which it leads. */
  async film({ film, titleId }: Found, device: string): Promise<void> {
    const what = `${film.name} on ${device}`;
    const begun = await this.#world.admin.post("/api/play/start", {
      titleId,
      codecs: devices[device],
      hls: { codecs: devices[device] },
    });
    this.judge(what, begun);
    if (begun.status !== 200) return;
    const { url, hlsUrl, subtitles, thumbnails } = begun.json;
    const size = film.bytes.length;
    for (const from of [0, Math.max(0, size - 1000)]) {
      const part = await this.get(what, url, { Range: `bytes=${from}-${from + 999}` });
      if (!part.body.equals(film.bytes.subarray(from, from + 1000)))
        this.wrong.push(`${what}: other bytes at ${from}`);
    }
    for (const { url } of subtitles.slice(0, 8)) if (url !== null) await this.get(what, url);
    if (thumbnails) await this.get(what, thumbnails.url.replace("{sheet}", "0"));
    if (hlsUrl !== null) await this.hls(what, hlsUrl);
  }
}
