import { beforeEach, describe, expect, it, vi } from "vitest";
import { clearAfterEach, draw, settle, submit, type } from "../../../hands.ts";
import { sessionId, setSession } from "../../api/session.ts";
import { loadArea } from "../../lib/messages.ts";
import { Door } from "./page.tsx";

let at: HTMLElement;
let sent: { path: string; body: Record<string, unknown> }[];
let replaced: string[];
let isRefused: boolean;

const field = (name: string) => at.querySelector<HTMLInputElement>(`[name=${name}]`);

beforeEach(async () => {
  await loadArea("door");
  sent = [];
  replaced = [];
  isRefused = false;
  setSession(null);
  vi.spyOn(location, "replace").mockImplementation((url) => void replaced.push(String(url)));
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const path = new URL(url).pathname;
    if (path.endsWith("/setup"))
      return new Response(JSON.stringify({ needed: false, open: false, signup: "invite" }));
    sent.push({ path, body: JSON.parse(String(init.body)) });
    if (isRefused)
      return new Response(JSON.stringify({ message: "This code is used.", code: "code_invalid" }), {
        status: 403,
      });
    if (path.endsWith("/reset")) return new Response(null, { status: 204 });
    return new Response(JSON.stringify({ session: "s7", user: { id: "u7" }, expiresIn: 900 }), {
      status: 201,
    });
  });
});
clearAfterEach();

async function open(which: string, hash: string): Promise<void> {
  history.replaceState(null, "", `/${which}${hash}`);
  at = draw(<Door params={[which]} />);
  await settle();
}

describe("joining", () => {
  it("takes the code out of the address and signs in", async () => {
    await open("join", "#K7QXM-2M9FT-00000-11111");
    expect(location.hash).toBe("");
    expect(field("code")?.value).toBe("K7QXM-2M9FT-00000-11111");
    type(field("name"), "Joy");
    type(field("email"), "joy@example.org");
    type(field("password"), "long enough");
    submit(at);
    await settle();
    expect(sent).toEqual([
      {
        path: "/api/auth/signup",
        body: {
          name: "Joy",
          email: "joy@example.org",
          password: "long enough",
          code: "K7QXM-2M9FT-00000-11111",
          tokens: "cookies",
        },
      },
      // The app goes on in the language of this page.
      { path: "/api/me", body: { language: "en" } },
    ]);
    expect(sessionId.value).toBe("s7");
    expect(replaced).toEqual(["/"]);
  });

  it("says why not, and keeps what was typed", async () => {
    isRefused = true;
    await open("join", "");
    expect(field("code")?.required).toBe(true);
    type(field("code"), "wrong");
    submit(at);
    await settle();
    expect(at.querySelector("[role=alert]")?.textContent).toContain("This code is used.");
    expect(field("code")?.value).toBe("wrong");
    expect(sessionId.value).toBeNull();
  });
});

describe("a new password", () => {
  it("is set by the code, and leads to sign-in", async () => {
    await open("reset", "#K7QXM-2M9FT-00000-11111");
    type(field("password"), "long enough");
    submit(at);
    await settle();
    expect(sent).toEqual([
      {
        path: "/api/auth/password/reset",
        body: { code: "K7QXM-2M9FT-00000-11111", password: "long enough" },
      },
    ]);
    expect(at.querySelector("[role=status]")?.textContent).toContain("new password holds");
    expect(at.querySelector("a")?.textContent).toBe("Sign in");
  });
});
