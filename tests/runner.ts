// Runs files of tests with node's test runner, as many at once as is said: what
// they take is mostly waiting. Those that take longest come first, so that none is
// waited for alone at the end; `node --test` would go by name.
//
//	node tests/runner.ts AT-ONCE FILE-FOR-TAP SECONDS PATTERN FILE…
//
// A file that takes more seconds than that hangs. An empty pattern is every test.
import { createWriteStream } from "node:fs";
import path from "node:path";
import { finished } from "node:stream/promises";
import { run } from "node:test";
import { spec as Spec, tap } from "node:test/reporters";

/** The slowest first; all others by name. */
const slow = [
  ...["profiles", "expiry", "screens", "outages", "offline", "failures", "torrents", "package"],
  ...["swarm", "player", "units", "journey", "limit", "audited", "sharing", "installed"],
  ...["whole", "downloads", "tabs", "dialogs", "sealed", "blink", "access", "devices", "arrows"],
  ...["joining", "stalls", "warm", "stall", "phone", "gallery", "kids", "keyboard", "catalogue"],
  ...["midstream", "full", "names", "share", "leaving", "people", "row", "letters", "setup"],
  ...["announce", "auth", "growing", "packs", "cli-torrents", "many", "passkeys", "languages"],
  ...["tree", "upgrade", "slow", "watchdog", "window", "fronts", "proxy", "secure", "linger"],
  ...["library", "inspected", "hostile-sizes", "hostile-films"],
];

function rank(file: string): number {
  const at = slow.indexOf(path.basename(file, ".test.ts"));
  return at === -1 ? slow.length : at;
}

const [atOnce = "1", tapFile = "", seconds = "", pattern = "", ...files] = process.argv.slice(2);
// Whoever ends this one ends the tests as well.
const stop = new AbortController();
for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const)
  process.once(signal, () => stop.abort());

const events = run({
  files: files.sort((a, b) => rank(a) - rank(b)),
  concurrency: Number(atOnce),
  timeout: Number(seconds) * 1000,
  signal: stop.signal,
  ...(pattern === "" ? {} : { testNamePatterns: [pattern] }),
});
events.on("test:fail", () => {
  process.exitCode = 1;
});
const told = events.compose(tap).pipe(createWriteStream(tapFile));
events.compose(new Spec()).pipe(process.stdout);
await finished(told);
