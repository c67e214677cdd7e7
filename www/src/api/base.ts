// What every call stands on: where the server is, and which session this browser
// remembers. It imports nothing, since it comes before the app itself (early.ts).

/** An address of the server, below the app's own base path. */
export function address(path: string): string {
  return new URL(path.replace(/^\//, ""), document.baseURI).toString();
}

/** Storage may be switched off; then a tab is by itself: undefined. */
export function stored(key: string): string | null | undefined {
  try {
    return localStorage.getItem(key);
  } catch {
    return undefined;
  }
}

export const SESSION = "miauflix.session";

/** The session that this browser's storage names now. */
export const storedSession = (): string | null => stored(SESSION) ?? null;

/** How many titles of a list are asked for at once. */
export const LIST_PAGE = 24;
