// The one way to the server: cookies only, the session named by a header, one
// silent renewal when the access token has run out. Nothing else calls fetch.
import { signal } from "@preact/signals";
import { said, t } from "../lib/messages.ts";
import { isSilent } from "../lib/silent.ts";
import { address } from "./base.ts";
import { takeEarly } from "./early.ts";
import { isEnded, opened, renewals, renewOnce, sessionId } from "./session.ts";

export { address } from "./base.ts";
export { sessionId, setSession } from "./session.ts";

export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  /** All that the server said. */
  readonly body: Record<string, unknown>;
  constructor(status: number, body: Record<string, unknown>) {
    const code = String(body.code ?? "unknown");
    const sentence =
      body.message ?? body.error ?? t("app.error.status", { status: String(status) });
    super(said(`codes.error.${code}`, String(sentence)));
    this.status = status;
    this.code = code;
    this.body = body;
  }
}

/** The server gave no answer at all. */
export class Unreachable extends Error {
  constructor() {
    super(t("app.error.unreachable"));
  }
}

export const reachable = signal(true);

/** An address for an element that cannot send a header. */
export function embedded(path: string, query: Record<string, string> = {}): string {
  const url = new URL(path, document.baseURI);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  if (sessionId.value !== null) url.searchParams.set("session", sessionId.value);
  return url.toString();
}

/** What is sent. */
export interface Request {
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  keepalive?: boolean;
  /** Told by the page and wished by nobody: it is not kept until somebody has
   * signed in again. */
  isPassing?: boolean;
  /** Another session of this browser, which is not renewed by this call. */
  session?: string;
}

// A web server that reads its configuration anew may drop a connection; what
// only reads is asked for once more before anybody is told.
const AGAIN_MS = 300;

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What was asked already before the app was here is not asked twice. */
const fetchOnce: Fetch = (url, init) =>
  (init.method === "GET" ? takeEarly(url, sessionId.peek()) : null) ?? fetch(url, init);

function unreached(): Unreachable {
  reachable.value = false;
  return new Unreachable();
}

async function send(fetcher: Fetch, method: string, path: string, options: Request) {
  const url = new URL(address(path));
  for (const [name, value] of Object.entries(options.query ?? {}))
    if (value !== undefined) url.searchParams.set(name, String(value));
  const headers: Record<string, string> = { Accept: "application/json" };
  const session = options.session ?? sessionId.value;
  if (session !== null) headers["X-Session-Id"] = session;
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  const init: RequestInit = {
    method,
    headers,
    credentials: "same-origin",
    body: options.body === undefined ? undefined : JSON.stringify(options.body),
    keepalive: options.keepalive,
  };
  for (let left = method === "GET" ? 1 : 0; ; left--) {
    try {
      const response = await fetcher(url.toString(), init);
      // The worker (worker/known.ts) answers from what it knows when the server is silent.
      reachable.value = !isSilent(response) && !response.headers.has("X-Kept");
      if (isSilent(response)) throw new Unreachable();
      return response;
    } catch (error) {
      if (error instanceof Unreachable) throw error;
      if (left > 0) {
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
        continue;
      }
      throw unreached();
    }
  }
}

/** Renews the cookies unless that was done since `since`; callers at the same
 * time, in all tabs, share one renewal. */
function renew(since: string, fetcher: Fetch): Promise<boolean> {
  return renewOnce(since, async (id) => {
    const { status } = await send(fetcher, "POST", `api/auth/refresh/${id}`, {});
    return status;
  });
}

/** Who comes in or goes out is asked for nothing else first. */
const DOOR = /^\/?api\/auth\/(login|logout|refresh|setup)/;

/** Waits until the person whose page this is has signed in again; for ever when
 * somebody else does. */
function signedInAgain(): Promise<void> {
  const page = opened.peek();
  return new Promise((done) => {
    const stop = isEnded.subscribe((ended) => {
      if (ended) return;
      queueMicrotask(() => stop());
      if (opened.peek() === page) done();
    });
  });
}

/** Sends, and again with a renewed session. What a person wished waits until they
 * have signed in again, should it have ended. */
async function sendSignedIn(fetcher: Fetch, method: string, path: string, options: Request) {
  const [id, since] = [sessionId.value, renewals()];
  const response = await send(fetcher, method, path, options);
  if (response.status !== 401 || id === null || options.session || DOOR.test(path)) return response;
  if (await renew(since, fetcher))
    // Who has signed in meanwhile did not ask for this.
    return sessionId.value === id ? send(fetcher, method, path, options) : response;
  if (!isEnded.value || method === "GET" || options.isPassing) return response;
  await signedInAgain();
  return send(fetcher, method, path, options);
}

/** Calls the API, whatever the contract says. Throws ApiError or Unreachable. */
export async function ask(
  method: string,
  path: string,
  options: Request = {},
  fetcher: Fetch = fetchOnce,
): Promise<unknown> {
  const response = await sendSignedIn(fetcher, method, path, options);
  if (response.status === 204) return undefined;
  const text = await response.text().catch(() => {
    throw unreached();
  });
  let body: unknown = {};
  try {
    body = text === "" ? {} : JSON.parse(text);
  } catch {
    throw new ApiError(response.status, { message: t("app.error.nonsense") });
  }
  if (!response.ok) throw new ApiError(response.status, body as Record<string, unknown>);
  return body;
}
