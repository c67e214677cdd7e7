// Statistics of what plays, for those who want to know why it does or does not.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Play, PlayState } from "../../api/index.ts";
import { bytes, container, rate } from "../../lib/format.ts";
import { IconButton } from "../../ui/button.tsx";
import { decodingOf } from "./decode.ts";
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

/** What is known of the swarm; of a file of the library that it is one. */
export function swarmRows(state: PlayState | null): Row[] {
  if (state === null) return [["Source", "The server does not answer."]];
  const size = state.size ?? 0;
  if (state.state === "whole") return [["Source", `A file of the library, ${bytes(size)}`]];
  const here = sum(state.published);
  const share = size > 0 ? `, ${Math.floor((here / size) * 100)} %` : "";
  return [
    ["Source", `A torrent: ${state.state}`],
    ["Speed", rate(state.rate)],
    ["Peers", String(state.peers)],
    ["Here", `${bytes(here)} of ${bytes(size)}${share}`],
    ["Needed next", bytes(sum(state.wanted))],
  ];
}

/** What the element itself tells. */
export function videoRows(video: HTMLVideoElement): Row[] {
  const quality = video.getVideoPlaybackQuality?.();
  const drawn = video.getBoundingClientRect();
  const screen = `${Math.round(drawn.width)} × ${Math.round(drawn.height)}`;
  return [
    ["Buffer", `${ahead(video).toFixed(1)} s`],
    [
      "Dropped frames",
      quality ? `${quality.droppedVideoFrames} of ${quality.totalVideoFrames}` : "",
    ],
    ["Picture", `${video.videoWidth} × ${video.videoHeight}, shown in ${screen}`],
  ];
}

/** What is inside, and why the browser is given the file as it is. */
export function fileRows({ media, audio, quality }: Play, decoding: string): Row[] {
  const sound = audio.find((track) => track.default) ?? audio[0];
  const codec = (name: string | null, exact: string | null): string =>
    [name, exact && `(${exact})`].filter(Boolean).join(" ");
  return [
    ["Quality", quality],
    ["File", media === null ? "" : container(media.container)],
    ["Bit rate", media?.bitrate ? `${(media.bitrate / 1e6).toFixed(1)} Mbit/s` : ""],
    ["Picture's codec", media === null ? "" : codec(media.videoCodec, media.videoCodecString)],
    ["Sound's codec", sound === undefined ? "" : codec(sound.codec, sound.codecString)],
    ["Played", `The file as it is. ${decoding}`],
  ];
}

function useDecoding(answer: Play): string {
  const [text, setText] = useState("");
  useEffect(() => {
    let isOver = false;
    void decodingOf(answer.media).then((told) => {
      if (isOver || told === null) return;
      setText(
        told.powerEfficient
          ? "This device decodes its picture in hardware."
          : "This device decodes its picture in software.",
      );
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
  const rows = [...swarmRows(state), ...videoRows(video), ...fileRows(answer, decoding)];
  return (
    <section class="stats" aria-label="Statistics">
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
      <IconButton icon="close" label="Close the statistics" onClick={shut} />
    </section>
  );
}
