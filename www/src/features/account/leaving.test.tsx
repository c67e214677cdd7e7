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

describe("leaving", () => {
  it("gives all that is held, by an address that names the session", () => {
    const link = at.querySelector<HTMLAnchorElement>("a[download]");
    expect(link?.getAttribute("href")).toContain("api/me/export?session=5f0c");
  });

  it("says that the password is wrong, and stays", async () => {
    answer = () =>
      new Response(
        JSON.stringify({ error: "x", message: "The password is wrong.", code: "password_wrong" }),
        { status: 403, headers: { "content-type": "application/json" } },
      );
    at.querySelector("button")?.click();
    await settle();
    type(at.querySelector<HTMLInputElement>("[name=leaving]"), "guess");
    submit(at);
    await settle();
    expect(sent).toEqual([["DELETE", { password: "guess" }]]);
    expect(at.querySelector("[role=alert]")?.textContent).toContain("password is wrong");
    expect(sessionId.value).toBe("5f0c");
  });
});
