// The neighbour: a second Miauflix that has a film and shares it. The way to it
// leads through a relay, which the player's tracker names; the neighbour itself
// announces nothing anywhere.
import path from "node:path";
import type { Tracker } from "../../tools/tracker.ts";
import { freePort } from "./port.ts";
import { type Relay, startRelay } from "./relay.ts";
import { makeWorld, type World } from "./world.ts";

export interface Neighbour {
  world: World;
  relay: Relay;
  /** Shares a film; `lay` puts it where it is told. */
  share(name: string, lay: (file: string) => Promise<unknown>): Promise<Shared>;
  stop(): Promise<void>;
}

export interface Shared {
  /** Its own file, in the neighbour's folder. */
  film: string;
  torrent: string;
}

/** The rate is the relay's, bytes a second. */
export async function moveIn(tracker: Tracker, rate: number): Promise<Neighbour> {
  const port = await freePort();
  const world = await makeWorld({
    hasAdmin: false,
    env: { MIAU_NET_LISTEN: `127.0.0.1:${port}`, MIAU_NET_UPLOAD_LIMIT: "0" },
  });
  const relay = await startRelay(port, rate);
  return {
    world,
    relay,
    share: async (name, lay) => {
      const film = path.join(world.films, name);
      await lay(film);
      const id = String(world.ctlJson("share", film).id);
      const torrent = path.join(world.hold, `${name}.torrent`);
      world.ctlJson("torrent", "export", id, "-o", torrent);
      tracker.add(world.ctlJson("downloads", "show", id).hash, "127.0.0.1", relay.port);
      return { film, torrent };
    },
    stop: async () => {
      await relay.stop();
      await world.tearDown();
    },
  };
}
