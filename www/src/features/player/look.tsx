// How subtitles look and when they come, set over the film that shows them.
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { auth, type Me } from "../../api/index.ts";
import { t } from "../../lib/messages.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Select } from "../../ui/select.tsx";
import { type Delay, delayText } from "./delay.ts";

export type Look = Pick<Me["preferences"], "subtitlesSize" | "subtitlesColour" | "subtitlesEdge">;

export function lookOf({ subtitlesSize, subtitlesColour, subtitlesEdge }: Look): Look {
  return { subtitlesSize, subtitlesColour, subtitlesEdge };
}

const SIZES = (): [string, string][] => [
  ["small", t("player.look.small")],
  ["medium", t("player.look.medium")],
  ["large", t("player.look.large")],
  ["huge", t("player.look.huge")],
];
const COLOURS = (): [string, string][] => [
  ["white", t("player.look.white")],
  ["yellow", t("player.look.yellow")],
  ["cyan", t("player.look.cyan")],
  ["green", t("player.look.green")],
];
const EDGES = (): [string, string][] => [
  ["box", t("player.look.box")],
  ["outline", t("player.look.outline")],
  ["shadow", t("player.look.shadow")],
];

function DelayRow({ delay }: { delay: Delay }): JSX.Element {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a row of buttons is no set of fields
    <div class="look-delay" role="group" aria-label={t("player.captions.delay")}>
      <span>{t("player.captions.delay")}</span>
      <Button onClick={() => delay.step(-1)}>{t("player.captions.earlier")}</Button>
      <output>{delayText(delay.ms.value)}</output>
      <Button onClick={() => delay.step(1)}>{t("player.captions.later")}</Button>
      <Button kind="quiet" onClick={delay.reset}>
        {t("player.captions.reset")}
      </Button>
    </div>
  );
}

export function LookPanel(props: {
  me: Me;
  look: Look;
  setLook: (look: Look) => void;
  delay: Delay;
  shut: () => void;
}): JSX.Element {
  const { me, look, setLook, delay, shut } = props;
  const panel = useRef<HTMLElement>(null);
  useEffect(() => panel.current?.querySelector("button")?.focus(), []);
  const change = (part: Partial<Look>): void => {
    const next = { ...look, ...part };
    setLook(next);
    // What could not be kept holds for this film all the same.
    auth.update({ preferences: { ...me.preferences, ...next } }).catch(() => undefined);
  };
  return (
    <section ref={panel} class="stats look" aria-label={t("player.look")}>
      <div class="look-rows">
        <DelayRow delay={delay} />
        <Select
          label={t("player.look.size")}
          value={look.subtitlesSize}
          options={SIZES()}
          change={(value) => change({ subtitlesSize: value as Look["subtitlesSize"] })}
        />
        <Select
          label={t("player.look.colour")}
          value={look.subtitlesColour}
          options={COLOURS()}
          change={(value) => change({ subtitlesColour: value as Look["subtitlesColour"] })}
        />
        <Select
          label={t("player.look.edge")}
          value={look.subtitlesEdge}
          options={EDGES()}
          change={(value) => change({ subtitlesEdge: value as Look["subtitlesEdge"] })}
        />
      </div>
      <IconButton icon="close" label={t("player.look.close")} onClick={shut} />
    </section>
  );
}
