// What is said when a film cannot be played, or not wholly, with what can be done:
// before it begins, and while it is on the screen.
import type { JSX } from "preact";
import type { Play } from "../../api/index.ts";
import { t } from "../../lib/messages.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Icon } from "../../ui/icons.tsx";
import { Link } from "../../ui/link.tsx";
import { Problem } from "../../ui/notice.tsx";
import { usePageName } from "../../ui/page.tsx";
import { External } from "../title/external.tsx";
import { Refusal } from "../title/parts.tsx";
import { fileName, pagePath } from "../title/state.ts";
import { whatFrom } from "./about.ts";
import type { Verdict } from "./capability.ts";
import type { Playback } from "./state.ts";

/** The file itself, as it is. */
function Download({ answer }: { answer: Play }): JSX.Element {
  return (
    <a
      class="button plain"
      href={new URL(answer.url, document.baseURI).toString()}
      download={fileName(answer.title).replace(/\.m3u$/, "")}
    >
      <Icon name="down" />
      <span>{t("player.download")}</span>
    </a>
  );
}

/** Something is missing that this browser does not have, told before it begins. */
export function Refused(props: {
  answer: Play;
  verdict: Verdict;
  /** Another source may do; null when none was found. */
  other: (() => void) | null;
  anyway: () => void;
  leave: () => void;
}): JSX.Element {
  const { answer, verdict, other } = props;
  usePageName(answer.title);
  return (
    <section class="page centred player-refused">
      <div class="title-back">
        <IconButton icon="back" label={t("title.back")} onClick={props.leave} />
      </div>
      <h1>{answer.title}</h1>
      <Refusal missing={verdict.missing} picture={verdict.picture} />
      {other === null && <p role="status">{t("player.only")}</p>}
      <div class="actions" data-rail>
        {other !== null && (
          <Button kind="main" icon="refresh" onClick={other}>
            {t("player.other")}
          </Button>
        )}
        <External what={whatFrom(answer)} />
        <Download answer={answer} />
        {verdict.picture && (
          <Button kind="quiet" onClick={props.anyway}>
            {t("title.refused.anyway")}
          </Button>
        )}
      </div>
    </section>
  );
}

interface TroubleProps {
  answer: Play;
  playback: Playback;
  /** How many sources there are, as far as is known. */
  sources: number | undefined;
  again: (at: number, failed?: number) => boolean;
}

function Other({ answer, playback, sources, again }: TroubleProps): JSX.Element | null {
  if (sources === 1) return null;
  return (
    <Button icon="next" onClick={() => again(playback.time.value, answer.sourceId)}>
      {t("player.other")}
    </Button>
  );
}

/** What else one can do while it waits. */
export function Meanwhile(props: TroubleProps): JSX.Element {
  return (
    <div class="actions meanwhile" data-rail>
      <Other {...props} />
      <Link to={pagePath(props.answer.titleId)} class="button plain">
        {t("player.title")}
      </Link>
    </div>
  );
}

/** It played, and does not go on; or something of it is missing. */
export function Trouble(props: TroubleProps): JSX.Element | null {
  const { answer, playback, again } = props;
  const problem = playback.problem.value;
  const warning = playback.warning.value;
  const at = (): number => playback.time.value;
  const other = <Other {...props} />;
  if (problem !== null)
    return (
      <div class="player-problem">
        <Problem>{problem}</Problem>
        <div class="actions" data-rail>
          <Button kind="main" icon="refresh" onClick={() => again(at())} autoFocus>
            {t("app.retry")}
          </Button>
          {other}
          <External what={whatFrom(answer)} />
          <Link to={pagePath(answer.titleId)} class="button plain">
            {t("player.title")}
          </Link>
        </div>
      </div>
    );
  if (warning === null) return null;
  return (
    <div class="player-warning">
      <p role="alert">{t("player.external", { problem: warning })}</p>
      <div class="actions" data-rail>
        {other}
        <External what={whatFrom(answer)} />
      </div>
    </div>
  );
}
