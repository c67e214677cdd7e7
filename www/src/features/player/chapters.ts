// The chapters of a film: which one a place lies in, and going from one to another.
import type { Play } from "../../api/index.ts";
import { clock } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";
import type { MenuGroup } from "../../ui/menu.tsx";
import type { Deck } from "./deck.ts";

export type Chapter = Play["chapters"][number];

/** Who goes back within so many seconds of a chapter's beginning means the one before. */
const BEGUN_S = 3;

/** Those that divide the film; one alone divides nothing. */
export function dividing(chapters: Chapter[]): Chapter[] {
  return chapters.length > 1 ? chapters : [];
}

/** The place in the list of the chapter in which that second lies, -1 before the first. */
export function chapterAt(chapters: Chapter[], time: number): number {
  return chapters.filter(({ start }) => start <= time).length - 1;
}

/** What it is called; without a title by its number. */
export function chapterName(chapters: Chapter[], place: number): string {
  const title = chapters[place]?.title.trim() ?? "";
  return title === "" ? t("player.chapters.nth", { n: place + 1 }) : title;
}

/** To the next chapter, or to the beginning of this one or the one before. */
export function stepChapter(chapters: Chapter[], time: number, way: 1 | -1, deck?: Deck): void {
  const now = chapterAt(chapters, time);
  const isBegun = time - (chapters[now]?.start ?? 0) > BEGUN_S;
  const to = way === 1 || !isBegun ? now + way : now;
  const chapter = chapters[Math.max(0, to)];
  if (chapter === undefined || deck === undefined) return;
  deck.seek(chapter.start);
  const name = chapterName(chapters, Math.max(0, to));
  deck.show(name);
  deck.say(name);
}

export function chapterGroup(chapters: Chapter[], time: number, deck: Deck): MenuGroup {
  const now = chapterAt(chapters, time);
  const items = chapters.map(({ start }, place) => ({
    label: t("player.chapters.at", { time: clock(start), name: chapterName(chapters, place) }),
    chosen: place === now,
    choose: () => deck.seek(start),
  }));
  return { kind: "menuitemradio", items };
}
