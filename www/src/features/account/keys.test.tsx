import { act } from "preact/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { clearAfterEach, draw, settle, submit, type } from "../../../hands.ts";
import { loadArea } from "../../lib/messages.ts";
import { Keys } from "./keys.tsx";

const secret = "mk_0123456789012345678901234567890123456789012";

let at: HTMLElement;
let list: Record<string, unknown>[];
let sent: string[];
/** What the server says to a change. */
let refusal: { status: number; message: string } | null;
let copied: string[];

const key = (id: string, more: object = {}) => ({
  id,
  name: `Script ${id}`,
  kind: "key",
  scope: "read",
  createdAt: "2026-01-01T10:00:00Z",
  expiresAt: null,
  lastUsedAt: null,
  lastAddress: null,
  ...more,
});

function answer(method: string, path: string, body: string): Response {
  if (method === "GET") return new Response(JSON.stringify(list));
  sent.push(`${method} ${path} ${body}`.trim());
  if (refusal !== null) {
    const { status, message } = refusal;
    return new Response(JSON.stringify({ message, code: "x" }), { status });
  }
  if (method === "DELETE") {
    list = list.filter(({ id }) => !path.endsWith(`/${id}`));
    return new Response(null, { status: 204 });
  }
  const made = key("new", JSON.parse(body));
  list = [...list, made];
  return new Response(JSON.stringify({ ...made, secret }), { status: 201 });
}

async function show(...some: typeof list): Promise<void> {
  list = some;
  at = draw(<Keys />);
  await settle();
}

beforeEach(async () => {
  await loadArea("apikeys");
  sent = [];
  refusal = null;
  copied = [];
  vi.stubGlobal("fetch", async (url: string, { method = "GET", body }: RequestInit) =>
    answer(method, new URL(url).pathname, String(body ?? "")),
  );
  vi.spyOn(navigator.clipboard, "writeText").mockImplementation(async (text) => {
    copied.push(text);
  });
});
clearAfterEach();

const dialog = () => at.querySelector("dialog");
const rows = () => [...at.querySelectorAll("li")];
/** What a keyboard does: only what can have the focus is pressed. */
async function press(words: string, within: Element | null = at): Promise<void> {
  const all = [...(within?.querySelectorAll<HTMLElement>("button") ?? [])];
  const wanted = all.find((one) => one.textContent?.trim() === words);
  if (!wanted) throw new Error(`There is no button "${words}".`);
  act(() => wanted.focus());
  expect(document.activeElement).toBe(wanted);
  act(() => wanted.click());
  await settle();
}
const choose = (label: string, value: string) =>
  act(() => {
    const of = [...at.querySelectorAll("label")].find((one) => one.textContent === label);
    const field = at.querySelector<HTMLSelectElement>(`[id="${of?.htmlFor}"]`);
    if (!field) throw new Error(`There is no list "${label}".`);
    field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });

describe("keys", () => {
  it("are none at first: only a way to make one", async () => {
    await show();
    expect(at.querySelector("ul")).toBeNull();
    expect([...at.querySelectorAll("button")].map((b) => b.textContent)).toEqual(["Make a key"]);
    expect(at.querySelector("section")?.getAttribute("aria-busy")).toBe("false");
  });

  it("are shown with what they may and when they were used", async () => {
    await show(
      key("a"),
      key("b", {
        kind: "password",
        scope: "full",
        lastUsedAt: "2026-02-03T10:00:00Z",
        lastAddress: "192.0.2.7",
      }),
      key("c", { expiresAt: "2026-01-02T10:00:00Z" }),
    );
    const [a, b, c] = rows().map((row) => row.textContent ?? "");
    expect(a).toContain("Script a");
    expect(a).toContain("Read and play");
    expect(a).toContain("not used yet");
    expect(b).toContain("App password");
    expect(b).toContain("Read, play and change");
    expect(b).toContain("from 192.0.2.7");
    expect(c).toContain("Ended");
  });

  it("that cannot be had say why", async () => {
    vi.stubGlobal("fetch", async () => {
      const body = JSON.stringify({ message: "Not with a key.", code: "key_scope" });
      return new Response(body, { status: 403 });
    });
    await show();
    expect(at.querySelector("[role=alert]")?.textContent).toContain("Not with a key.");
  });
});

