import { act } from "preact/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { clearAfterEach, draw, settle } from "../../../hands.ts";
import { loadArea } from "../../lib/messages.ts";
import { sendAll } from "../../ui/optimistic.ts";
import { toasts } from "../../ui/toast.tsx";
import { People } from "./page.tsx";

const person = (id: string, displayName: string, role: string) => ({
  id,
  email: `${displayName.toLowerCase()}@example.org`,
  name: displayName.toLowerCase(),
  displayName,
  role,
  disabled: false,
  createdAt: "2026-01-02T03:04:05.000Z",
});
const made = {
  id: "i9",
  code: "K7QXM-2M9FT-00000-11111",
  link: "http://miau.local/join#K7QXM-2M9FT-00000-11111",
  expiresAt: "2026-02-03T04:05:06.000Z",
};

const key = (id: string, name: string) => ({
  id,
  name,
  kind: "key",
  scope: "full",
  createdAt: "2026-01-02T03:04:05.000Z",
  expiresAt: null,
  lastUsedAt: null,
  lastAddress: null,
});

let at: HTMLElement;
let asked: string[];
let keys: { id: string }[];
/** What the server says to a change. */
let refusal: string | null;

function answer(method: string, path: string): unknown {
  if (path === "/api/me")
    return { id: "u1", role: "admin", displayName: "Ada", profiles: 1, profile: { id: "p1" } };
  if (method === "GET" && path === "/api/users")
    return {
      users: [person("u1", "Ada", "admin"), person("u2", "Ben", "user")],
      cursor: null,
      total: 2,
    };
  if (method === "GET" && path === "/api/users/u2/keys") return keys;
  if (method === "GET") return { invitations: [{ ...made, role: "user" }] };
  return made;
}

beforeEach(async () => {
  await loadArea("people");
  await loadArea("apikeys");
  keys = [key("k1", "Script"), key("k2", "Player")];
  toasts.value = [];
  asked = [];
  refusal = null;
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const { pathname } = new URL(url);
    const method = init.method ?? "GET";
    if (method !== "GET") asked.push(`${method} ${pathname} ${init.body ?? ""}`.trim());
    if (refusal !== null && method !== "GET")
      return new Response(JSON.stringify({ message: refusal, code: "last_admin" }), {
        status: 409,
      });
    keys = keys.filter(({ id }) => pathname !== `/api/users/u2/keys/${id}`);
    if (method === "DELETE") return new Response(null, { status: 204 });
    return new Response(JSON.stringify(answer(method, pathname)));
  });
  at = draw(<People params={[]} />);
  await settle();
});
clearAfterEach();

const row = (name: string) =>
  [...at.querySelectorAll<HTMLElement>(".person")].find((one) => one.textContent?.includes(name));
const press = (within: Element | null | undefined, words: string) =>
  act(() => {
    const all = [...(within?.querySelectorAll<HTMLElement>("button") ?? [])];
    const wanted = (one: HTMLElement) =>
      (one.getAttribute("aria-label") ?? one.textContent) === words;
    all.find(wanted)?.click();
  });
const choose = (list: HTMLSelectElement | null | undefined, value: string) =>
  act(() => {
    if (!list) throw new Error("There is no such list.");
    list.value = value;
    list.dispatchEvent(new Event("change", { bubbles: true }));
  });

/** Its switches: whether they administer, whether they may sign in. */
const switches = (name: string) => [
  ...(row(name)?.querySelectorAll<HTMLInputElement>("[role=switch]") ?? []),
];

describe("people", () => {
  it("are shown with what they may do, oneself marked", () => {
    expect(row("Ben")?.textContent).toContain("ben@example.org");
    expect(row("Ada")?.textContent).toContain("you");
    expect(switches("Ben").map((one) => one.checked)).toEqual([false, true]);
    expect(switches("Ada").map((one) => one.checked)).toEqual([true, true]);
  });

  it("get another role, and the old one back when that is refused", async () => {
    act(() => switches("Ben")[0]?.click());
    await settle();
    expect(asked).toEqual(['PATCH /api/users/u2 {"role":"admin"}']);
    refusal = "This is the last administrator.";
    act(() => switches("Ada")[0]?.click());
    await settle();
    expect(switches("Ada")[0]?.checked).toBe(true);
    expect(toasts.value.at(-1)?.text).toContain("Ada was not changed.");
  });

  it("are let in no more", async () => {
    act(() => switches("Ben")[1]?.click());
    await settle();
    expect(asked).toEqual(['PATCH /api/users/u2 {"disabled":true}']);
  });

  it("leave after a while in which that can be taken back", async () => {
    press(row("Ben"), "Remove Ben");
    expect(row("Ben")).toBeUndefined();
    act(() => toasts.value[0]?.undo?.());
    expect(row("Ben")).toBeDefined();
    press(row("Ben"), "Remove Ben");
    await act(() => sendAll().then(() => undefined));
    expect(asked).toEqual(["DELETE /api/users/u2"]);
  });

  it("are handed a code for a new password", async () => {
    press(row("Ben"), "Code for a new password");
    await settle();
    expect(asked).toEqual(["POST /api/users/u2/reset"]);
    const window = at.querySelector("dialog");
    expect(window?.textContent).toContain(made.code);
    expect(window?.querySelector(".qr")?.getAttribute("aria-label")).toContain(made.link);
  });
});

describe("somebody's keys", () => {
  const dialog = () => at.querySelector("dialog[open]");
  const names = () => [...(dialog()?.querySelectorAll("bdi") ?? [])].map((one) => one.textContent);
  beforeEach(async () => {
    press(row("Ben"), "Keys Ben");
    await settle();
  });

  it("are shown in a window, and asked for only there", () => {
    expect(dialog()?.getAttribute("aria-label")).toBe("Keys of Ben");
    expect(names()).toEqual(["Script", "Player"]);
  });

  it("end after a question; the focus stays in the window", async () => {
    press(dialog(), "Revoke Script");
    expect(dialog()?.textContent).toContain("What uses “Script” stops at once");
    expect(document.activeElement?.textContent).toBe("Keep it");
    expect(asked).toEqual([]);
    press(dialog(), "Revoke");
    await settle();
    expect(asked).toEqual(["DELETE /api/users/u2/keys/k1"]);
    expect(names()).toEqual(["Player"]);
    expect(document.activeElement).toBe(dialog()?.querySelector("p"));
  });

  it("that could not be ended are there, with the reason", async () => {
    press(dialog(), "Revoke Script");
    refusal = "Not now.";
    press(dialog(), "Revoke");
    await settle();
    expect(dialog()?.querySelector("[role=alert]")?.textContent).toContain("Not now.");
    press(dialog(), "Keep it");
    expect(names()).toEqual(["Script", "Player"]);
  });
});

describe("invitations", () => {
  it("are made for a role and shown once", async () => {
    const part = at.querySelector(".invitations");
    await choose(part?.querySelector("select"), "admin");
    press(part, "Invite somebody");
    await settle();
    expect(asked).toEqual(['POST /api/auth/invitations {"role":"admin"}']);
    expect(at.querySelector("dialog")?.textContent).toContain(made.code);
  });

  it("are taken back", async () => {
    const list = at.querySelector(".invitations ul");
    act(() => list?.querySelector("button")?.click());
    await settle();
    expect(asked).toEqual(["DELETE /api/auth/invitations/i9"]);
  });

  it("say why there can be none", async () => {
    refusal = "Accounts are made by an administrator here.";
    press(at.querySelector(".invitations"), "Invite somebody");
    await settle();
    expect(at.querySelector("[role=alert]")?.textContent).toContain("by an administrator");
  });
});
