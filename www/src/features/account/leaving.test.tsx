import { beforeEach, describe, expect, it, vi } from "vitest";
import { clearAfterEach, draw, settle, submit, type } from "../../../hands.ts";
import { sessionId, setSession } from "../../api/client.ts";
import { loadArea } from "../../lib/messages.ts";
import { Leaving } from "./leaving.tsx";

let at: HTMLElement;
let sent: unknown[];
let answer: () => Response;

beforeEach(async () => {
  await loadArea("account");
  sent = [];
  setSession("5f0c", "u1");
  vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
    sent.push([init.method, JSON.parse(String(init.body))]);
    return answer();
  });
  at = draw(<Leaving />);
  await settle();
});
clearAfterEach();

const button = (i: number) => at.querySelectorAll<HTMLButtonElement>(".actions button")[i];

describe("leaving", () => {
  it("gives all that is held to whoever knows the password", async () => {
    const made: Blob[] = [];
    vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: (blob: Blob) => made.push(blob) }));
    answer = () => new Response("PK", { headers: { "content-type": "application/zip" } });
    button(0)?.click();
    await settle();
    expect(document.activeElement).toBe(at.querySelector("[name=taking]"));
    type(at.querySelector<HTMLInputElement>("[name=taking]"), "secret");
    submit(at);
    await settle();
    expect(sent).toEqual([["POST", { password: "secret" }]]);
    expect(await made[0]?.text()).toBe("PK");
    expect(at.querySelector("[name=taking]")).toBe(null);
  });

  it("says that the password is wrong, and stays", async () => {
    answer = () =>
      new Response(
        JSON.stringify({ error: "x", message: "The password is wrong.", code: "password_wrong" }),
        { status: 403, headers: { "content-type": "application/json" } },
      );
    button(1)?.click();
    await settle();
    type(at.querySelector<HTMLInputElement>("[name=leaving]"), "guess");
    submit(at);
    await settle();
    expect(sent).toEqual([["DELETE", { password: "guess" }]]);
    expect(at.querySelector("[role=alert]")?.textContent).toContain("password is wrong");
    expect(sessionId.value).toBe("5f0c");
  });
});
