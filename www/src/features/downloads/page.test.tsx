import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { tell } from "../../api/events.ts";
import type { Download } from "../../api/index.ts";
import { sendAll } from "../../ui/optimistic.ts";
import { toasts } from "../../ui/toast.tsx";
import { Downloads } from "./page.tsx";
import { download } from "./sample.ts";

let at: HTMLElement;
let list: Download[];
let isAgreed: boolean;
/** The server answers 500 to whatever changes something. */
let isBroken: boolean;
/** What is behind the server is away. */
let isAway: boolean;
/** Bytes on the disk. */
let used: number;
let asked: { method: string; path: string; body: unknown }[];

function answer(method: string, path: string, body: { magnet?: string; title?: string }): Response {
  const headers = { "Content-Type": "application/json" };
  const json = (value: unknown, status = 200) =>
    new Response(JSON.stringify(value), { status, headers });
  if (path === "/api/storage") {
    const items = used > 0 ? [{ downloadId: 1, title: "Long Road", used, pinned: false }] : [];
    return json({ limit: 5e10, used, left: 0, admitted: 0, free: 1e11, items });
  }
  if (path === "/api/downloads" && method === "GET" && isAway)
    return json({ code: "daemon_down", message: "The media service is not running" }, 503);
  if (path === "/api/config") {
    isAgreed = true;
    return json({ settings: [] });
  }
  // What more there is to say of one is not looked at here.
  if (/\d$/.test(path) && method === "GET") return json({ code: "not_found" }, 404);
  if (method === "GET") return json({ downloads: list });
  if (isBroken) return json({ code: "internal", message: "The disk is full." }, 500);
  if (method === "POST") {
    if (!isAgreed) return json({ code: "consent_needed", message: "Agree first." }, 409);
    list = [download({ id: 7, title: body.magnet ?? "a file" }), ...list];
    return json({ id: 7, known: false }, 201);
  }
  if (method === "PATCH") return json({ ...list[0], state: "paused" });
  if (path.startsWith("/api/storage/")) {
    used = 0;
    return new Response(null, { status: 204 });
  }
  list = list.slice(1);
  return new Response(null, { status: 204 });
}

const settle = () => act(() => new Promise<void>((done) => setTimeout(done, 0)));
const button = (name: string): HTMLElement => {
  const found = [...at.querySelectorAll<HTMLElement>("button")].find(
    (b) => (b.getAttribute("aria-label") ?? b.textContent)?.trim() === name,
  );
  if (!found) throw new Error(`no button ${name} in ${at.textContent}`);
  return found;
};
const press = async (name: string) => {
  button(name).click();
  await settle();
  await settle();
};

beforeEach(async () => {
  document.head.innerHTML = `<base href="${location.origin}/">`;
  at = document.createElement("div");
  document.body.append(at);
  list = [download()];
  isAgreed = false;
  isBroken = false;
  isAway = false;
  used = 0;
  toasts.value = [];
  sessionStorage.clear();
  asked = [];
  vi.stubGlobal("scrollTo", () => undefined);
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const { pathname, search } = new URL(url);
    const body = init.body ? JSON.parse(String(init.body)) : {};
    asked.push({ method: init.method ?? "GET", path: pathname + search, body });
    return answer(init.method ?? "GET", pathname, body);
  });
  render(<Downloads params={[]} />, at);
  await settle();
  await settle();
});

afterEach(() => {
  render(null, at);
  at.remove();
  vi.unstubAllGlobals();
});

const changes = () => asked.filter((a) => a.method !== "GET");

