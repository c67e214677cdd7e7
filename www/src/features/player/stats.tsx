// Statistics of what plays, for those who want to know why it does or does not.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Play, PlayState } from "../../api/index.ts";
import { bytes, container, decimal, number, percent, rate } from "../../lib/format.ts";
import { type BareKey, t } from "../../lib/messages.ts";
import { IconButton } from "../../ui/button.tsx";
import { decodingOf } from "./decode.ts";
import { wayText } from "./menus.tsx";
import type { Playback } from "./state.ts";

const LOOK_MS = 1000;

type Row = [name: string, value: string];

/** Seconds that are loaded from here on. */
export function ahead({ buffered, currentTime: now }: HTMLVideoElement): number {
  for (let i = 0; i < buffered.length; i++)
    if (buffered.start(i) <= now + 0.1 && now < buffered.end(i)) return buffered.end(i) - now;
  return 0;
}

const sum = (ranges: number[][]): number =>
  ranges.reduce((all, [from = 0, to = 0]) => all + to - from, 0);

/** The same counted in pieces; nothing while their size is not known. */
function piecesText({ pieceSize, size, published, wanted }: PlayState): string {
  if (!pieceSize || !size) return "";
  const count = (ranges: number[][]): number => Math.ceil(sum(ranges) / pieceSize);
  return t("player.stats.pieces.value", {
    here: count(published),
    all: Math.ceil(size / pieceSize),
    needed: count(wanted),
  });
}

/** What is known of the swarm; of a file of the library that it is one. */
export function swarmRows(state: PlayState | null): Row[] {
  if (state === null) return [[t("player.stats.source"), t("player.stats.away")]];
  const size = state.size ?? 0;
  if (state.state === "whole")
    return [[t("player.stats.source"), t("player.stats.library", { size: bytes(size) })]];
  const here = sum(state.published);
  return [
    [t("player.stats.source"), t("player.stats.torrent")],
    [t("player.stats.speed"), rate(state.rate)],
    [t("player.stats.peers"), number(state.peers)],
    [
      t("player.stats.here"),
      t("player.stats.here.value", {
        size: bytes(here),
        whole: bytes(size),
        percent: percent(size > 0 ? here / size : 0),
      }),
    ],
    [t("player.stats.needed"), bytes(sum(state.wanted))],
    [t("player.stats.pieces"), piecesText(state)],
  ];
}

/** What the element itself tells. */
export function videoRows(video: HTMLVideoElement): Row[] {
  const quality = video.getVideoPlaybackQuality?.();
  const drawn = video.getBoundingClientRect();
  const screen = `${Math.round(drawn.width)} × ${Math.round(drawn.height)}`;
  return [
    [t("player.stats.buffer"), t("player.stats.buffer.value", { n: decimal(ahead(video), 1) })],
    [
      t("player.stats.dropped"),
      quality
        ? t("player.stats.of", {
            n: quality.droppedVideoFrames,
            all: quality.totalVideoFrames,
          })
        : "",
    ],
    [
      t("player.stats.picture"),
      t("player.stats.picture.value", {
        size: `${video.videoWidth} × ${video.videoHeight}`,
        screen,
      }),
    ],
  ];
}

/** What is inside, and in which way it comes to the browser. */
export function fileRows(
  answer: Play,
  decoding: BareKey,
  isByHls: boolean,
  isDrawn = false,
): Row[] {
  const { media, audio, quality } = answer;
  const sound = audio.find((track) => track.default) ?? audio[0];
  const codec = (name: string | null, exact: string | null): string =>
    [name, exact && `(${exact})`].filter(Boolean).join(" ");
  return [
    // Before anybody has looked inside it is a guess by the name.
    [t("player.stats.quality"), media === null ? "" : quality],
    [t("player.stats.file"), media === null ? "" : container(media.container)],
    [
      t("player.stats.bitrate"),
      media?.bitrate ? t("player.stats.bitrate.value", { n: decimal(media.bitrate / 1e6, 1) }) : "",
    ],
    [
      t("player.stats.picture.codec"),
      media === null ? "" : codec(media.videoCodec, media.videoCodecString),
    ],
    [
      t("player.stats.sound.codec"),
      sound === undefined ? "" : codec(sound.codec, sound.codecString),
    ],
    [t("player.stats.played"), isByHls ? wayText(answer, true, isDrawn) : t(decoding)],
  ];
}

/** The quality that is on the screen, and what the line carries. */
function feedRows({ feed }: Playback): Row[] {
  if (feed.kind.value === "file") return [];
  const shown = feed.qualities.value.find(({ name }) => name === feed.shown.value);
  const measured = feed.rate();
  return [
    [t("player.stats.track"), shown === undefined ? "" : `${shown.name} · ${shown.height}`],
    [
      t("player.stats.line"),
      measured === null ? "" : t("player.stats.bitrate.value", { n: decimal(measured / 1e6, 1) }),
    ],
  ];
}

function useDecoding(answer: Play): BareKey {
  const [text, setText] = useState<BareKey>("player.stats.direct");
  useEffect(() => {
    let isOver = false;
    void decodingOf(answer.media).then((told) => {
      if (isOver || told === null) return;
      setText(told.powerEfficient ? "player.stats.direct.hard" : "player.stats.direct.soft");
    });
    return () => {
      isOver = true;
    };
  }, [answer]);
  return text;
}

export function Stats(props: {
  playback: Playback;
  answer: Play;
  video: HTMLVideoElement;
  shut: () => void;
}): JSX.Element {
  const { playback, answer, video, shut } = props;
  const [state, setState] = useState<PlayState | null>(null);
  const [, setLooked] = useState(0);
  useEffect(() => {
    let isOver = false;
    const look = async (): Promise<void> => {
      const now = await playback.swarm.ask();
      if (isOver) return;
      setState(now);
      setLooked((n) => n + 1);
    };
    void look();
    const timer = setInterval(() => void look(), LOOK_MS);
    return () => {
      isOver = true;
      clearInterval(timer);
    };
  }, [playback]);
  const decoding = useDecoding(answer);
  const isByHls = playback.feed.kind.value === "hls";
  const rows = [
    ...swarmRows(state),
    ...videoRows(video),
    ...fileRows(answer, decoding, isByHls, playback.feed.wish.value.drawn !== null),
    ...feedRows(playback),
  ];
  return (
    <section class="stats" aria-label={t("player.stats")}>
      <dl>
        {rows
          .filter(([, value]) => value !== "")
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      <IconButton icon="close" label={t("player.stats.close")} onClick={shut} />
    </section>
  );
}
