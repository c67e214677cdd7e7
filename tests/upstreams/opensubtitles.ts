// What stands in for OpenSubtitles: its API over data of our own.
import { type Asked, Upstream } from "./upstream.ts";

export interface Offer {
  fileId: number;
  language: string;
  release: string;
  downloads?: number;
  sdh?: boolean;
  forced?: boolean;
  /** Translated by a program. */
  machine?: boolean;
  /** Of the file it was made for. */
  hash?: string;
  imdbId?: number;
  season?: number;
  episode?: number;
  /** In the name of the film. */
  name?: string;
  bytes: Buffer;
  fileName?: string;
}

export const apiKey = "opensubtitles-key-0123456789";
export const account = { username: "ada", password: "a password at OpenSubtitles" };

export class OpenSubtitles extends Upstream {
  offers: Offer[] = [];
  remaining = 20;
  resetAt = "2099-01-01T00:00:00Z";
  /** Where files are said to lie; empty: here. */
  linkOrigin = "";
  tokens: string[] = [];

  constructor() {
    super((asked) => this.#serve(asked));
  }

  get base(): string {
    return `${this.origin}/api/v1`;
  }

  #serve(asked: Asked): { status?: number; json?: unknown; bytes?: Buffer } {
    const url = new URL(asked.url, this.origin);
    const file = /^\/files\/(\d+)$/.exec(url.pathname);
    if (file) {
      const offer = this.offers.find((o) => o.fileId === Number(file[1]));
      return offer ? { bytes: offer.bytes } : { status: 404, json: {} };
    }
    if (asked.headers["api-key"] !== apiKey) return { status: 403, json: { message: "no key" } };
    if (!/^Miauflix v\d/.test(asked.headers["user-agent"] ?? "")) return { status: 403, json: {} };
    if (url.pathname === "/api/v1/subtitles") return { json: this.#search(url) };
    if (url.pathname === "/api/v1/login") return this.#login(asked);
    if (url.pathname === "/api/v1/download") return this.#download(asked);
    return { status: 404, json: { message: "no such address" } };
  }

  #search(url: URL): unknown {
    const asked = Object.fromEntries(url.searchParams);
    const found = this.offers.filter((offer) => {
      if (offer.language !== asked.languages) return false;
      if (asked.moviehash !== undefined) return offer.hash === asked.moviehash;
      const isPlace =
        String(offer.season ?? "") === (asked.season_number ?? "") &&
        String(offer.episode ?? "") === (asked.episode_number ?? "");
      const imdb = asked.imdb_id ?? asked.parent_imdb_id;
      if (imdb !== undefined) return isPlace && String(offer.imdbId) === imdb;
      return isPlace && offer.name !== undefined && offer.name === asked.query;
    });
    return { total_count: found.length, data: found.map((o) => this.#row(o, asked.moviehash)) };
  }

  #row(offer: Offer, hash: string | undefined): unknown {
    return {
      id: String(offer.fileId),
      type: "subtitle",
      attributes: {
        language: offer.language,
        download_count: offer.downloads ?? 0,
        hearing_impaired: offer.sdh ?? false,
        foreign_parts_only: offer.forced ?? false,
        machine_translated: offer.machine ?? false,
        moviehash_match: hash !== undefined && offer.hash === hash,
        release: offer.release,
        files: [{ file_id: offer.fileId, cd_number: 1, file_name: offer.fileName ?? "a.srt" }],
      },
    };
  }

  #login(asked: Asked): { status?: number; json: unknown } {
    const given = JSON.parse(asked.body);
    if (given.username !== account.username || given.password !== account.password)
      return { status: 401, json: { message: "no such account" } };
    this.tokens.push(`token-${this.tokens.length}`);
    return { json: { token: this.tokens.at(-1), status: 200, base_url: "vip.example" } };
  }

  #download(asked: Asked): { status?: number; json: unknown } {
    const { file_id } = JSON.parse(asked.body);
    const offer = this.offers.find((o) => o.fileId === file_id);
    const token = asked.headers.authorization?.replace("Bearer ", "");
    if (token !== undefined && token !== this.tokens.at(-1)) return { status: 401, json: {} };
    if (!offer) return { status: 404, json: {} };
    const quota = { reset_time_utc: this.resetAt, message: "" };
    if (this.remaining <= 0) return { status: 406, json: { ...quota, remaining: -1 } };
    this.remaining--;
    const link = `${this.linkOrigin || this.origin}/files/${file_id}`;
    const file_name = offer.fileName ?? "a.srt";
    return { json: { ...quota, link, file_name, remaining: this.remaining } };
  }
}
