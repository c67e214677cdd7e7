import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sessionId, setSession } from "../../api/session.ts";
import { type Waiting, waitForPhone } from "./waiting.ts";

/** What the server says to each question for a session, in turn; then pending. */
let answers: (string | Record<string, unknown>)[];
let begun: number;
let asked: string[];
let states: Waiting[];
let end: () => void;

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

beforeEach(() => {
  document.head.innerHTML = `<base href="${location.origin}/">`;
  vi.useFakeTimers();
  setSession(null);
  answers = [];
  begun = 0;
  asked = [];
  states = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    if (url.endsWith("/device/code")) {
      begun += 1;
      return json({ deviceCode: `d${begun}`, userCode: "BCDF-GHJK", interval: 5, expiresIn: 600 });
    }
    asked.push(JSON.parse(String(init.body)).deviceCode);
    const next = answers.shift() ?? "authorization_pending";
    if (next === "silence") throw new TypeError("nobody");
    if (typeof next !== "string") return json(next);
    const status = next === "invalid_credentials" ? 401 : 400;
    return json({ code: next, error: next, message: `${next}!` }, status);
  });
  end = waitForPhone((state) => states.push(state));
});
afterEach(() => {
  end();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const pass = (s: number) => vi.advanceTimersByTimeAsync(s * 1000);
const last = () => states.at(-1)?.is;

describe("a device that waits for a phone", () => {
  it("shows its code and asks in the interval", async () => {
    await pass(0);
    expect(last()).toBe("shown");
    expect(asked).toEqual([]);
    await pass(5);
    await pass(5);
    expect(asked).toEqual(["d1", "d1"]);
  });

  it("is signed in once somebody has said yes", async () => {
    answers = [
      "authorization_pending",
      { session: "s7", user: { id: "u1", email: "ada@example.org" }, expiresIn: 900 },
    ];
    await pass(10);
    expect(sessionId.value).toBe("s7");
    await pass(60);
    expect(asked.length).toBe(2);
  });

  it("asks less often when it is told so", async () => {
    answers = ["slow_down"];
    await pass(5);
    expect(asked.length).toBe(1);
    await pass(9);
    expect(asked.length).toBe(1);
    await pass(1);
    expect(asked.length).toBe(2);
    await pass(10);
    expect(asked.length).toBe(3);
  });

  it("begins anew when its code has expired", async () => {
    answers = ["expired_token"];
    await pass(5);
    expect(begun).toBe(2);
    expect(last()).toBe("shown");
    await pass(5);
    expect(asked).toEqual(["d1", "d2"]);
  });

  it("says that it was refused, and asks no more", async () => {
    answers = ["access_denied"];
    await pass(60);
    expect(last()).toBe("refused");
    expect(asked.length).toBe(1);
  });

  it("says why who was let in may not come in, and asks no more", async () => {
    answers = ["invalid_credentials"];
    await pass(60);
    expect(states.at(-1)).toEqual({ is: "refused", problem: "invalid_credentials!" });
    expect(asked.length).toBe(1);
  });

  it("goes on asking a server that does not answer", async () => {
    answers = ["silence", "silence"];
    await pass(60);
    expect(last()).toBe("shown");
    expect(begun).toBe(1);
    expect(asked.length).toBeGreaterThan(3);
  });

  it("ends when it is closed", async () => {
    await pass(5);
    end();
    await pass(60);
    expect(asked.length).toBe(1);
  });
});
