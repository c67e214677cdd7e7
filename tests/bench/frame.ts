// Play until the picture moves, in Chromium: from the click to the first frame that
// is shown, where somebody plays at once, has looked at the film's page for a while,
// or goes on in the middle; beside it webtorrent's address opened by itself, from the
// moment webtorrent is told of the torrent.
import path from "node:path";
import { signInByForm, type Visit, visit } from "../world/browser.ts";
import { sleep } from "../world/place.ts";
import { password } from "../world/world.ts";
import { type Bench, playKnown, warmMs } from "./plays.ts";
import { row, spread } from "./table.ts";

/** A frame, on the clock of this machine, of `from` seconds or later. */
function shown(from: number): Promise<number> {
  return new Promise((done) => {
    const look = (): void => {
      const video = document.querySelector("video");
      if (video === null) return void requestAnimationFrame(look);
      const next: VideoFrameRequestCallback = (now, frame) => {
        if (frame.mediaTime >= from) done(performance.timeOrigin + now);
        else video.requestVideoFrameCallback(next);
      };
      video.requestVideoFrameCallback(next);
    };
    look();
  });
}

async function click({ page }: Visit, titleId: string, looks: number, from: number) {
  await page.goto(`/movie/${titleId.replace(/^movie-/, "")}`);
  const play = page.getByRole("link", { name: /^(Play|Resume)/ });
  await play.waitFor();
  await sleep(looks);
  const clicked = page.evaluate(
    () =>
      new Promise<number>((done) =>
        document.addEventListener("click", () => done(performance.timeOrigin + performance.now()), {
          capture: true,
          once: true,
        }),
      ),
  );
  const frame = page.evaluate(shown, from);
  await play.click();
  return (await frame) - (await clicked);
}

/** Somebody has seen half of it. */
async function seeHalf({ world }: Bench, titleId: string): Promise<void> {
  await world.admin.send("/api/progress", {
    type: "movie",
    movieId: Number(titleId.replace(/^movie-/, "")),
    position: 30,
    duration: 60,
    progress: 0.5,
    status: "watching",
  });
}

async function peerShows({ page }: Visit, bench: Bench): Promise<number[]> {
  const { peer, swarm, world } = bench;
  if (peer === undefined) return [];
  const torrent = swarm.next();
  await page.goto("about:blank");
  const since = performance.timeOrigin + performance.now();
  const url = await peer.add(torrent.torrent, path.join(world.hold, "webtorrent"));
  try {
    await page.goto(url, { waitUntil: "commit" });
    return [(await page.evaluate(shown, 0)) - since];
  } finally {
    await page.goto("about:blank");
    await peer.remove(torrent.hash);
  }
}

/** How many torrents a round takes. */
export const framesTake = 4;

export async function firstFrames(bench: Bench, rounds: number): Promise<void> {
  const ours = await visit(bench.world);
  const theirs = await visit(bench.world);
  const middle = 20;
  const times: Record<string, number[]> = {};
  const note = (name: string, ...ms: number[]) => {
    times[name] = [...(times[name] ?? []), ...ms];
    process.stderr.write(`${bench.swarm.rate} ${name}: ${ms.map(Math.round).join()}\n`);
  };
  try {
    await signInByForm(ours.page, "admin@example.org", password);
    for (let i = 0; i < rounds; i++) {
      await playKnown(bench, async (id) => {
        note("page just opened", await click(ours, id, 0, 0));
        return {};
      });
      await playKnown(bench, async (id) => {
        note("page open for 3 s", await click(ours, id, warmMs, 0));
        return {};
      });
      await playKnown(bench, async (id) => {
        await seeHalf(bench, id);
        note("at the resume point, page open for 3 s", await click(ours, id, warmMs, middle));
        return {};
      });
      note("webtorrent", ...(await peerShows(theirs, bench)));
    }
  } finally {
    await ours.context.browser()?.close();
  }
  const at = bench.swarm.rate === 0 ? "unlimited" : `${bench.swarm.rate / 1e6} MB/s`;
  for (const [name, ms] of Object.entries(times))
    row(`Play → first frame, ${name}, ${at}`, `${spread(ms)} ms`, "");
}
