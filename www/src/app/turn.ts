// From one page to another where motion is welcome: one fades into the other, and
// the poster that was chosen becomes the title's. Nothing waits for it: the next
// key or click ends it. Who goes back is there at once.
import { turnBy } from "../lib/router.ts";

const still = matchMedia("(prefers-reduced-motion: reduce)");
const ends = ["keydown", "pointerdown", "wheel"] as const;

/** Until what was changed is drawn into the page. */
const rendered = (): Promise<void> => new Promise((done) => setTimeout(done));

function turn(change: () => void, link: HTMLAnchorElement): void {
  const isFilm = link.pathname.includes("/watch/");
  if (still.matches || isFilm || !("startViewTransition" in document)) {
    change();
    return;
  }
  const picture = link.querySelector(".picture.poster");
  picture?.classList.add("turning");
  const shown = document.startViewTransition(async () => {
    picture?.classList.remove("turning");
    change();
    await rendered();
  });
  const skip = (): void => shown.skipTransition();
  const over = (): void => {
    for (const name of ends) removeEventListener(name, skip, true);
  };
  for (const name of ends) addEventListener(name, skip, { capture: true, passive: true });
  shown.ready.catch(() => undefined);
  shown.finished.then(over, over);
}

export function startTurns(): void {
  turnBy(turn);
}
