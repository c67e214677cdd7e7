import { act } from "preact/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { clearAfterEach, draw, settle, submit, type, write } from "../../../hands.ts";
import type { Setting } from "../../api/index.ts";
import { loadArea } from "../../lib/messages.ts";
import { Settings } from "./page.tsx";

const row = (name: string, value: Setting["value"]): Setting =>
  ({
    name,
    value,
    default: 1,
    type: "integer",
    source: "database",
    label: name,
    help: "",
    unit: null,
    zero: null,
    min: null,
    max: null,
    choices: [],
    secret: false,
    restart: false,
    environment: null,
  }) as unknown as Setting;

let at: HTMLElement;
let values: Record<string, Setting["value"]>;
let sent: unknown[];
/** Lets the server answer what is saved. */
let answer: () => void;

const field = (label: string): HTMLInputElement => {
  const found = [...at.querySelectorAll("label")].find((one) => one.textContent === label);
  return document.getElementById(found?.getAttribute("for") ?? "") as HTMLInputElement;
};
const save = () => submit(at);

beforeEach(async () => {
  await loadArea("settings");
  values = { "http.one": 1, "http.two": 2 };
  sent = [];
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    if (!url.endsWith("/config")) return new Response(JSON.stringify({ addresses: [] }));
    if (init.method === "PUT") {
      const { settings } = JSON.parse(String(init.body));
      sent.push(settings);
      await new Promise<void>((done) => {
        answer = done;
      });
      for (const { name, value } of settings) values[name] = value;
    }
    const settings = Object.entries(values).map(([name, value]) => row(name, value));
    return new Response(JSON.stringify({ settings }));
  });
  at = draw(<Settings params={[]} />);
  await settle();
});
clearAfterEach();

describe("settings", () => {
  it("that are typed before anything is drawn are all kept", () => {
    act(() => {
      for (const name of ["http.one", "http.two"]) write(field(name), "7");
    });
    expect(at.querySelector(".save-bar")?.textContent).toContain("2");
  });

  it("that are typed while others are saved stay typed", async () => {
    type(field("http.one"), "5");
    save();
    type(field("http.two"), "6");
    answer();
    await settle();
    expect(sent).toEqual([[{ name: "http.one", value: 5 }]]);
    expect(field("http.two").value).toBe("6");
    save();
    answer();
    await settle();
    expect(sent[1]).toEqual([{ name: "http.two", value: 6 }]);
    expect(at.querySelector<HTMLElement>(".save-bar")?.hidden).toBe(true);
  });

  it("that are changed back while they are saved stay changed", async () => {
    type(field("http.one"), "5");
    save();
    type(field("http.one"), "1");
    answer();
    await settle();
    expect(field("http.one").value).toBe("1");
    save();
    expect(sent[1]).toEqual([{ name: "http.one", value: 1 }]);
    answer();
    await settle();
  });
});
