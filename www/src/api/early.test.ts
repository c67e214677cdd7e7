import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { address, SESSION } from "./base.ts";
import { askEarly, forgetEarly, takeEarly } from "./early.ts";

let asked: string[];
let answers: Record<string, unknown>;

const links = () =>
  [...document.head.querySelectorAll("link")].map((link) => [
    link.rel,
    link.as,
    link.getAttribute("href"),
  ]);
/** Opens a page of ours before the app is there. */
const open = async (path: string) => {
  history.replaceState(null, "", path);
  askEarly();
  await vi.advanceTimersByTimeAsync(0);
};
const take = (path: string, session: string | null = "s1") => takeEarly(address(path), session);

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  answers = {};
  localStorage.setItem(SESSION, "s1");
  document.head.innerHTML = `<base href="${location.origin}/">
    <template data-files="page-1.js parts-2.js page-3.css" data-movie="0 2"></template>`;
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const { pathname, search } = new URL(url);
    const session = new Headers(init.headers).get("X-Session-Id");
    asked.push(`${pathname}${search} ${session ?? "-"}`);
    return new Response(JSON.stringify(answers[pathname] ?? {}));
  });
});
afterEach(() => {
  forgetEarly();
  localStorage.clear();
  document.head.innerHTML = "";
  history.replaceState(null, "", "/");
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("before the app", () => {
  it.each([
    ["/movie/3", ["/api/movies/3?includeSources=true"]],
    ["/show/4", ["/api/shows/4"]],
    ["/list/all", ["/api/lists/all?pageSize=24", "/api/lists"]],
    ["/account", []],
  ])("%s has its own asked for, and who is here", async (path, own) => {
    await open(path);
    const all = ["/api/auth/setup", "/api/me", ...own];
    expect(asked).toEqual(all.map((url) => `${url} s1`));
  });

  it("home has its rows asked for as soon as their names are known", async () => {
    answers["/api/lists"] = [{ slug: "new" }, { slug: "old" }];
    await open("/");
    expect(asked.slice(-2)).toEqual([
      "/api/lists/new?pageSize=24 s1",
      "/api/lists/old?pageSize=24 s1",
    ]);
  });

  it("the rows are left to the app when it has come for their names", async () => {
    answers["/api/lists"] = [{ slug: "new" }];
    history.replaceState(null, "", "/");
    askEarly();
    void take("api/lists");
    await vi.advanceTimersByTimeAsync(0);
    expect(asked.filter((url) => url.includes("/lists/"))).toEqual([]);
  });

  it("nobody is asked about who is not signed in", async () => {
    localStorage.clear();
    await open("/movie/3");
    expect(asked).toEqual(["/api/auth/setup -"]);
    expect(links()).toEqual([]);
  });

  it("the screen's own files are named to the browser", async () => {
    await open("/movie/3");
    expect(links()).toEqual([
      ["modulepreload", "", "./assets/page-1.js"],
      ["preload", "style", "./assets/page-3.css"],
    ]);
  });
});

describe("an early answer", () => {
  beforeEach(() => open("/movie/3"));
  const FILM = "api/movies/3?includeSources=true";

  it("is taken once", async () => {
    expect(await (await take(FILM))?.json()).toEqual({});
    expect(take(FILM)).toBeNull();
  });
  it("is for the session that asked", () => {
    expect(take(FILM, "s2")).toBeNull();
  });
  it("is for a while", async () => {
    await vi.advanceTimersByTimeAsync(11_000);
    expect(take(FILM)).toBeNull();
  });
  it("is for nobody once something else comes first", () => {
    forgetEarly();
    expect(take(FILM)).toBeNull();
  });
});