describe("a new key", () => {
  const name = () => dialog()?.querySelector<HTMLInputElement>("[name=keyName]");

  it("is what was wished, shown once, and gone with its window", async () => {
    await show();
    await press("Make a key");
    await type(name(), "  The dashboard ");
    await choose("Ends", "90");
    await submit(at);
    await settle();
    const wish = { name: "The dashboard", kind: "key", scope: "read", days: 90 };
    expect(sent).toEqual([`POST /api/auth/keys ${JSON.stringify(wish)}`]);
    expect(dialog()?.getAttribute("aria-label")).toBe("Your new key");
    expect(dialog()?.querySelector("input")?.value).toBe(secret);
    expect(document.activeElement).toBe(dialog()?.querySelector("input"));
    expect(rows().length).toBe(1);
    await press("I have kept it");
    expect(at.innerHTML).not.toContain(secret);
    expect(at.querySelector("input")).toBeNull();
  });

  it("of another kind says how it is used; it never ends unless that was wished", async () => {
    await show();
    await press("Make a key");
    await type(name(), "The old set");
    await choose("Kind", "password");
    await choose("What it may", "full");
    await choose("Ends", "30");
    await choose("Ends", "");
    await submit(at);
    await settle();
    const wish = { name: "The old set", kind: "password", scope: "full" };
    expect(sent).toEqual([`POST /api/auth/keys ${JSON.stringify(wish)}`]);
    expect(dialog()?.getAttribute("aria-label")).toBe("Your new app password");
    expect(dialog()?.textContent).toContain("in the place of your password");
  });

  it("is copied, which the button says", async () => {
    await show();
    await press("Make a key");
    await type(name(), "The dashboard");
    await submit(at);
    await settle();
    await press("Copy");
    expect(copied).toEqual([secret]);
    await press("Copied");
  });

  it("that is refused leaves what was typed, with the reason", async () => {
    await show();
    refusal = { status: 409, message: "A person may have 20." };
    await press("Make a key");
    await type(name(), "One more");
    await submit(at);
    await settle();
    expect(dialog()?.querySelector("[role=alert]")?.textContent).toContain("may have 20");
    expect(name()?.value).toBe("One more");
    expect(rows()).toEqual([]);
  });
});

describe("revoking", () => {
  const ask = async () => {
    await show(key("a"), key("b"));
    await press("Revoke Script a");
  };

  it("asks first, with the focus on what changes nothing", async () => {
    await ask();
    expect(dialog()?.textContent).toContain("What uses “Script a” stops at once");
    expect(document.activeElement?.textContent).toBe("Keep it");
    await press("Keep it");
    expect(sent).toEqual([]);
    expect(rows().length).toBe(2);
  });

  it("ends that one; the focus stays at the list", async () => {
    await ask();
    await press("Revoke", dialog());
    expect(sent).toEqual(["DELETE /api/auth/keys/a"]);
    expect(rows().map((row) => row.querySelector("bdi")?.textContent)).toEqual(["Script b"]);
    expect(document.activeElement?.textContent).toBe("Keys and app passwords");
  });

  it("that fails says so where it was asked", async () => {
    await ask();
    refusal = { status: 500, message: "Not now." };
    await press("Revoke", dialog());
    expect(dialog()?.querySelector("[role=alert]")?.textContent).toContain("Not now.");
    expect(rows().length).toBe(2);
  });

  it("what was revoked elsewhere is done", async () => {
    await ask();
    refusal = { status: 404, message: "There is no such key." };
    list = [key("b")];
    await press("Revoke", dialog());
    expect(at.querySelector("[role=alert]")).toBeNull();
    expect(rows().length).toBe(1);
  });
});
