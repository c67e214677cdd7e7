import { beforeEach, describe, expect, it, vi } from "vitest";
import {
  ApiError,
  address,
  ask,
  embedded,
  reachable,
  sessionId,
  setSession,
  Unreachable,
} from "./client.ts";
import { isEnded, opened, person } from "./session.ts";

const OTHER = "22222222-2222-4222-8222-222222222222";
const ID = "11111111-1111-4111-8111-111111111111";

interface Sent {
  url: string;
  method: string;
  session: string | undefined;
}

/** A server that answers by its list, in order; what was asked is kept. */
function server(answers: [number, unknown][]) {
  const sent: Sent[] = [];
  const fetcher = async (url: string, init: RequestInit): Promise<Response> => {
    const headers = init.headers as Record<string, string>;
    sent.push({
      url: new URL(url).pathname + new URL(url).search,
      method: init.method ?? "",
      session: headers["X-Session-Id"],
    });
    const [status, body] = answers.shift() ?? [500, {}];
    const text = body === undefined ? null : JSON.stringify(body);
    return new Response(text, { status, headers: { "Content-Type": "application/json" } });
  };
  return { sent, fetcher };
}

beforeEach(() => {
  document.head.innerHTML = '<base href="http://miau.test/films/">';
  setSession(ID);
});

describe("addresses", () => {
  it("lie below the app's base path", () => {
    expect(address("api/me")).toBe("http://miau.test/films/api/me");
    expect(address("/api/me")).toBe("http://miau.test/films/api/me");
  });
  it("carry the session where a header cannot", () => {
    expect(embedded("/films/api/images/poster/400/a.webp")).toBe(
      `http://miau.test/films/api/images/poster/400/a.webp?session=${ID}`,
    );
    setSession(null);
    expect(embedded("api/events")).toBe("http://miau.test/films/api/events");
  });
});

