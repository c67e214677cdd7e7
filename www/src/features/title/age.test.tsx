import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { clearAfterEach, draw, settle } from "../../../hands.ts";
import { isAdmin, type Movie } from "../../api/index.ts";
import { loadArea } from "../../lib/messages.ts";
import { Age, ageMark } from "./age.tsx";

const film = { id: 7, type: "movie", certification: "PG", minimumAge: 8 } as Movie;

let at: HTMLElement;
let sent: string[];
let refusal: string | null;
const reload = vi.fn();
const rows = () => [...at.querySelectorAll<HTMLElement>("[role=menuitemradio]")];

beforeEach(async () => {
  await loadArea("title");
  isAdmin.value = true;
  sent = [];
  refusal = null;
  reload.mockClear();
  vi.stubGlobal("fetch", async (url: string, { method, body }: RequestInit) => {
    sent.push(`${method} ${new URL(url).pathname} ${body}`);
    if (refusal === null) return new Response(JSON.stringify({}));
    return new Response(JSON.stringify({ message: refusal, code: "x" }), { status: 500 });
  });
  at = draw(<Age title={film} reload={reload} />);
});
afterEach(() => {
  isAdmin.value = null;
});
clearAfterEach();

async function choose(words: string): Promise<void> {
  act(() => at.querySelector("button")?.click());
  act(() =>
    rows()
      .find((row) => row.textContent === words)
      ?.click(),
  );
  await settle();
}

describe("for whom a title is", () => {
  it("is said, and what holds is marked", () => {
    expect(at.textContent).toContain("From 8 years");
    act(() => at.querySelector("button")?.click());
    expect(rows().find((row) => row.getAttribute("aria-checked") === "true")?.textContent).toBe(
      "From 8 years",
    );
  });

  it("is chosen; the certificate stays", async () => {
    await choose("From 16 years");
    expect(sent).toEqual([
      'PUT /api/titles/movie-7/certification {"certification":"PG","minimumAge":16}',
    ]);
    expect(reload).toHaveBeenCalledOnce();
  });

  it("is taken away", async () => {
    await choose("Not rated for an age");
    expect(sent).toEqual(['PUT /api/titles/movie-7/certification {"certification":"PG"}']);
  });

  it("says why it did not change", async () => {
    refusal = "Not now.";
    await choose("For everybody");
    expect(at.querySelector("[role=alert]")?.textContent).toContain("Not now.");
    expect(reload).not.toHaveBeenCalled();
  });

  it("is not for others to say", () => {
    isAdmin.value = false;
    const other = draw(<Age title={film} reload={reload} />);
    expect(other.textContent).toBe("");
  });
});

it("the mark among the facts is the certificate, else the age", () => {
  expect(ageMark(film)).toBe("PG");
  expect(ageMark({ ...film, certification: null })).toBe("8+");
  expect(ageMark({ ...film, certification: null, minimumAge: null })).toBe("");
});
