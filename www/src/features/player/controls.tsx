// The controls over the picture.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Play } from "../../api/index.ts";
import { clock, episodeCode } from "../../lib/format.ts";
import { IconButton } from "../../ui/button.tsx";
import { isHelpShown } from "../../ui/help.tsx";
import { Icon } from "../../ui/icons.tsx";
import { NeedsHttps } from "../account/https.tsx";
import { audioChoices, Menu, subtitleChoices } from "./menus.tsx";
import { SeekBar, Volume } from "./parts.tsx";
import type { Playback } from "./state.ts";

interface ControlsProps {
  playback: Playback;
  answer: Play;
  video: HTMLVideoElement | null;
  track: number;
  setTrack: (track: number) => void;
  toNext: (() => void) | null;
  full: () => void;
  leave: () => void;
}

function PlayButton({ playback }: { playback: Playback }): JSX.Element {
  const playing = playback.playing.value;
  return (
    <button
      type="button"
      class="icon-button play-button"
      aria-label={playing ? "Pause" : "Play"}
      title={playing ? "Pause" : "Play"}
      onClick={playback.toggle}
    >
      <Icon name={playing ? "pause" : "play"} />
    </button>
  );
}

function Menus(props: ControlsProps): JSX.Element {
  const [open, setOpen] = useState<"captions" | "sound" | null>(null);
  const { answer, video, track, setTrack } = props;
  const audio = audioChoices(video, answer.audio);
  const stuck = audio.length > 1 && audio.every((choice) => choice.choose === undefined);
  const inner = answer.media?.subtitles.length ?? 0;
  return (
    <>
      {audio.length > 0 && (
        <Menu
          icon="sound"
          label="Sound"
          choices={audio}
          note={
            stuck ? "This browser plays the first one only; mpv and VLC let you choose." : undefined
          }
          open={open === "sound"}
          setOpen={(is) => setOpen(is ? "sound" : null)}
        />
      )}
      <Menu
        icon="captions"
        label="Subtitles"
        choices={subtitleChoices(answer.subtitles, track, setTrack)}
        note={inner > 0 ? `${inner} more inside the file: mpv and VLC show them.` : undefined}
        open={open === "captions"}
        setOpen={(is) => setOpen(is ? "captions" : null)}
      />
    </>
  );
}

export function Controls(props: ControlsProps): JSX.Element {
  const { playback, answer } = props;
  const code =
    answer.season === null || answer.episode === null
      ? ""
      : `${episodeCode(answer.season, answer.episode)}  ·  `;
  return (
    <>
      <div class="player-top">
        <IconButton icon="back" label="Back" onClick={props.leave} />
        <h1>
          {code}
          {answer.title}
        </h1>
        <NeedsHttps class="player-note">Keeping the screen on</NeedsHttps>
      </div>
      {playback.warning.value && (
        <p class="player-warning" role="alert">
          {playback.warning.value} mpv and VLC play it.
        </p>
      )}
      <div class="controls">
        <SeekBar playback={playback} />
        <div class="controls-row" data-rail>
          <PlayButton playback={playback} />
          <IconButton
            icon="back10"
            label="Back 10 seconds"
            onClick={() => playback.seek(playback.time.value - 10)}
          />
          <IconButton
            icon="forward10"
            label="On 10 seconds"
            onClick={() => playback.seek(playback.time.value + 10)}
          />
          <Volume playback={playback} />
          <span class="player-time">
            {clock(playback.time.value)} / {clock(playback.duration.value)}
          </span>
          <span class="spring" />
          {props.toNext && <IconButton icon="next" label="Next episode" onClick={props.toNext} />}
          <Menus {...props} />
          <span class="key-button">
            <IconButton
              icon="help"
              label="Keys"
              onClick={() => {
                isHelpShown.value = true;
              }}
            />
          </span>
          <IconButton icon="full" label="Full screen" onClick={props.full} />
        </div>
      </div>
    </>
  );
}
