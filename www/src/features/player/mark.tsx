// Marking by hand where the opening, the recap, the credits and the preview lie: beside
// the picture, so that one can go to their places meanwhile.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Play } from "../../api/index.ts";
import { type Mark, type SegmentKind, segments } from "../../api/segments.ts";
import { clock } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Check } from "../../ui/check.tsx";
import { Live, Problem } from "../../ui/notice.tsx";
import { Select } from "../../ui/select.tsx";
import type { Segment } from "./skip.ts";
import type { Playback } from "./state.ts";

const KINDS = ["intro", "recap", "credits", "preview"] as const;

/** A season's credits are counted from the end, for its episodes are not equally long. */
export function markOf(
  kind: SegmentKind,
  [start, end]: [number, number],
  duration: number,
  isSeason: boolean,
): Mark {
  const fromEnd = isSeason && (kind === "credits" || kind === "preview");
  return fromEnd
    ? { start: duration - start, end: Math.max(0, duration - end), fromEnd }
    : { start, end };
}

interface MarkProps {
  answer: Play;
  playback: Playback;
  known: Segment[];
  /** What holds now. */
  changed: (segments: Segment[]) => void;
  shut: () => void;
}

interface Draft {
  kind: SegmentKind;
  start: number | null;
  end: number | null;
  isSeason: boolean;
}

function draftOf(kind: SegmentKind, known: Segment[], isSeason: boolean): Draft {
  const at = known.find((segment) => segment.kind === kind);
  return { kind, start: at?.start ?? null, end: at?.end ?? null, isSeason };
}

function Place(props: { text: string; at: number | null; set: () => void }): JSX.Element {
  return (
    <div class="mark-place">
      <Button onClick={props.set}>{props.text}</Button>
      <span>{props.at === null ? t("player.mark.unset") : clock(props.at)}</span>
    </div>
  );
}

/** What is sent, and what came of it. */
function useSending({ answer, changed }: MarkProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const [said, setSaid] = useState("");
  const send = async (text: string, wish: () => Promise<unknown>): Promise<void> => {
    setProblem(null);
    setSaid("");
    try {
      await wish();
      changed((await segments.list(answer)).segments);
      setSaid(text);
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return { problem, said, send };
}

export function MarkPanel(props: MarkProps): JSX.Element {
  const { answer, playback, known, shut } = props;
  const isShow = answer.season !== null;
  const [draft, setDraft] = useState(() => draftOf("intro", known, isShow));
  const { problem, said, send } = useSending(props);
  const panel = useRef<HTMLElement>(null);
  useEffect(() => panel.current?.querySelector("select")?.focus(), []);
  const { kind, start, end, isSeason } = draft;
  const put = (part: Partial<Draft>): void => setDraft((old) => ({ ...old, ...part }));
  const now = (): number => Math.round(playback.time.value * 10) / 10;
  const duration = playback.duration.value;
  const save = (): void => {
    if (start === null) return;
    const mark = markOf(kind, [start, end ?? duration], duration, isSeason);
    void send(t("player.mark.saved"), () => segments.mark(answer, kind, mark, isSeason));
  };
  const has = known.some((segment) => segment.kind === kind);
  const isWhole = start !== null && start < (end ?? duration);
  const none = (): Promise<unknown> => segments.mark(answer, kind, null, isSeason);
  const unmark = (): Promise<unknown> => segments.unmark(answer, kind, isSeason);
  return (
    <section ref={panel} class="mark-panel" aria-label={t("player.mark")}>
      <header>
        <h2>{t("player.mark")}</h2>
        <IconButton icon="close" label={t("app.close")} onClick={shut} />
      </header>
      {problem !== null && <Problem>{problem}</Problem>}
      <Select
        label={t("player.mark.what")}
        value={kind}
        options={KINDS.map((one): [string, string] => [one, t(`player.mark.${one}`)])}
        change={(value) => setDraft(draftOf(value as SegmentKind, known, isSeason))}
      />
      <Place text={t("player.mark.start")} at={start} set={() => put({ start: now() })} />
      <Place text={t("player.mark.end")} at={end} set={() => put({ end: now() })} />
      {isShow && (
        <Check checked={isSeason} change={(is) => put({ isSeason: is })}>
          {t("player.mark.season")}
        </Check>
      )}
      <div class="actions" data-rail>
        <Button kind="main" disabled={!isWhole} onClick={save}>
          {t("app.save")}
        </Button>
        {has && (
          <Button kind="quiet" onClick={() => void send(t("player.mark.none.said"), none)}>
            {t("player.mark.none")}
          </Button>
        )}
        <Button kind="quiet" onClick={() => void send(t("player.mark.removed"), unmark)}>
          {t("player.mark.remove")}
        </Button>
      </div>
      <p class="hint">{said}</p>
      <Live>{said}</Live>
    </section>
  );
}