describe("call", () => {
  it("names the session, and gives the body", async () => {
    const { sent, fetcher } = server([[200, { ok: 1 }]]);
    const query = { a: 1, b: undefined, c: "x y" };
    expect(await ask("GET", "api/me", { query }, fetcher)).toEqual({ ok: 1 });
    expect(sent).toEqual([{ url: "/films/api/me?a=1&c=x+y", method: "GET", session: ID }]);
  });
  it("has nothing to give for 204", async () => {
    const { fetcher } = server([[204, undefined]]);
    expect(await ask("POST", "api/play/heartbeat", { body: {} }, fetcher)).toBeUndefined();
  });
  it("says that nobody answers when an answer breaks off", async () => {
    const broken = new ReadableStream({ start: (end) => end.error(new TypeError("gone")) });
    const asked = ask("GET", "api/me", {}, async () => new Response(broken, { status: 200 }));
    await expect(asked).rejects.toBeInstanceOf(Unreachable);
    expect(reachable.value).toBe(false);
    reachable.value = true;
  });
  it("renews once on 401 and asks again", async () => {
    const { sent, fetcher } = server([
      [401, { code: "token_expired" }],
      [200, { user: {}, expiresIn: 900 }],
      [200, { name: "Ada" }],
    ]);
    expect(await ask("GET", "api/me", {}, fetcher)).toEqual({ name: "Ada" });
    expect(sent.map((s) => s.url)).toEqual([
      "/films/api/me",
      `/films/api/auth/refresh/${ID}`,
      "/films/api/me",
    ]);
  });
  it("forgets the session when it cannot be renewed", async () => {
    const { sent, fetcher } = server([
      [401, { code: "token_expired" }],
      [401, { code: "refresh_invalid" }],
    ]);
    await expect(ask("GET", "api/me", {}, fetcher)).rejects.toMatchObject({ status: 401 });
    expect(sent).toHaveLength(2);
    expect(sessionId.value).toBeNull();
  });
  it("keeps the session when renewing merely failed", async () => {
    const { fetcher } = server([
      [401, { code: "token_expired" }],
      [503, { code: "database_busy" }],
    ]);
    await expect(ask("GET", "api/me", {}, fetcher)).rejects.toBeInstanceOf(ApiError);
    expect(sessionId.value).toBe(ID);
  });
  it("keeps what a person wished until they have signed in again", async () => {
    person.value = "ada";
    const { sent, fetcher } = server([
      [401, { code: "token_expired" }],
      [401, { code: "refresh_invalid" }],
      [204, undefined],
    ]);
    const wish = ask("PATCH", "api/me", { body: {} }, fetcher);
    await expect.poll(() => isEnded.value).toBe(true);
    expect(sessionId.value).toBe(ID);
    setSession(OTHER, null, true);
    expect(await wish).toBeUndefined();
    expect(sent.map((one) => one.session)).toEqual([ID, ID, OTHER]);
  });
  /** Another tab has stored this. */
  const elsewhere = (session: string, who: string): void => {
    localStorage.setItem("miauflix.person", who);
    localStorage.setItem("miauflix.session", session);
    dispatchEvent(new StorageEvent("storage", { key: "miauflix.session" }));
  };
  it("goes on with its page when they have done so in another tab", async () => {
    person.value = "ada";
    const { sent, fetcher } = server([
      [401, { code: "token_expired" }],
      [401, { code: "refresh_invalid" }],
      [204, undefined],
    ]);
    const page = opened.value;
    const wish = ask("PATCH", "api/me", { body: {} }, fetcher);
    await expect.poll(() => isEnded.value).toBe(true);
    elsewhere(OTHER, "ada");
    expect(await wish).toBeUndefined();
    expect(sent.at(-1)?.session).toBe(OTHER);
    expect([opened.value, person.value]).toEqual([page, "ada"]);
  });
  it("begins a page anew when it is somebody else who does", () => {
    person.value = "ada";
    elsewhere(OTHER, "uma");
    expect([opened.value, person.value]).toEqual([OTHER, null]);
  });
  it("sends nothing of it when somebody else signs in", async () => {
    person.value = "ada";
    const { sent, fetcher } = server([
      [401, { code: "token_expired" }],
      [401, { code: "refresh_invalid" }],
    ]);
    const ended = vi.fn();
    ask("PATCH", "api/me", { body: {} }, fetcher).then(ended, ended);
    await expect.poll(() => isEnded.value).toBe(true);
    setSession(OTHER);
    await new Promise((done) => setTimeout(done));
    expect([sent.length, ended.mock.calls.length]).toEqual([2, 0]);
  });
  it("does not keep what the page says by itself, nor what only reads", async () => {
    person.value = "ada";
    const refused: [number, unknown] = [401, { code: "token_expired" }];
    const { fetcher } = server([refused, [401, {}], refused]);
    const beat = ask("POST", "api/play/heartbeat", { body: {}, isPassing: true }, fetcher);
    await expect(beat).rejects.toMatchObject({ status: 401 });
    await expect(ask("GET", "api/me", {}, fetcher)).rejects.toMatchObject({ status: 401 });
  });
  it("tells a web server behind which nothing is from one that answers", async () => {
    const fetcher = async () => new Response("<html>", { status: 503 });
    await expect(ask("POST", "api/progress", {}, fetcher)).rejects.toBeInstanceOf(Unreachable);
    expect(reachable.value).toBe(false);
    reachable.value = true;
  });
  it("does not renew a second time in a row", async () => {
    const { sent, fetcher } = server([
      [401, {}],
      [200, {}],
      [401, { code: "unauthorized" }],
    ]);
    await expect(ask("GET", "api/me", {}, fetcher)).rejects.toMatchObject({ status: 401 });
    expect(sent).toHaveLength(3);
  });
  it("asks again at once when another tab has renewed it meanwhile", async () => {
    const { sent, fetcher } = server([
      [401, { code: "token_expired" }],
      [200, { name: "Ada" }],
    ]);
    const meanwhile = async (url: string, init: RequestInit): Promise<Response> => {
      localStorage.setItem("miauflix.renewed", `by another ${sent.length}`);
      return fetcher(url, init);
    };
    expect(await ask("GET", "api/me", {}, meanwhile)).toEqual({ name: "Ada" });
    expect(sent.map((s) => s.url)).toEqual(["/films/api/me", "/films/api/me"]);
  });
  it("does not renew what another tab has left for another session", async () => {
    const { sent, fetcher } = server([
      [401, { code: "token_expired" }],
      [200, {}],
    ]);
    localStorage.setItem("miauflix.session", OTHER);
    await expect(ask("GET", "api/me", {}, fetcher)).rejects.toMatchObject({ status: 401 });
    expect(sent).toHaveLength(1);
  });
  it("does not ask for the next person what the last one wanted", async () => {
    const { sent, fetcher } = server([
      [401, { code: "token_expired" }],
      [200, {}],
      [200, { name: "Uma" }],
    ]);
    const changing = async (url: string, init: RequestInit): Promise<Response> => {
      if (url.includes("/refresh/")) setSession(OTHER);
      return fetcher(url, init);
    };
    await expect(ask("POST", "api/x", { body: {} }, changing)).rejects.toMatchObject({
      status: 401,
    });
    expect(sent).toHaveLength(2);
  });
  it("shares one renewal among calls at the same time", async () => {
    let refused = 0;
    let renewals = 0;
    let allRefused = (): void => undefined;
    const refusals = new Promise<void>((resolve) => {
      allRefused = resolve;
    });
    const fetcher = async (url: string): Promise<Response> => {
      if (url.includes("/refresh/")) {
        renewals += 1;
        await refusals;
        // Those who were refused last ask for the renewal before it ends.
        await new Promise((resolve) => setTimeout(resolve));
        refused = Number.NaN;
        return new Response("{}");
      }
      if (Number.isNaN(refused)) return new Response("{}");
      refused += 1;
      if (refused === 4) allRefused();
      return new Response("{}", { status: 401 });
    };
    await Promise.all([1, 2, 3, 4].map((n) => ask("GET", `api/lists/${n}`, {}, fetcher)));
    expect(renewals).toBe(1);
  });
  it("leaves a wrong password alone", async () => {
    const { sent, fetcher } = server([[401, { message: "Invalid credentials" }]]);
    const wrong = ask("POST", "api/auth/login", { body: {} }, fetcher);
    await expect(wrong).rejects.toThrow("Invalid credentials");
    expect(sent).toHaveLength(1);
  });
  it("carries what the server says is wrong", async () => {
    const fields = [{ name: "email", problem: "is no address" }];
    const { fetcher } = server([[400, { code: "invalid_fields", message: "No.", fields }]]);
    await expect(ask("POST", "api/auth/setup", { body: {} }, fetcher)).rejects.toMatchObject({
      code: "invalid_fields",
      message: "No.",
      body: { code: "invalid_fields", message: "No.", fields },
    });
  });
  it("does not take a page of HTML for an answer", async () => {
    const fetcher = async (): Promise<Response> => new Response("<html>", { status: 200 });
    await expect(ask("GET", "api/me", {}, fetcher)).rejects.toBeInstanceOf(ApiError);
  });
  it("asks once more for what only reads when the connection broke", async () => {
    let asked = 0;
    const fetcher = async (): Promise<Response> => {
      asked += 1;
      if (asked === 1) throw new TypeError("fetch failed");
      return new Response("{}");
    };
    expect(await ask("GET", "api/me", {}, fetcher)).toEqual({});
    expect(asked).toBe(2);
    expect(reachable.value).toBe(true);
    asked = 0;
    await expect(ask("POST", "api/progress", {}, fetcher)).rejects.toBeInstanceOf(Unreachable);
    expect(asked).toBe(1);
  });
  it("tells a server that is away", async () => {
    const fetcher = (): Promise<Response> => Promise.reject(new TypeError("fetch failed"));
    await expect(ask("GET", "api/me", {}, fetcher)).rejects.toBeInstanceOf(Unreachable);
    expect(reachable.value).toBe(false);
    const { fetcher: back } = server([[200, {}]]);
    await ask("GET", "api/me", {}, back);
    expect(reachable.value).toBe(true);
  });
});
