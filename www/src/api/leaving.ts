// What is held on a person, and going for good.
import { address } from "./base.ts";
import { call } from "./call.ts";
import { hush } from "./events.ts";

/** Where all that is held on whoever asks can be downloaded. */
export function exportAddress(session: string | null): string {
  const query = session === null ? "" : `?session=${encodeURIComponent(session)}`;
  return address(`/api/me/export${query}`);
}

/** Removes whoever asks, and with them the session. */
export async function leave(password: string, session: string | null): Promise<void> {
  if (session !== null) hush(session);
  await call("DELETE", "/api/me", { body: { password } });
}
