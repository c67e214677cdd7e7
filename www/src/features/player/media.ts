// The media session: what lock screens, headphones and keyboards show and press.
import { useEffect } from "preact/hooks";
import type { Play } from "../../api/index.ts";
import { episodeCode } from "../../lib/format.ts";
import type { About } from "./about.ts";
import { type Deck, STEP_S } from "./deck.ts";
import type { Playback } from "./state.ts";

function metadataOf(answer: Play, about: About | null): MediaMetadataInit {
  const { title, season, episode } = answer;
  const artwork = about?.artwork ?? [];
  if (season === null || episode === null) return { title, artwork };
  return { title, artist: about?.show ?? "", album: episodeCode(season, episode), artwork };
}

type Handlers = Partial<Record<MediaSessionAction, MediaSessionActionHandler | null>>;

function handlersOf(playback: Playback, deck: Deck, next: (() => void) | null): Handlers {
  const by = (way: 1 | -1) => (details: MediaSessionActionDetails) =>
    deck.seek(playback.time.value + way * (details.seekOffset ?? STEP_S));
  return {
    play: () => void playback.toggle(true),
    pause: () => void playback.toggle(false),
    seekbackward: by(-1),
    seekforward: by(1),
    seekto: ({ seekTime }) => {
      if (seekTime !== undefined) deck.seek(seekTime);
    },
    previoustrack: () => deck.seek(0),
    nexttrack: next,
  };
}

/** Some browsers know some actions only, and refuse the others by throwing. */
function setHandlers(handlers: Handlers): void {
  for (const [name, handler] of Object.entries(handlers))
    try {
      navigator.mediaSession.setActionHandler(name as MediaSessionAction, handler);
    } catch {
      // not this one
    }
}

export interface SessionProps {
  deck: { playback: Playback; deck: Deck };
  answer: Play;
  about: About | null;
  next: (() => void) | null;
}

export function Session({ deck, answer, about, next }: SessionProps): null {
  useEffect(() => {
    if (!("mediaSession" in navigator)) return;
    navigator.mediaSession.metadata = new MediaMetadata(metadataOf(answer, about));
    return () => {
      navigator.mediaSession.metadata = null;
    };
  }, [deck, answer, about]);
  useEffect(() => {
    if (!("mediaSession" in navigator)) return;
    const { playback } = deck;
    const handlers = handlersOf(playback, deck.deck, next);
    setHandlers(handlers);
    return () => setHandlers(Object.fromEntries(Object.keys(handlers).map((name) => [name, null])));
  }, [deck, next]);
  const duration = deck.playback.duration.value;
  const rate = deck.playback.rate.value;
  // By whole seconds: between them the system counts by itself.
  const position = Math.floor(deck.playback.time.value);
  const isPlaying = deck.playback.playing.value;
  useEffect(() => {
    if (duration <= 0 || !("mediaSession" in navigator)) return;
    const session = navigator.mediaSession;
    session.playbackState = isPlaying ? "playing" : "paused";
    session.setPositionState?.({
      duration,
      playbackRate: rate,
      position: Math.min(position, duration),
    });
  }, [duration, rate, position, isPlaying]);
  useEffect(() => {
    if (!("mediaSession" in navigator)) return;
    return () => {
      navigator.mediaSession.playbackState = "none";
    };
  }, [deck]);
  return null;
}
