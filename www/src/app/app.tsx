// Which screen is shown. Home and an opened list stay mounted below a title's
// page and the player, hidden and inert, so that going back finds the same card,
// focus and scroll at once.
import type { ComponentType, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { stored } from "../api/base.ts";
import { chunk } from "../api/chunk.ts";
import { forgetEarly } from "../api/early.ts";
import { auth, setup } from "../api/index.ts";
import { useLoad } from "../api/load.ts";
import { chosen, isEnded, OTHERS, opened, sessionId, setSession } from "../api/session.ts";
import { Home } from "../features/home/page.tsx";
import { type Area, loadArea, prefer } from "../lib/messages.ts";
import { path, route } from "../lib/router.ts";
import { Failure, Missing } from "../ui/failure.tsx";
import { Help } from "../ui/help.tsx";
import { Loading, Said } from "../ui/page.tsx";
import { Toasts } from "../ui/toast.tsx";
import { Boundary } from "./boundary.tsx";
import { ConnectionLine } from "./connection.tsx";
import { Shell } from "./shell.tsx";

export interface PageProps {
  params: string[];
  /** false: it lies below another one. */
  shown: boolean;
}

export type Page = ComponentType<PageProps>;

/** A screen with what it says, both fetched at the same time. */
export async function page<M, P>(
  chunk: Promise<M>,
  pick: (module: M) => P,
  ...areas: Area[]
): Promise<P> {
  const [module] = await Promise.all([chunk, ...areas.map(loadArea)]);
  return pick(module);
}

/** Signing in and the screens of films; where the others are is known to rooms.ts. */
const FIRST: Record<string, () => Promise<Page>> = {
  signin: () => page(import("../features/session/page.tsx"), (m) => m.SignIn),
  list: () => page(import("../features/list/page.tsx"), (m) => m.ListPage),
  movie: () => page(import("../features/title/page.tsx"), (m) => m.MoviePage, "title"),
  show: () => page(import("../features/title/page.tsx"), (m) => m.ShowPage, "title"),
  watch: () =>
    page(import("../features/player/page.tsx"), (m) => m.Player, "title", "player", "account"),
};

/** Those that have come: shown again they are there at once. */
const come = new Map<string, Page>();

/** Fetches a screen, unless it came with the entry. */
export async function fetchPage(name: string): Promise<void> {
  if (name === "home" || name === "missing") return;
  const find = FIRST[name] ?? (await import("./rooms.ts")).ROOMS[name];
  const Page = await find?.();
  if (Page !== undefined) come.set(name, Page);
}

function Later({ name, params, shown }: PageProps & { name: string }): JSX.Element | null {
  const { error, reload } = useLoad(name, () =>
    come.has(name) ? Promise.resolve() : chunk(() => fetchPage(name)),
  );
  const Page = come.get(name);
  if (Page !== undefined) return <Page params={params} shown={shown} />;
  if (!shown) return null;
  return error === null ? <Loading /> : <Failure error={error} retry={reload} />;
}

const IDLE_MS = 500;

/** What is opened next from home, fetched when home has come to rest. */
function useNextPage(isAtHome: boolean): void {
  useEffect(() => {
    if (!isAtHome) return;
    const timer = setTimeout(() => {
      for (const name of ["movie", "show", "list"]) fetchPage(name).catch(() => undefined);
    }, IDLE_MS);
    return () => clearTimeout(timer);
  }, [isAtHome]);
}

function SignedIn(): JSX.Element {
  const { name, params } = route.value;
  const [seenHome, setSeenHome] = useState(false);
  const [seenList, setSeenList] = useState<string | null>(null);
  const atHome = name === "home";
  const atList = name === "list" ? (params[0] ?? "") : null;
  const list = atList ?? seenList;
  useEffect(() => {
    if (atHome) setSeenHome(true);
    // A list is left for good by going home; titles and the player lie over it.
    if (atHome || atList !== null) setSeenList(atList);
  }, [atHome, atList]);
  const known = useLoad("me", auth.me);
  const speaks = known.data?.language;
  useEffect(() => {
    if (speaks !== undefined) prefer(speaks).catch(() => undefined);
  }, [speaks]);
  useNextPage(atHome && known.data !== null);
  const isShared = (known.data?.profiles ?? 0) > 1 || stored(OTHERS) != null;
  // Whatever is opened: first it is said who is watching.
  if (isShared && chosen.value !== opened.value)
    return (
      <main id="main" tabIndex={-1}>
        <Later name="who" params={["first"]} shown />
      </main>
    );
  let page: JSX.Element | null = null;
  if (atHome || atList !== null) page = null;
  else if (name === "missing") page = <Missing />;
  else page = <Later name={name} params={params} shown key={path.value} />;
  return (
    <Shell
      bare={name === "watch"}
      current={name}
      isAdmin={known.data === null ? null : known.data.role === "admin"}
      isShared={isShared}
    >
      {(atHome || seenHome) && (
        <Boundary key="home" shown={atHome}>
          <Home shown={atHome} />
        </Boundary>
      )}
      {list !== null && (
        <Boundary key={`list ${list}`} shown={atList !== null}>
          <Later name="list" params={[list]} shown={atList !== null} />
        </Boundary>
      )}
      <Boundary key={path.value}>{page}</Boundary>
    </Shell>
  );
}

type SetupProps = { codeNeeded: boolean; isResumed: boolean; onFinish: () => void };

const fetchSetup = () =>
  page(import("../features/setup/page.tsx"), (m) => m.Setup, "setup", "library", "downloads");

function SetupPage(props: SetupProps): JSX.Element {
  // What comes after it has changed by then.
  useEffect(forgetEarly, []);
  const first = useLoad("setup", () => chunk(() => fetchSetup().then((Page) => ({ Page }))));
  if (first.data !== null) return <first.data.Page {...props} />;
  return first.error === null ? <Loading /> : <Failure error={first.error} retry={first.reload} />;
}

/** Set-up was left after its first step: an administrator is led back into it,
 * everybody else finds the house as it is. */
function LeftSetup({ onFinish }: { onFinish: () => void }): JSX.Element {
  const known = useLoad("me", auth.me);
  if (known.data === null && known.error === null) return <Loading />;
  if (known.data?.role !== "admin") return <SignedIn />;
  return <SetupPage codeNeeded={false} isResumed onFinish={onFinish} />;
}

type AgainType = ComponentType<{ open: boolean; close: () => void }>;

/** The quiet line, and the door over the page when the session has ended. */
function SignedOut(): JSX.Element {
  const [Again, setAgain] = useState<AgainType | null>(null);
  const [isOpen, setOpen] = useState(false);
  const [isLeft, setLeft] = useState(false);
  const hasEnded = isEnded.value;
  useEffect(() => {
    setOpen(hasEnded);
    setLeft(false);
    if (!hasEnded || Again !== null) return;
    // Where it cannot be had the whole page becomes the door.
    const door = (): void => setSession(null);
    page(import("../features/session/again.tsx"), (m) => m.SignInAgain, "later").then(
      (Known) => setAgain(() => Known),
      door,
    );
  }, [hasEnded]);
  const leave = (): void => {
    setLeft(true);
    setOpen(false);
  };
  return (
    <>
      <ConnectionLine signIn={hasEnded && isLeft ? () => setOpen(true) : null} />
      {Again && <Again open={hasEnded && isOpen} close={leave} />}
    </>
  );
}

export function App(): JSX.Element {
  return (
    <>
      <Screen />
      <Help inPlayer={route.value.name === "watch"} />
      <Said />
      <SignedOut />
      <Toasts />
    </>
  );
}

function Screen(): JSX.Element {
  const first = useLoad("setup", setup.state);
  const [finished, setFinished] = useState(false);
  if (first.error !== null && first.data === null)
    return (
      <main>
        <Failure error={first.error} retry={first.reload} />
      </main>
    );
  if (first.data === null) return <Loading />;
  const { needed, open, codeNeeded } = first.data;
  const finish = (): void => setFinished(true);
  if (needed && !finished)
    return <SetupPage codeNeeded={codeNeeded} isResumed={false} onFinish={finish} />;
  const { name, params } = route.value;
  if (name === "door") return <Later name={name} params={params} shown key={path.value} />;
  if (sessionId.value === null) return <Later name="signin" params={[]} shown />;
  // Nothing that one person saw is left for the next, who may come by another tab.
  const key = opened.value;
  return open && !finished ? <LeftSetup key={key} onFinish={finish} /> : <SignedIn key={key} />;
}
