// One valid request for each operation of the contract, with the ids of a world
// that holds the standard films. A new operation without a sample here fails
// the tests that walk over all of them.
import type { Client } from "./client.ts";
import type { Operation } from "./contract.ts";
import { movies, show } from "./films.ts";
import type { World } from "./world.ts";

export interface Sample {
  target: string;
  json?: unknown;
}

export interface Ids {
  movie: number;
  show: number;
  poster: string;
  key: string;
}

export const nowhere = "00000000-0000-4000-8000-000000000000";
const noCredential = { type: "public-key", rawId: "AA", response: {} };
export const noKey = "A".repeat(43);

/** What the samples of this person need: ids, and a stream key of their own. */
export async function collectIds(world: World, person: Client): Promise<Ids> {
  const movie = await world.movieId(movies.front);
  const play = await person.send("/api/play/start", { titleId: `movie-${movie}` });
  const { poster } = await person.read(`/api/movies/${movie}`);
  return {
    movie,
    show: await world.showId(show),
    poster: poster ?? "/api/images/poster/400/none.webp",
    key: play.streamingKey,
  };
}

const bodies: Record<string, (ids: Ids) => unknown> = {
  replace_certification: () => ({ certification: "PG", minimumAge: 8 }),
  replace_segment: () => ({ start: 1, end: 3 }),
  create_profile: () => ({ name: "Another" }),
  update_profile: () => ({ name: "Renamed" }),
  delete_profile: () => ({}),
  use_profile: () => ({}),
  replace_settings: () => ({ settings: [{ name: "library.probes", value: 2 }] }),
  create_administrator: () => ({ email: "late@example.org", password: "long enough" }),
  create_session: () => ({ email: "nobody@example.org", password: "wrong" }),
  create_session_by_passkey: () => ({ credential: noCredential }),
  create_passkey: () => ({ credential: noCredential }),
  update_passkey: () => ({ name: "Kitchen" }),
  create_key: () => ({ name: "A script" }),
  create_device_code: () => ({}),
  create_device_session: () => ({ deviceCode: noKey }),
  approve_device: () => ({ userCode: "BCDF-GHJK", approve: true }),
  refresh_tokens: () => ({ refreshToken: `${nowhere}.${noKey}` }),
  end_token_session: () => ({}),
  create_user: () => ({ email: "admin@example.org", password: "long enough" }),
  create_auth_user: () => ({ email: "admin@example.org", password: "long enough" }),
  update_user: () => ({ displayName: "Nobody" }),
  change_password: () => ({ current: "not the password", password: "long enough" }),
  use_reset: () => ({ code: "K7QXM-2M9FT-00000-00000", password: "long enough" }),
  create_invitation: () => ({}),
  sign_up: () => ({ name: "Sam", email: "sam@example.org", password: "long enough" }),
  delete_me: () => ({ password: "wrong" }),
  export_me: () => ({ password: "wrong" }),
  update_me: () => ({ preferences: { autoplay: true } }),
  start_play: (ids) => ({ titleId: `movie-${ids.movie}` }),
  replace_subtitle_delay: () => ({ delay: 250 }),
  renew_play: (ids) => ({ streamingKey: ids.key }),
  save_position: (ids) => ({ titleId: `movie-${ids.movie}`, position: 1, duration: 6 }),
  create_progress: (ids) => ({
    type: "movie",
    movieId: ids.movie,
    progress: 0.2,
    status: "watching",
  }),
  hide_progress: (ids) => ({ titleId: `movie-${ids.movie}`, isHidden: true }),
  create_intent: (ids) => ({ titleId: `movie-${ids.movie}`, kind: "hover" }),
  create_folder: () => ({ path: "/nowhere/at/all" }),
  start_scan: () => ({}),
  show_play_state: (ids) => ({ streamingKey: ids.key }),
  fetch_subtitle: () => ({ fileId: 1 }),
  add_download: () => ({ magnet: `magnet:?xt=urn:btih:${"5".repeat(40)}` }),
  add_film: () => ({ name: "sintel" }),
  share_file: () => ({ titleId: "movie-999999" }),
  change_download: () => ({ paused: true }),
};

/** Statuses of the samples when the caller may do it. */
export const outcomes: Record<string, number> = {
  replace_segment: 204,
  play_export: 404, // it would write a stream key
  delete_segment: 204,
  create_administrator: 404,
  create_profile: 201,
  update_profile: 404,
  delete_profile: 404,
  use_profile: 404,
  create_session: 401,
  begin_passkey_login: 401, // asked from an address
  create_session_by_passkey: 401,
  begin_passkey: 401,
  create_passkey: 401,
  update_passkey: 404,
  remove_passkey: 404,
  create_key: 201,
  delete_key: 404,
  list_user_keys: 404,
  delete_user_key: 404,
  refresh_session: 401,
  refresh_tokens: 401,
  delete_me: 403, // the password is wrong
  export_me: 403,
  create_user: 409, // the administrator has this address
  create_auth_user: 409,
  show_user: 404,
  update_user: 404,
  delete_user: 404,
  delete_device: 404,
  create_reset: 404,
  change_password: 403,
  use_reset: 403,
  create_invitation: 201,
  delete_invitation: 404,
  sign_up: 403,
  create_device_session: 400,
  show_device_code: 404,
  approve_device: 404,
  create_folder: 422,
  delete_folder: 404,
  start_scan: 202,
  save_position: 204,
  create_progress: 204,
  forget_progress: 204,
  hide_progress: 204,
  create_intent: 204,
  search_subtitles: 409, // no key is set
  test_opensubtitles: 409,
  fetch_subtitle: 404, // nothing was found
  show_thumbnails: 404, // none are made
  add_download: 409, // nobody has agreed to torrents
  add_film: 409,
  share_file: 404,
  show_download: 404,
  change_download: 404,
  remove_download: 404,
  export_download: 404,
  evict_download: 404,
};

/** What an operation asks for in its query. */
const queries: Record<string, string> = { search_subtitles: "?language=en" };

export function sampleOf(op: Operation, ids: Ids): Sample {
  const [, , , kind, size, file] = ids.poster.split("?")[0]?.split("/") ?? [];
  const values: Record<string, string | number> = {
    movie: ids.movie,
    show: ids.show,
    season: 1,
    episode: 1,
    quality: "auto",
    slug: "all-movies",
    titleId: `movie-${ids.movie}`,
    segment: "intro",
    key: ids.key,
    pass: "-",
    film: "movie-0",
    item: "all-movies.m3u",
    track: "0.vtt",
    playlist: "master.m3u8",
    rendition: "v-360",
    part: "init.mp4",
    sheet: "0.jpg",
    session: nowhere,
    passkey: 999_999,
    apiKey: nowhere,
    user: nowhere,
    id: nowhere,
    profile: nowhere,
    invitation: nowhere,
    userCode: "BCDF-GHJK",
    folder: 999_999,
    download: 999_999,
    kind: kind ?? "poster",
    size: size ?? 400,
    file: file ?? "none.webp",
  };
  const filled = op.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`tests/world/samples.ts knows no {${name}}`);
    return String(value);
  });
  const target = filled + (queries[op.id] ?? "");
  if (op.body === null) return { target };
  const body = bodies[op.id];
  if (body === undefined) throw new Error(`tests/world/samples.ts has no body for ${op.id}`);
  return { target, json: body(ids) };
}
