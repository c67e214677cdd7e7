import { beforeEach, expect, it, vi } from "vitest";
import { clearAfterEach, draw, settle, submit, type } from "../../../hands.ts";
import { loadArea } from "../../lib/messages.ts";
import { Password } from "./password.tsx";

let at: HTMLElement;
let sent: unknown[];
let status: number;

const field = (name: string) => at.querySelector<HTMLInputElement>(`[name=${name}]`);

beforeEach(async () => {
  await loadArea("account");
  sent = [];
  status = 204;
  vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
    sent.push(JSON.parse(String(init.body)));
    if (status === 204) return new Response(null, { status });
    const error = { message: "The present password is wrong.", code: "password_wrong" };
    return new Response(JSON.stringify(error), { status });
  });
  at = draw(<Password email="ada@example.org" />);
  type(field("current"), "the old one");
  type(field("next"), "the new one");
});
clearAfterEach();

it("a password is changed by who knows the present one", async () => {
  submit(at);
  await settle();
  expect(sent).toEqual([{ current: "the old one", password: "the new one" }]);
  expect(at.textContent).toContain("signed out everywhere else");
  expect(field("current")?.value).toBe("");
});

it("a wrong one is told, and what was typed stays", async () => {
  status = 403;
  submit(at);
  await settle();
  expect(at.querySelector("[role=alert]")?.textContent).toContain("present password is wrong");
  expect(field("next")?.value).toBe("the new one");
});
