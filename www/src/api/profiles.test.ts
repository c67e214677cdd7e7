import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { people, watchAs } from "./profiles.ts";
import { setSession } from "./session.ts";

const user = (id: string) => ({ id, displayName: id, email: `${id}@x`, name: id, role: "user" });
const one = {
  id: "p1",
  name: "Mia",
  avatar: "cat",
  colour: "blue",
  language: "en",
  maturityLimit: null,
  allowsUnrated: true,
  hasPin: false,
};

/** What was asked, by which session. */
let asked: string[];
/** Sessions whose access token has run out; null: whose refresh is refused too. */
let ended: Map<string, "renewable" | "gone">;

beforeEach(() => {
  document.head.innerHTML = `<base href="${location.origin}/">`;
  asked = [];
  ended = new Map();
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const { pathname } = new URL(url);
    const session = (init.headers as Record<string, string>)["X-Session-Id"] ?? "";
    asked.push(`${pathname} ${session}`);
    const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
    const renewed = pathname.startsWith("/api/auth/refresh/") && pathname.split("/").pop();
    if (renewed) {
      if (ended.get(renewed) === "gone") return json({ code: "unauthorized" }, 401);
      ended.delete(renewed);
      return json({});
    }
    if (pathname === "/api/auth/sessions")
      return json([
        { session: "s2", user: user("u2") },
        { session: "s1", user: user("u1") },
        { session: "s3", user: user("u1") },
      ]);
    if (ended.has(session)) return json({ code: "unauthorized" }, 401);
    return json({ current: "p1", profiles: [one] });
  });
  setSession("s1");
});
afterEach(() => {
  setSession(null);
  vi.unstubAllGlobals();
});

it("who asks comes first, and who has signed in twice is one person", async () => {
  expect((await people()).map(({ session }) => session)).toEqual(["s1", "s2"]);
  expect(localStorage.getItem("miauflix.others")).toBe("1");
});

it("another's session is renewed when its token has run out", async () => {
  ended.set("s2", "renewable");
  expect((await people()).map(({ session }) => session)).toEqual(["s1", "s2"]);
  expect(asked.filter((one) => one.startsWith("/api/auth/refresh/"))).toEqual([
    "/api/auth/refresh/s2 s1",
  ]);
});

it("who has been signed out meanwhile is nobody", async () => {
  ended.set("s2", "gone");
  expect((await people()).map(({ session }) => session)).toEqual(["s1"]);
  expect(localStorage.getItem("miauflix.others")).toBeNull();
});

it("a code that was scanned outlives the choice of who is watching", async () => {
  const replaced: string[] = [];
  vi.spyOn(location, "replace").mockImplementation((url) => void replaced.push(String(url)));
  const at = `${location.origin}/link?code=BCDF-GHJK`;
  const [person] = await people();
  if (person === undefined) throw new Error("nobody");
  const other = { ...one, id: "p2" } as (typeof person.profiles)[number];
  history.replaceState(null, "", at);
  await watchAs(person, other, {});
  history.replaceState(null, "", "/who");
  await watchAs(person, other, {});
  history.replaceState(null, "", "/");
  expect(replaced).toEqual([at, "/"]);
});
