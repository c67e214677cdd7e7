// What is held on a person, and going for good.
import { call } from "./call.ts";
import { ask } from "./client.ts";
import { hush } from "./events.ts";

const EXPORT = "/api/me/export";

/** All that is held on whoever asks, as a zip file. */
export async function takeAll(password: string): Promise<Blob> {
  let all = new Blob();
  // The one answer that is no JSON.
  await ask("POST", EXPORT, { body: { password } }, async (url, init) => {
    const response = await fetch(url, init);
    if (!response.ok || !url.endsWith(EXPORT)) return response;
    all = await response.blob();
    return new Response(null, { status: 204 });
  });
  return all;
}

/** Removes whoever asks, and with them the session. */
export async function leave(password: string, session: string | null): Promise<void> {
  if (session !== null) hush(session);
  await call("DELETE", "/api/me", { body: { password } });
}
