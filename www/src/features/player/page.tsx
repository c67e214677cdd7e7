// The player: asks for a source, and before it begins whether this browser can
// play it; says plainly when it cannot.
import type { JSX } from "preact";
import { useCallback, useRef, useState } from "preact/hooks";
import { ApiError } from "../../api/client.ts";
import { auth, isAdmin, type Me, type Play, type What } from "../../api/index.ts";
import { useLoad } from "../../api/load.ts";
import { source } from "../../api/source.ts";
import { t } from "../../lib/messages.ts";
import { Failure } from "../../ui/failure.tsx";
import { Link } from "../../ui/link.tsx";
import { Loading } from "../../ui/page.tsx";
import { Consent } from "../downloads/consent.tsx";
import { pagePath } from "../title/state.ts";
import { judge, type Verdict } from "./capability.ts";
import { type Device, device, judgeAll, without } from "./decode.ts";
import { comesByHls } from "./feed.ts";
import { Film, leaveTo } from "./film.tsx";
import { Refused } from "./panels.tsx";
import type { FilmProps } from "./running.ts";
import type { Lack } from "./state.ts";
import "../../ui/shapes.ts";
import "./style.css";

const SOURCES_MAX = 4;
const SOURCES_AGAIN_MS = 120_000;

function whatOf(params: string[]): What {
  const [titleId = "", season, episode] = params;
  if (season === undefined || episode === undefined) return { titleId };
  return { titleId, season: Number(season), episode: Number(episode) };
}

/** What is known better by now: sources that did not play, and what this browser does
 * not do although it says so, with the codec (null: it opens no file). */
interface Learnt {
  of: string;
  answer: Play | null;
  except: number[];
  lacks: Map<Lack, string | null>;
}

const nothing = (of: string, except: number[] = []): Learnt => ({
  of,
  answer: null,
  except,
  lacks: new Map(),
});

/** The codec of what is lacking of what plays. */
function codecOf(lack: Lack, { media, audio }: Play): string | null {
  const sound = audio.find((track) => track.default) ?? audio[0];
  if (lack === "file") return null;
  return (lack === "picture" ? media?.videoCodecString : sound?.codecString) ?? null;
}

/** Asking for a source anew, from where the last one stopped. */
function useNextSource(
  reload: () => void,
  learnt: { current: Learnt },
): Pick<FilmProps, "from" | "again"> {
  const from = useRef<number | null>(null);
  const tried = useRef({ times: 0, since: 0 });
  const again = useCallback(
    (at: number, failed?: number, lack?: Lack): boolean => {
      const { lacks, answer } = learnt.current;
      if (lack !== undefined) {
        if (answer === null || lacks.has(lack)) return false;
        lacks.set(lack, codecOf(lack, answer));
        from.current = at;
        reload();
        return true;
      }
      const now = performance.now();
      const { current } = tried;
      if (failed === undefined || now - current.since > SOURCES_AGAIN_MS) {
        current.times = 0;
        learnt.current.except = [];
      }
      if (failed !== undefined) learnt.current.except = [...learnt.current.except, failed];
      current.since = now;
      current.times += 1;
      if (current.times > SOURCES_MAX) return false;
      from.current = at;
      reload();
      return true;
    },
    [reload, learnt],
  );
  return { from, again };
}

/** The next source; when each was tried, the first anew: swarms come and go, but
 * what is paused waits for a person. */
async function startNext(what: What, learnt: { current: Learnt }, able: Device): Promise<Play> {
  const { except } = learnt.current;
  try {
    return await source.start(what, except, able);
  } catch (error) {
    const isPaused = error instanceof ApiError && error.code === "download_paused";
    if (except.length === 0 || isPaused) throw error;
    learnt.current.except = [];
    return source.start(what, [], able);
  }
}

interface Ready {
  answer: Play;
  me: Me;
  /** Null where it plays, or nobody has looked inside. */
  verdict: Verdict | null;
}

/** What plays, in the way that suits this device. The device has the last word: what it
 * knows by name and does not decode at this size is asked for in another way. */
async function startHere(what: What, learnt: { current: Learnt }): Promise<Omit<Ready, "me">> {
  let able = await device();
  for (const codec of learnt.current.lacks.values()) able = without(able, codec);
  const answer = await startNext(what, learnt, able);
  learnt.current.answer = answer;
  const { media } = answer;
  if (media === null) return { answer, verdict: null };
  const isByHls = answer.method !== "direct" && comesByHls(answer);
  const verdict = isByHls ? null : await judgeAll(media, judge(media));
  if (verdict === null || verdict.ok || !comesByHls(answer)) return { answer, verdict };
  able = without(able, codecOf(verdict.picture ? "sound" : "picture", answer));
  learnt.current.answer = await startNext(what, learnt, able);
  return { answer: learnt.current.answer, verdict: null };
}

async function ready(what: What, learnt: { current: Learnt }): Promise<Ready> {
  const asked = auth.me();
  // Should the session have ended, the start waits until somebody has signed in again;
  // only then it is known who.
  asked.catch(() => undefined);
  const started = await startHere(what, learnt);
  return { ...started, me: await asked.catch(auth.me) };
}

/** Somebody who may do so has to agree to torrents first. */
function isConsentWanted(error: Error): boolean {
  return error instanceof ApiError && error.code === "consent_needed" && isAdmin.value === true;
}

function Failed(props: { error: Error; what: What; reload: () => void }): JSX.Element {
  const { error, what, reload } = props;
  return (
    <Failure error={error} retry={reload} title={t("player.failed")}>
      {isConsentWanted(error) && <Consent onAgreed={reload} />}
      <Link to={pagePath(what.titleId)} class="button plain">
        {t("player.title")}
      </Link>
    </Failure>
  );
}

export function Player(props: { params: string[] }): JSX.Element {
  const what = whatOf(props.params);
  const key = props.params.join("/");
  const learnt = useRef(nothing(key));
  if (learnt.current.of !== key) learnt.current = nothing(key, learnt.current.except);
  const { data, error, reload } = useLoad(key, () => ready(what, learnt));
  const { from, again } = useNextSource(reload, learnt);
  const [anyway, setAnyway] = useState(location.hash === "#anyway");
  const refused = useRef<number | null>(null);
  if (error !== null) return <Failed error={error} what={what} reload={reload} />;
  if (data === null) return <Loading frame="player" />;
  const { answer, me, verdict } = data;
  if (verdict !== null && !verdict.ok && !anyway)
    return (
      <Refused
        answer={answer}
        verdict={verdict}
        other={
          refused.current === answer.sourceId
            ? null
            : () => {
                refused.current = answer.sourceId;
                again(from.current ?? 0, answer.sourceId);
              }
        }
        anyway={() => setAnyway(true)}
        leave={() => leaveTo(answer.titleId)}
      />
    );
  return <Film answer={answer} me={me} from={from} again={again} />;
}
