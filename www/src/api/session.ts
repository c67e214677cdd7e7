// Which session of this browser is in use, and its renewal. The tokens are in
// cookies that no script can read; the session's id is no secret. All tabs share
// one session: what one of them changes the others hear of, and when an access
// token has run out one of them renews it for all.
import { batch, signal } from "@preact/signals";
import { SESSION, stored, storedSession } from "./base.ts";

/** Whose the stored session is: other tabs know by it whether their person is back. */
const WHO = "miauflix.person";
const RENEWED = "miauflix.renewed";

export function store(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // one sign-in per page
  }
}

/** Others are signed in in this browser as well. */
export const OTHERS = "miauflix.others";

/** Who watches, as the tabs tell each other. */
export const VIEWER = "miauflix.viewer";

export const CHOSEN = "miauflix.chosen";

function readChosen(): string | null {
  try {
    return sessionStorage.getItem(CHOSEN);
  } catch {
    return null;
  }
}

/** The session with which somebody has said in this tab who is watching. */
export const chosen = signal(readChosen());

export const sessionId = signal<string | null>(storedSession());

/** Leaves nothing of a person but how loud this device is and what it speaks. */
function forget(): void {
  try {
    for (const storage of [localStorage, sessionStorage])
      for (const key of Object.keys(storage))
        if (/^miauflix\.(?!(?:volume|muted|language)$)/.test(key)) storage.removeItem(key);
  } catch {
    // there is nothing
  }
}

/** Whose page this is, once that is known. */
export const person = signal<string | null>(null);

/** Which profile watches and what it may see (viewerOf), once that is known: what was
 * shown to one is not for another. */
export const viewer = signal<string | null>(null);

/** The session has ended while its person's page is open: it stays until they have
 * signed in again, or somebody else has. */
export const isEnded = signal(false);

/** The session with which the page was opened: a later one of the same person
 * changes nothing on it. */
export const opened = signal(sessionId.peek());

function take(id: string | null, isAgain: boolean): void {
  batch(() => {
    sessionId.value = id;
    isEnded.value = false;
    if (isAgain) return;
    opened.value = id;
    person.value = viewer.value = null;
  });
}

/** Remembers which of this browser's sessions is in use, and whose it is. */
export function setSession(id: string | null, who: string | null = null, isAgain = false): void {
  take(id, isAgain);
  if (id === null) forget();
  else {
    // The session last: it is what tells the others.
    store(WHO, who);
    store(SESSION, id);
  }
}

/** Takes over what another tab has stored. The person of this page may have signed
 * in again there: then it goes on as it is. */
export function heed(): void {
  const id = storedSession();
  if (id === sessionId.peek()) return;
  const mine = person.peek();
  take(id, id !== null && mine !== null && mine === stored(WHO));
}

/** The server renews it no more. */
function end(): void {
  // What is stored stays: another tab may have its person's page open.
  if (person.peek() === null) take(null, false);
  else isEnded.value = true;
}

globalThis.addEventListener?.("storage", ({ key }) => {
  if (key === SESSION || key === null) heed();
});

let own = "";

/** Changes with each renewal, by whichever tab. */
export const renewals = (): string => stored(RENEWED) ?? own;

function noteRenewal(): void {
  own = `${Date.now()} ${Math.random()}`;
  store(RENEWED, own);
}

/** Locks that all tabs share: in secure contexts, since Chromium 69. */
export const locks = navigator.locks as LockManager | undefined;

/** Only one tab at a time, where browsers can say so. Elsewhere two may renew at
 * once; for a while after a renewal the server gives the same answer again. */
async function alone(name: string, run: () => Promise<boolean>): Promise<boolean> {
  if (!locks) return run();
  // Storage may reach a tab later than the lock: who had to wait for another takes
  // it that the other has renewed it.
  const result = await locks.request(name, { ifAvailable: true }, async (lock) =>
    lock === null ? null : await run(),
  );
  if (result === null) await locks.request(name, () => undefined);
  return result ?? true;
}

let renewing: Promise<boolean> | null = null;

/**
 * Renews the session's cookies once for all tabs; `since` is what renewals() was
 * when the refused request was sent. `refresh` asks the server and gives the
 * status of its answer. False when the session could not be renewed.
 */
export function renewOnce(
  since: string,
  refresh: (session: string) => Promise<number>,
): Promise<boolean> {
  const id = sessionId.value;
  if (id === null || isEnded.peek()) return Promise.resolve(false);
  const run = async (): Promise<boolean> => {
    if (renewals() !== since) return true;
    if ((stored(SESSION) ?? id) !== id) return false;
    const status = await refresh(id);
    if (status === 200) noteRenewal();
    if (status === 401 && sessionId.value === id) end();
    return status === 200;
  };
  renewing ??= alone(`${RENEWED} ${id}`, run).finally(() => {
    renewing = null;
  });
  return renewing;
}
