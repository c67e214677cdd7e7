// The neighbour: a second Miauflix that has a film and shares it. The way to it
// leads through a relay, which the player's tracker names; the neighbour itself
// announces nothing anywhere.
import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Tracker } from "../../tools/tracker.ts";
import { freePort } from "./port.ts";
import { type Relay, startRelay } from "./relay.ts";
import { makeWorld, type World } from "./world.ts";

export interface Neighbour {
  world: World;
  relay: Relay;
  /** The film's own file, in the neighbour's folder. */
  film: string;
  torrent: string;
  stop(): Promise<void>;
}

/** `lay` puts the film where it is told. The rate is the relay's, bytes a second. */
export async function moveIn(
  name: string,
  lay: (file: string) => Promise<unknown>,
  tracker: Tracker,
  rate: number,
): Promise<Neighbour> {
  const port = await freePort();
  const world = await makeWorld({
    hasAdmin: false,
    env: { MIAU_NET_LISTEN: `127.0.0.1:${port}`, MIAU_NET_UPLOAD_LIMIT: "0" },
  });
  const film = path.join(world.films, name);
  mkdirSync(world.films, { recursive: true });
  await lay(film);
  const id = String(world.ctlJson("share", film).id);
  const torrent = path.join(world.hold, "film.torrent");
  world.ctlJson("torrent", "export", id, "-o", torrent);
  const relay = await startRelay(port, rate);
  tracker.add(world.ctlJson("downloads", "show", id).hash, "127.0.0.1", relay.port);
  return {
    world,
    relay,
    film,
    torrent,
    stop: async () => {
      await relay.stop();
      await world.tearDown();
    },
  };
}
