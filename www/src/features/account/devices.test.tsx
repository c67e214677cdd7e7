import { act } from "preact/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { clearAfterEach, draw, settle } from "../../../hands.ts";
import { loadArea } from "../../lib/messages.ts";
import { Devices } from "./devices.tsx";

let at: HTMLElement;
let list: Record<string, unknown>[];
let sent: string[];
let refuses: boolean;

const device = (id: string, current = false) => ({
  id,
  device: `Browser ${id}`,
  address: "192.0.2.7",
  createdAt: "2026-01-01T10:00:00Z",
  lastUsedAt: "2026-01-02T10:00:00Z",
  current,
});
const buttons = () => [...at.querySelectorAll("button")];
const press = async (text: string) => {
  const button = buttons().find((b) => b.textContent?.includes(text));
  if (!button) throw new Error(`no button ${text}`);
  act(() => button.click());
  await settle();
};

beforeEach(async () => {
  await loadArea("account");
  list = [device("a", true), device("b"), device("c")];
  sent = [];
  refuses = false;
  vi.stubGlobal("fetch", async (url: string, { method = "GET" }: RequestInit) => {
    if (method === "GET") return new Response(JSON.stringify(list));
    const path = new URL(url).pathname;
    sent.push(`${method} ${path}`);
    if (refuses)
      return new Response(JSON.stringify({ message: "Not now.", code: "x" }), { status: 500 });
    if (method === "DELETE") list = list.filter((d) => !path.endsWith(`/${d.id}`));
    else list = list.filter((d) => d.current);
    return method === "DELETE"
      ? new Response(null, { status: 204 })
      : new Response(JSON.stringify({ ended: 2 }));
  });
  at = draw(<Devices />);
  await settle();
});
clearAfterEach();

describe("devices", () => {
  it("are shown, this one without a way to sign it out", () => {
    expect(at.querySelectorAll("li").length).toBe(3);
    expect(at.querySelector("li")?.textContent).toContain("This device");
    expect(at.querySelector("li button")).toBe(
      at.querySelectorAll("li")[1]?.querySelector("button"),
    );
    expect(at.textContent).toContain("from 192.0.2.7");
  });

  it("end one by one; the focus stays at the list", async () => {
    await press("Browser b");
    expect(sent).toEqual(["DELETE /api/auth/devices/b"]);
    expect(at.querySelectorAll("li").length).toBe(2);
    expect(document.activeElement?.textContent).toBe("Devices");
  });

  it("end together but this one, and then nothing is offered", async () => {
    await press("everywhere else");
    expect(sent).toEqual(["POST /api/auth/devices/revoke-others"]);
    expect(at.querySelectorAll("li").length).toBe(1);
    expect(buttons()).toEqual([]);
  });

  it("that could not be signed out are there, with the reason", async () => {
    refuses = true;
    await press("Browser c");
    expect(at.querySelector("[role=alert]")?.textContent).toContain("Not now.");
    expect(at.querySelectorAll("li").length).toBe(3);
  });
});
