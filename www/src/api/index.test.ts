import { expect, it, vi } from "vitest";
import { auth, isAdmin } from "./index.ts";
import { person, setSession } from "./session.ts";

it("who was here before says nothing of who is here now", async () => {
  document.head.innerHTML = `<base href="${location.origin}/">`;
  let answer: (me: unknown) => void = () => undefined;
  const coming = new Promise((done) => {
    answer = done;
  });
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify(await coming)));
  setSession("one");
  const asked = auth.me();
  setSession("two");
  answer({ id: "ada", role: "admin" });
  expect((await asked).id).toBe("ada");
  expect([person.value, isAdmin.value]).toEqual([null, null]);
  vi.unstubAllGlobals();
});
