import { afterEach, beforeEach, expect, it, vi } from "vitest";

type Answer = typeof import("./known.ts").answer;

const BASE = "https://films.example/house/";
const LIST = `${BASE}api/lists/all-movies`;

/** As much of Cache Storage as the worker needs, in the order of what was put. */
class FakeCache {
  readonly rows = new Map<string, Response>();
  put = async (key: string, response: Response): Promise<void> => void this.rows.set(key, response);
  delete = async (key: string): Promise<boolean> => this.rows.delete(key);
  keys = async (): Promise<string[]> => [...this.rows.keys()];
}

let stored: Map<string, FakeCache>;
let answer: Answer;
let work: Promise<unknown>[];

/** A cache is made when it is opened first. */
function open(name: string): FakeCache {
  const cache = stored.get(name) ?? new FakeCache();
  stored.set(name, cache);
  return cache;
}

/** The session's own, as the page makes it when somebody has signed in. */
const made = (session: string): FakeCache => open(`/house/known-${session}~mia_6_0`);

const ask = (session = "s1", url = LIST): Promise<Response> =>
  answer(new Request(url, { headers: { "X-Session-Id": session } }), (one) => work.push(one));
const done = (): Promise<unknown> => Promise.allSettled(work);
const serve = (how: () => Promise<Response>) => vi.stubGlobal("fetch", how);

beforeEach(async () => {
  stored = new Map();
  work = [];
  vi.stubGlobal("self", { registration: { scope: BASE } });
  vi.stubGlobal("BUILD", { entry: "first.js", rest: "0", files: [] });
  vi.stubGlobal("navigator", {
    locks: { request: (_: string, _how: object, run: () => Promise<void>) => run() },
  });
  vi.stubGlobal("caches", {
    has: async (name: string) => stored.has(name),
    keys: async () => [...stored.keys()],
    open: async (name: string) => open(name),
    match: async (key: string, { cacheName }: { cacheName: string }) =>
      stored.get(cacheName)?.rows.get(key)?.clone(),
  });
  ({ answer } = await import("./known.ts"));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("the server is asked first, and what it said is kept for this session alone", async () => {
  const cache = made("s1");
  serve(async () => new Response('"new"'));
  expect((await ask()).headers.has("X-Kept")).toBe(false);
  await done();
  expect([...cache.rows.keys()]).toEqual([LIST]);
  serve(() => Promise.reject(new TypeError("no network")));
  const kept = await ask();
  expect(await kept.text()).toBe('"new"');
  expect(Date.parse(kept.headers.get("X-Kept") ?? "")).not.toBeNaN();
  made("s2");
  await expect(ask("s2")).rejects.toThrow("no network");
});

it("nothing is kept of an answer that came after its session had ended", async () => {
  made("s1");
  let arrive = (_: Response): void => undefined;
  serve(() => new Promise((then) => (arrive = then)));
  const asked = ask();
  await new Promise((later) => setTimeout(later));
  stored.clear();
  arrive(new Response('"late"'));
  expect(await (await asked).text()).toBe('"late"');
  await done();
  expect(stored.size).toBe(0);
});

it("nothing is kept of an answer that was asked for by another viewer of the session", async () => {
  made("s1");
  let arrive = (_: Response): void => undefined;
  serve(() => new Promise((then) => (arrive = then)));
  const asked = ask();
  await new Promise((later) => setTimeout(later));
  stored.clear();
  const next = open("/house/known-s1~leo_12_0");
  arrive(new Response('"late"'));
  expect(await (await asked).text()).toBe('"late"');
  await done();
  expect(next.rows.size).toBe(0);
});

it("what is private may go while an answer is still coming", async () => {
  const cache = made("s1");
  const request = vi.spyOn(navigator.locks, "request");
  let end = (): void => undefined;
  const body = new ReadableStream({
    start: (to) => {
      end = () => to.close();
    },
  });
  serve(async () => new Response(body));
  await ask();
  await new Promise((later) => setTimeout(later));
  expect(request).not.toHaveBeenCalled();
  end();
  await done();
  expect(request).toHaveBeenCalledOnce();
  expect(cache.rows.size).toBe(1);
});

it("what the server says itself is passed on, and neither kept nor replaced", async () => {
  const cache = made("s1");
  cache.rows.set(LIST, new Response('"old"'));
  for (const status of [401, 404, 500]) {
    serve(async () => new Response('{"code":"x"}', { status }));
    expect((await ask()).status).toBe(status);
  }
  await done();
  expect(await cache.rows.get(LIST)?.text()).toBe('"old"');
});

it("a server that says nothing for a while is none for now; without a kept answer it is waited for", async () => {
  vi.useFakeTimers();
  const cache = made("s1");
  cache.rows.set(LIST, new Response('"old"', { headers: { "X-Kept": "then" } }));
  let arrive = (_: Response): void => undefined;
  serve(() => new Promise((then) => (arrive = then)));
  const silent = ask();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await (await silent).text()).toBe('"old"');
  const waits = ask("s1", `${BASE}api/movies/7`);
  await vi.advanceTimersByTimeAsync(60_000);
  arrive(new Response('"at last"'));
  expect(await (await waits).text()).toBe('"at last"');
});

it("two hundred answers are kept, those that came last", async () => {
  const cache = made("s1");
  serve(async () => new Response("1"));
  for (let id = 1; id <= 201; id++) {
    await ask("s1", `${BASE}api/movies/${id}`);
    await done();
  }
  expect(cache.rows.size).toBe(200);
  expect(cache.rows.has(`${BASE}api/movies/1`)).toBe(false);
  expect(cache.rows.has(`${BASE}api/movies/201`)).toBe(true);
});
