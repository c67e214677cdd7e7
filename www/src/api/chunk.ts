// Parts of the app that come when they are needed. After an update those of the
// build before are gone: then the page is loaded anew, once for each build, so
// that what is missing for another reason never makes it load again and again.
import { operation } from "./index.ts";

const KEY = "miauflix.anew";

/** Says that this build has loaded the page anew; false when it did so before or
 * nothing can be remembered. */
function isFirst(build: string): boolean {
  try {
    if (sessionStorage.getItem(KEY) === build) return false;
    sessionStorage.setItem(KEY, build);
    return true;
  } catch {
    return false;
  }
}

export interface Surroundings {
  build: string;
  /** Rejects when the server is away: then nothing is missing yet. */
  ask: () => Promise<unknown>;
  anew: () => void;
}

const page: Surroundings = {
  build: import.meta.url,
  ask: operation.health,
  anew: () => location.reload(),
};

/** What `load` gives; never settles when the page goes. */
export async function chunk<T>(load: () => Promise<T>, around = page): Promise<T> {
  try {
    return await load();
  } catch (missing) {
    await around.ask();
    if (!isFirst(around.build)) throw missing;
    around.anew();
    return new Promise(() => undefined);
  }
}
