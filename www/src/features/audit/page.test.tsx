import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import events from "../../../../lib/auth/audit_events.def?raw";
import { loadArea } from "../../lib/messages.ts";
import { AuditLog } from "./page.tsx";
import { ALL, EVENTS, queryOf, tableAddress } from "./state.ts";

let at: HTMLElement;
let asked: URL[];
let isBroken: boolean;

const entry = (id: number, part: object = {}) => ({
  id,
  at: "2026-01-31T12:00:00.000Z",
  event: "setting.changed",
  by: "person",
  actor: "u1",
  actorName: "Ada",
  target: "net.consent",
  targetName: null,
  address: "192.0.2.7",
  requestId: "r",
  detail: [],
  erased: false,
  ...part,
});
const pages: Record<string, object> = {
  "": {
    items: [
      entry(4),
      entry(3, {
        event: "user.created",
        by: "terminal",
        actor: null,
        actorName: null,
        address: null,
        target: "u2",
        targetName: "Eve",
        detail: [{ name: "role", value: "user" }],
      }),
    ],
    cursor: "c",
    total: 4,
  },
  c: {
    items: [
      entry(2, { by: "deleted", actor: null, actorName: null, erased: true }),
      entry(1, { event: "moon.risen", by: "nobody", actor: null, actorName: null }),
    ],
    cursor: null,
    total: 4,
  },
};

const settle = async () => {
  for (let i = 0; i < 4; i++) await act(() => new Promise<void>((done) => setTimeout(done, 0)));
};
const show = async () => {
  act(() => render(<AuditLog params={[]} />, at));
  await settle();
};
const rows = () => [...at.querySelectorAll(".audit-entry")].map((row) => row.textContent ?? "");
const button = (name: string) =>
  [...at.querySelectorAll("button")].find((one) => one.textContent === name);
const lists = () => asked.filter((url) => url.pathname.endsWith("/api/audit"));

beforeEach(async () => {
  await loadArea("audit");
  document.head.innerHTML = `<base href="${location.origin}/">`;
  at = document.createElement("div");
  document.body.append(at);
  asked = [];
  isBroken = false;
  vi.stubGlobal("scrollTo", () => undefined);
  vi.stubGlobal("fetch", async (target: string) => {
    const url = new URL(target);
    asked.push(url);
    if (url.pathname.endsWith("/api/users"))
      return new Response(
        JSON.stringify({ users: [{ id: "u1", displayName: "Ada" }], cursor: null }),
      );
    if (isBroken)
      return new Response(JSON.stringify({ code: "internal", message: "Oh." }), { status: 500 });
    return new Response(JSON.stringify(pages[url.searchParams.get("cursor") ?? ""]));
  });
});
afterEach(() => {
  act(() => render(null, at));
  at.remove();
  vi.unstubAllGlobals();
});

it("says who did what, also where nobody is named", async () => {
  await show();
  expect(rows()[0]).toMatch(/^Setting changedAda.*192\.0\.2\.7net\.consent$/);
  expect(rows()[1]).toMatch(/^Person addedThe server's terminal.*Eve – role: user$/);
  act(() => button("Show more")?.click());
  await settle();
  expect(rows()[2]).toContain("Somebody who is gone");
  expect(rows()[3]).toMatch(/^moon\.risenNobody signed in/);
  expect(button("Show more")).toBeUndefined();
});

it("asks for what is chosen, and gives the same as a table", async () => {
  await show();
  const select = at.querySelectorAll("select")[1] as HTMLSelectElement;
  select.value = "user.created";
  act(() => void select.dispatchEvent(new Event("change", { bubbles: true })));
  await settle();
  expect(lists().at(-1)?.searchParams.get("event")).toBe("user.created");
  const link = at.querySelector<HTMLAnchorElement>("a[download]");
  expect(link?.href).toContain("/api/audit?format=csv");
  expect(link?.href).toContain("event=user.created");
});

it("keeps what is there when more cannot be had", async () => {
  await show();
  isBroken = true;
  act(() => button("Show more")?.click());
  await settle();
  expect(rows().length).toBe(2);
  expect(at.querySelector("[role=alert]")?.textContent).toContain("Oh.");
});

it("takes whole days", () => {
  const { from, to } = queryOf({ ...ALL, from: "2026-03-01", to: "2026-03-01" });
  expect(from).toBe(new Date("2026-03-01T00:00").toISOString());
  expect(to).toBe(new Date("2026-03-02T00:00").toISOString());
  expect(tableAddress(ALL, "s1")).toMatch(/\/api\/audit\?format=csv&session=s1$/);
});

it("has words for what the log tells", () => {
  const known = [...events.matchAll(/^EVENT\(\w+, "(.*)", \w+\)$/gm)].map(([, name]) => name);
  expect(known.length).toBeGreaterThan(15);
  expect([...EVENTS]).toEqual(known.sort());
});
