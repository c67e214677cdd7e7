import { beforeEach, describe, expect, it, vi } from "vitest";
import { clearAfterEach, draw, settle, submit, type } from "../../../hands.ts";
import { loadArea } from "../../lib/messages.ts";
import { Account } from "./page.tsx";

let at: HTMLElement;
let me: Record<string, unknown>;
let sent: unknown[];
/** Lets the server answer what is saved. */
let answer: () => void;

const name = () => at.querySelector<HTMLInputElement>("[name=displayName]");
const save = () => submit(at);

beforeEach(async () => {
  await loadArea("account");
  me = {
    id: "u1",
    email: "ada@example.org",
    displayName: "Ada",
    role: "user",
    profile: { maturityLimit: null },
    language: "en",
    preferences: { autoplay: true, subtitlesLanguage: null },
  };
  sent = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    if (url.endsWith("/devices")) return new Response("[]");
    if (init.method === "PATCH") {
      const body = JSON.parse(String(init.body));
      sent.push(body);
      await new Promise<void>((done) => {
        answer = done;
      });
      me = { ...me, ...body };
    }
    return new Response(JSON.stringify(me));
  });
  at = draw(<Account params={[]} />);
  await settle();
});
clearAfterEach();

describe("the account", () => {
  it("says that it is saved", async () => {
    type(name(), "Ada L");
    save();
    answer();
    await settle();
    expect(sent).toMatchObject([{ displayName: "Ada L", language: "en" }]);
    expect(at.textContent).toContain("Saved");
  });

  it("keeps what is typed while it is saved", async () => {
    type(name(), "Ada L");
    save();
    type(name(), "Ada Lovelace");
    answer();
    await settle();
    expect(name()?.value).toBe("Ada Lovelace");
    expect(at.textContent).not.toContain("Saved");
    save();
    answer();
    await settle();
    expect(sent[1]).toMatchObject({ displayName: "Ada Lovelace" });
    expect(at.textContent).toContain("Saved");
  });
});