describe("the page of downloads", () => {
  it("says of each what it does", () => {
    expect(at.textContent).toContain("Long Road");
    expect(at.textContent).toContain("↓ 3.0 MB/s");
    expect(at.querySelector("[role=progressbar]")?.getAttribute("aria-valuenow")).toBe("40");
    expect(at.textContent).toContain("0 B of 50 GB used");
  });

  it("pauses one and shows it paused", async () => {
    await press("Pause Long Road");
    expect(changes()).toEqual([
      { method: "PATCH", path: "/api/downloads/1", body: { paused: true } },
    ]);
    expect(at.textContent).toContain("Paused");
    button("Resume Long Road");
  });

  it("removes one only after a question, with or without the bytes", async () => {
    await press("Remove Long Road");
    expect(changes()).toEqual([]);
    await press("Remove, keep the bytes");
    expect(at.textContent).toContain("Nothing is being fetched or shared.");
    expect(changes()).toEqual([]);
    await act(() => sendAll().then(() => undefined));
    expect(changes()[0]).toMatchObject({
      method: "DELETE",
      path: "/api/downloads/1?erase=false",
    });
  });

  it("takes a removal back as long as nothing is done", async () => {
    await press("Remove Long Road");
    await press("Remove with its bytes");
    expect(toasts.value[0]?.text).toBe("Long Road removed");
    act(() => toasts.value[0]?.undo?.());
    button("Pause Long Road");
    await act(() => sendAll().then(() => undefined));
    expect(changes()).toEqual([]);
  });

  const told = () => toasts.value.filter((one) => one.isProblem).map((one) => one.text);

  it("shows one paused at once, and as it was when the server answers 500", async () => {
    isBroken = true;
    act(() => button("Pause Long Road").click());
    button("Resume Long Road");
    await settle();
    button("Pause Long Road");
    expect(told()).toEqual(["Long Road was not paused. The disk is full."]);
  });

  it("shows one kept at once, and as it was when the server answers 500", async () => {
    isBroken = true;
    const isKept = () => button("Keep Long Road").getAttribute("aria-pressed");
    act(() => button("Keep Long Road").click());
    expect(isKept()).toBe("true");
    await settle();
    expect(isKept()).toBe("false");
    expect(told()).toEqual(["What is kept was not changed for Long Road. The disk is full."]);
  });

  it("shows one again that the server did not remove", async () => {
    isBroken = true;
    await press("Remove Long Road");
    await press("Remove with its bytes");
    expect(at.textContent).toContain("Nothing is being fetched or shared.");
    await act(() => sendAll().then(() => undefined));
    await settle();
    button("Pause Long Road");
    expect(told()).toEqual(["Long Road was not removed. The disk is full."]);
  });

  it("shows its bytes being checked at once, and as it was when the server answers 500", async () => {
    isBroken = true;
    await press("Details of Long Road");
    act(() => button("Check its bytes").click());
    expect(at.textContent).toContain("Checking what is here");
    await settle();
    expect(at.textContent).not.toContain("Checking what is here");
    expect(told()).toEqual(["The bytes of Long Road are not being checked. The disk is full."]);
  });

  async function free(): Promise<void> {
    used = 2e9;
    render(null, at);
    render(<Downloads params={[]} />, at);
    for (let i = 0; i < 4; i++) await settle();
    expect(at.textContent).toContain("2.0 GB of 50 GB used");
    await press("Free the room of Long Road");
    await press("Free it");
    expect(at.textContent).toContain("0 B of 50 GB used, 102 GB free");
  }

  it("shows room as free at once, and has it freed when that is not taken back", async () => {
    await free();
    expect(changes()).toEqual([]);
    await act(() => sendAll().then(() => undefined));
    for (let i = 0; i < 4; i++) await settle();
    expect(changes()).toEqual([{ method: "DELETE", path: "/api/storage/1", body: {} }]);
    expect(at.textContent).toContain("0 B of 50 GB used, 100 GB free");
  });

  it("shows room as taken again when that is taken back", async () => {
    await free();
    act(() => toasts.value[0]?.undo?.());
    expect(at.textContent).toContain("2.0 GB of 50 GB used");
    await act(() => sendAll().then(() => undefined));
    expect(changes()).toEqual([]);
  });

  it("shows room as taken again when the server answers 500", async () => {
    await free();
    isBroken = true;
    await act(() => sendAll().then(() => undefined));
    await settle();
    expect(at.textContent).toContain("2.0 GB of 50 GB used");
    expect(told()).toEqual(["The room of Long Road was not freed. The disk is full."]);
  });

  it("is a screen of its own when it could not be loaded, until it can", async () => {
    isAway = true;
    render(null, at);
    render(<Downloads params={[]} />, at);
    for (let i = 0; i < 4; i++) await settle();
    expect(at.querySelector("h1")?.textContent).toBe("Something went wrong");
    expect(at.textContent).toContain("The media service is not running");
    isAway = false;
    await act(() => tell("reset", null));
    for (let i = 0; i < 4; i++) await settle();
    button("Pause Long Road");
  });

  const paste = async (magnet: string) => {
    const data = { files: [], getData: (type: string) => (type === "text" ? magnet : "") };
    const pasted = Object.assign(new Event("paste", { bubbles: true, cancelable: true }), {
      clipboardData: data,
    });
    document.body.dispatchEvent(pasted);
    await settle();
    await settle();
  };

  it("asks for consent before the first torrent, then adds it", async () => {
    const magnet = `magnet:?xt=urn:btih:${"b".repeat(40)}`;
    await paste(magnet);
    expect(at.textContent).toContain("also uploads to others");
    expect(changes()).toHaveLength(1);
    await press("I agree");
    expect(changes().map((c) => [c.method, c.path])).toEqual([
      ["POST", "/api/downloads"],
      ["PUT", "/api/config"],
      ["POST", "/api/downloads"],
    ]);
    expect(changes()[1]?.body).toEqual({ settings: [{ name: "net.consent", value: true }] });
    expect(changes()[2]?.body).toEqual({ magnet });
    expect(at.textContent).toContain(magnet);
  });

  it("does not ask who has declined again, but leaves a button", async () => {
    const magnet = `magnet:?xt=urn:btih:${"c".repeat(40)}`;
    await paste(magnet);
    await press("Own files only");
    expect(at.textContent).not.toContain("also uploads to others");
    await paste(magnet);
    expect(at.textContent).not.toContain("also uploads to others");
    expect(at.textContent).toContain("Not added");
    await press("Allow torrents");
    await press("I agree");
    expect(changes().at(-1)?.body).toEqual({ magnet });
    expect(at.textContent).not.toContain("Not added");
  });

  it("takes a .torrent that is dropped, as base64", async () => {
    isAgreed = true;
    const file = new File([new Uint8Array([0x64, 0xff, 0x65])], "film.torrent");
    const drop = Object.assign(new Event("drop", { bubbles: true, cancelable: true }), {
      dataTransfer: { files: [file], getData: () => "" },
    });
    dispatchEvent(drop);
    await settle();
    await settle();
    expect(drop.defaultPrevented).toBe(true);
    expect(changes()[0]?.body).toEqual({ torrent: btoa("d\xffe") });
  });

  it("says why it does not take another file", async () => {
    const file = new File(["x"], "film.mkv");
    const drop = Object.assign(new Event("drop", { bubbles: true, cancelable: true }), {
      dataTransfer: { files: [file], getData: () => "" },
    });
    dispatchEvent(drop);
    await settle();
    expect(changes()).toEqual([]);
    expect(at.textContent).toContain("film.mkv is no .torrent file.");
  });
});
