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
import { codecs, judgeAll } from "./decode.ts";
import { Film, leaveTo } from "./film.tsx";
import { Refused } from "./panels.tsx";
import type { FilmProps } from "./running.ts";
import "../../ui/shapes.ts";
import "./style.css";

const SOURCES_MAX = 4;
const SOURCES_AGAIN_MS = 120_000;

function whatOf(params: string[]): What {
  const [titleId = "", season, episode] = params;
  if (season === undefined || episode === undefined) return { titleId };
  return { titleId, season: Number(season), episode: Number(episode) };
}

/** Asking for a source anew, from where the last one stopped. */
function useNextSource(
  reload: () => void,
  except: { current: number[] },
): Pick<FilmProps, "from" | "again"> {
  const from = useRef<number | null>(null);
  const tried = useRef({ times: 0, since: 0 });
  const again = useCallback(
    (at: number, failed?: number): boolean => {
      const now = performance.now();
      const { current } = tried;
      if (failed === undefined || now - current.since > SOURCES_AGAIN_MS) {
        current.times = 0;
        except.current = [];
      }
      if (failed !== undefined) except.current = [...except.current, failed];
      current.since = now;
      current.times += 1;
      if (current.times > SOURCES_MAX) return false;
      from.current = at;
      reload();
      return true;
    },
    [reload, except],
  );
  return { from, again };
}

/** The next source; when each was tried, the first anew: swarms come and go, but
 * what is paused waits for a person. */
async function startNext(what: What, except: { current: number[] }): Promise<Play> {
  const able = codecs();
  try {
    return await source.start(what, except.current, able);
  } catch (error) {
    const isPaused = error instanceof ApiError && error.code === "download_paused";
    if (except.current.length === 0 || isPaused) throw error;
    except.current = [];
    return source.start(what, [], able);
  }
}

interface Ready {
  answer: Play;
  me: Me;
  /** Null while nobody has looked inside. */
  verdict: Verdict | null;
}

async function ready(what: What, except: { current: number[] }): Promise<Ready> {
  const asked = auth.me();
  // Should the session have ended, the start waits until somebody has signed in again;
  // only then it is known who.
  asked.catch(() => undefined);
  const answer = await startNext(what, except);
  const me = await asked.catch(auth.me);
  const { media } = answer;
  return { answer, me, verdict: media === null ? null : await judgeAll(media, judge(media)) };
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
  const except = useRef<number[]>([]);
  const { data, error, reload } = useLoad(props.params.join("/"), () => ready(what, except));
  const { from, again } = useNextSource(reload, except);
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
