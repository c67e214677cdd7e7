import { beforeEach, expect, it, vi } from "vitest";
import { clearAfterEach, draw, settle, submit, type } from "../../../hands.ts";
import { loadArea } from "../../lib/messages.ts";
import { AddBar } from "./add.tsx";

const MAGNET = `magnet:?xt=urn:btih:${"d".repeat(40)}`;

let at: HTMLElement;
let sent: unknown[];
/** Lets the server answer. */
let answer: (status: number) => void;

const field = () => at.querySelector<HTMLInputElement>("[name=magnet]");
const add = () => submit(at);

beforeEach(async () => {
  await loadArea("downloads");
  sent = [];
  vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
    sent.push(JSON.parse(String(init.body)));
    const status = await new Promise<number>((done) => {
      answer = done;
    });
    const body = status === 201 ? { id: 1, known: false } : { message: "The disk is full." };
    return new Response(JSON.stringify(body), { status });
  });
  at = draw(<AddBar added={() => undefined} />);
});
clearAfterEach();

it("a link that is typed stays until it is added", async () => {
  type(field(), MAGNET);
  add();
  await settle();
  answer(500);
  await settle();
  expect(at.textContent).toContain("The disk is full.");
  expect(field()?.value).toBe(MAGNET);
  add();
  await settle();
  answer(201);
  await settle();
  expect(sent).toEqual([{ magnet: MAGNET }, { magnet: MAGNET }]);
  expect(field()?.value).toBe("");
});

it("what is typed while a link is added stays", async () => {
  type(field(), MAGNET);
  add();
  await settle();
  type(field(), "magnet:?xt=");
  answer(201);
  await settle();
  expect(field()?.value).toBe("magnet:?xt=");
});
