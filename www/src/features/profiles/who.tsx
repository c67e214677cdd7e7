// Who is watching: everybody who is signed in in this browser, and their profiles. A
// digit chooses one at once.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, sessionId } from "../../api/client.ts";
import { useLoad } from "../../api/load.ts";
import { type Person, type Proof, people, watchAs } from "../../api/profiles.ts";
import { OTHERS, opened, store } from "../../api/session.ts";
import { actionOf } from "../../lib/actions.ts";
import { t } from "../../lib/messages.ts";
import { back, href } from "../../lib/router.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Failure } from "../../ui/failure.tsx";
import { Icon } from "../../ui/icons.tsx";
import { Link } from "../../ui/link.tsx";
import { Problem } from "../../ui/notice.tsx";
import { usePageName } from "../../ui/page.tsx";
import { SignInForm } from "../session/page.tsx";
import { Avatar } from "./avatar.tsx";
import { ProofDialog } from "./proof.tsx";
import { facts, type Watcher, watchersOf } from "./state.ts";
import "../../ui/shapes.ts";
import "./style.css";

function Face(props: { watcher: Watcher; isFirst: boolean; choose: () => void }): JSX.Element {
  const { profile, place, isCurrent } = props.watcher;
  const about = facts(profile);
  return (
    <li>
      <button
        type="button"
        class="face"
        aria-current={isCurrent || undefined}
        data-first={props.isFirst || undefined}
        onClick={props.choose}
      >
        <Avatar of={profile} />
        <strong>{profile.name}</strong>
        <span class="hint">
          {profile.hasPin && <Icon name="lock" />}
          {about === "" ? "\u00a0" : about}
        </span>
        {place <= 9 && (
          <span class="face-key" aria-hidden="true">
            {place}
          </span>
        )}
      </button>
    </li>
  );
}

/** Another person signs in beside those who are signed in. */
function AddPerson(props: { open: boolean; close: () => void }): JSX.Element {
  useEffect(() => {
    const mine = opened.peek();
    return opened.subscribe((now) => {
      if (now === mine) return;
      store(OTHERS, "1");
      // Nothing on the page is theirs.
      location.replace(href("/"));
    });
  }, []);
  return (
    <Dialog label={t("profiles.who.add")} open={props.open} onClose={props.close}>
      <SignInForm>
        <p>{t("profiles.who.addText")}</p>
      </SignInForm>
    </Dialog>
  );
}

/** Chooses somebody; asks for a proof where that is needed. */
function useChoice(isStart: boolean) {
  const [asked, setAsked] = useState<Watcher | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const enter = async (watcher: Watcher, proof: Proof): Promise<void> => {
    await watchAs(watcher.person, watcher.profile, proof);
    setAsked(null);
    if (watcher.isCurrent && !isStart) back();
  };
  const choose = async (watcher: Watcher): Promise<void> => {
    setProblem(null);
    // Who watches already has proved it, unless this is the start.
    if (watcher.profile.hasPin && (isStart || !watcher.isCurrent)) return setAsked(watcher);
    try {
      await enter(watcher, {});
    } catch (error) {
      if (error instanceof ApiError && error.code === "profile_locked") setAsked(watcher);
      else setProblem((error as Error).message);
    }
  };
  return { asked, setAsked, problem, enter, choose };
}

/** Digits choose; the focus begins where one most likely wants to go. */
function useKeys(all: Watcher[], choose: (watcher: Watcher) => void) {
  const list = useRef<HTMLDivElement>(null);
  const isThere = all.length > 0;
  useEffect(() => {
    if (isThere) list.current?.querySelector<HTMLElement>("[data-first]")?.focus();
  }, [isThere]);
  useEffect(() => {
    const pick = (event: KeyboardEvent): void => {
      if (event.repeat || actionOf(event, "people") !== "pick") return;
      // A window that lies over the page has its own keys.
      if (document.querySelector("dialog[open]") !== null) return;
      const watcher = all[(Number(event.key) || event.keyCode - 48) - 1];
      if (watcher !== undefined) choose(watcher);
    };
    addEventListener("keydown", pick);
    return () => removeEventListener("keydown", pick);
  });
  return list;
}

function Everybody(props: { known: Person[]; isStart: boolean }): JSX.Element {
  const { known, isStart } = props;
  const { asked, setAsked, problem, enter, choose } = useChoice(isStart);
  const [isAdding, setAdding] = useState(false);
  const all = watchersOf(known, sessionId.value);
  const list = useKeys(all, (one) => void choose(one));
  const current = all.find(({ isCurrent }) => isCurrent);
  const first = (isStart ? current : all.find(({ isCurrent }) => !isCurrent)) ?? all[0];
  return (
    <div ref={list} class="who">
      {problem !== null && <Problem>{problem}</Problem>}
      {known.map(({ session, user }) => (
        <section key={session} aria-label={user.displayName}>
          {known.length > 1 && <h2 class="who-name">{user.displayName}</h2>}
          <ul class="faces" data-rail>
            {all
              .filter(({ person }) => person.session === session)
              .map((one) => (
                <Face
                  key={one.profile.id}
                  watcher={one}
                  isFirst={one === first}
                  choose={() => void choose(one)}
                />
              ))}
          </ul>
        </section>
      ))}
      <div class="actions" data-rail>
        <Button icon="plus" onClick={() => setAdding(true)}>
          {t("profiles.who.add")}
        </Button>
        {!isStart && current?.profile.maturityLimit === null && (
          <Link to="/profiles" class="button plain">
            {t("profiles.title")}
          </Link>
        )}
      </div>
      <AddPerson open={isAdding} close={() => setAdding(false)} />
      <ProofDialog
        name={asked?.profile.name ?? ""}
        hasPin={asked?.profile.hasPin ?? false}
        open={asked !== null}
        onClose={() => setAsked(null)}
        prove={async (proof) => {
          if (asked !== null) await enter(asked, proof);
        }}
      />
    </div>
  );
}

/** `params` say "first" where nothing else is shown before somebody has chosen. */
export function Who({ params }: { params: string[] }): JSX.Element {
  const { data, error, reload } = useLoad("who", people);
  const hasFailed = data === null && error !== null;
  usePageName(hasFailed ? "" : t("profiles.who"));
  useEffect(() => scrollTo({ top: 0, behavior: "instant" }), []);
  if (hasFailed) return <Failure error={error} retry={reload} />;
  return (
    <section class="page centred" aria-busy={data === null}>
      {/* Centred with the faces: it would jump when they come after it. */}
      {data && <h1>{t("profiles.who")}</h1>}
      {data && <Everybody known={data} isStart={params[0] === "first"} />}
    </section>
  );
}
