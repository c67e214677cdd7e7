import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { clearAfterEach, draw, settle, submit, type } from "../../../hands.ts";
import { loadArea } from "../../lib/messages.ts";
import { LinkPage } from "./page.tsx";

let at: HTMLElement;
let sent: unknown[];

const field = () => at.querySelector<HTMLInputElement>("[name=code]");
const open = async (search: string) => {
  history.replaceState(null, "", `/link${search}`);
  at = draw(<LinkPage params={[]} />);
  await settle();
};
const press = async (text: string) => {
  const button = [...at.querySelectorAll("button")].find((b) => b.textContent === text);
  if (!button) throw new Error(`no button ${text}`);
  act(() => button.click());
  await settle();
};

beforeEach(async () => {
  await loadArea("link");
  sent = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    if (init.method === "POST") {
      sent.push(JSON.parse(String(init.body)));
      return new Response(null, { status: 204 });
    }
    return /\/bcdf-?ghjk$/i.test(url)
      ? new Response(JSON.stringify({ device: "TV", address: "192.0.2.9" }))
      : new Response(JSON.stringify({ message: "No such code.", code: "x" }), { status: 404 });
  });
});
clearAfterEach();
afterEach(() => history.replaceState(null, "", "/"));

describe("signing in a device", () => {
  it("asks about the one whose code was scanned, and approves nothing by itself", async () => {
    await open("?code=BCDF-GHJK");
    expect(at.querySelector("h2")?.textContent).toContain("TV");
    expect(at.textContent).toContain("192.0.2.9");
    expect(sent).toEqual([]);
    await press("Sign it in");
    expect(sent).toEqual([{ userCode: "BCDF-GHJK", approve: true }]);
    expect(at.querySelector("[role=status]")?.textContent).toContain("signed in");
  });

  it("refuses", async () => {
    await open("?code=BCDF-GHJK");
    await press("Refuse");
    expect(sent).toEqual([{ userCode: "BCDF-GHJK", approve: false }]);
    expect(at.querySelector("[role=status]")?.textContent).toContain("refused");
  });

  it("takes a code that is typed, and says when it is none", async () => {
    await open("");
    expect(document.activeElement).toBe(field());
    type(field(), "XXXX");
    submit(at);
    await settle();
    expect(at.querySelector("[role=alert]")?.textContent).toContain("No such code.");
    expect(field()?.value).toBe("XXXX");
    type(field(), " bcdfghjk ");
    submit(at);
    await settle();
    expect(at.querySelector("h2")?.textContent).toContain("TV");
    expect(at.querySelector(".user-code")?.textContent).toBe("BCDF-GHJK");
    expect(at.querySelector("[role=alert]")).toBe(null);
  });
});
