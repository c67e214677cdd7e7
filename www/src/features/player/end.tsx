// The end of what has nothing after it: out of the film, or from its beginning.
import type { JSX } from "preact";
import { t } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import type { Running } from "./running.ts";

interface EndProps {
  title: string;
  running: Running;
  leave: () => void;
  /** Where the focus goes when the film begins anew. */
  focusFilm: () => void;
}

export function EndCard({ title, running, leave, focusFilm }: EndProps): JSX.Element {
  const restart = (): void => {
    focusFilm();
    running.deck.seek(0);
    running.deck.toggle(true);
  };
  return (
    <section class="next-card" aria-label={t("player.end")}>
      <p class="next-title" role="status">
        {t("player.end.said", { title })}
      </p>
      <div class="actions" data-rail>
        <Button kind="main" onClick={leave} autoFocus>
          {t("player.end.leave")}
        </Button>
        <Button kind="quiet" onClick={restart}>
          {t("title.restart")}
        </Button>
      </div>
    </section>
  );
}
