// Lighthouse over the built app behind the real web server: the door, home and a
// film's page, as a phone and as a desktop, each with an empty cache. It is installed
// into build/bench when it is wanted and nowhere else: not from a lock file, since
// `npm ci` refuses one in which a package's other platforms are missing.
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";
import { signInByForm } from "../world/browser.ts";
import { fillHouse } from "../world/household.ts";
import { build, root } from "../world/place.ts";
import { freePort } from "../world/port.ts";
import { makeWorld, password } from "../world/world.ts";
import { median, printTable, row } from "./table.ts";

const rounds = Number(process.argv[2] ?? 3);
const folder = path.join(build, "bench/lighthouse");

interface Judgement {
  categories: Record<string, { score: number | null; auditRefs: { id: string; weight: number }[] }>;
  audits: Record<string, { score: number | null; title: string; numericValue?: number }>;
  runtimeError?: { message: string };
}

type Lighthouse = (
  url: string,
  flags: Record<string, unknown>,
  config?: unknown,
) => Promise<{ lhr: Judgement } | undefined>;

async function installed(): Promise<{ run: Lighthouse; desktop: unknown }> {
  const own = path.join(folder, "node_modules/lighthouse/core");
  if (!existsSync(own)) {
    mkdirSync(folder, { recursive: true });
    copyFileSync(
      path.join(root, "tests/bench/lighthouse/package.json"),
      path.join(folder, "package.json"),
    );
    const args = ["install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"];
    execFileSync("npm", args, { cwd: folder, stdio: "pipe" });
  }
  const { default: run } = await import(path.join(own, "index.js"));
  const { default: desktop } = await import(path.join(own, "config/desktop-config.js"));
  return { run, desktop };
}

const KINDS = ["performance", "accessibility", "best-practices"];

/** What took points, by its title. */
function faults({ categories, audits }: Judgement, kind: string): string[] {
  return (categories[kind]?.auditRefs ?? [])
    .filter(({ id, weight }) => weight > 0 && (audits[id]?.score ?? 1) < 0.9)
    .map(({ id }) => `${id} (${audits[id]?.title})`);
}

const { run, desktop } = await installed();
const world = await makeWorld();
const profile = mkdtempSync("/tmp/miau-t-");
try {
  await fillHouse(world);
  const port = await freePort();
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", `--remote-debugging-port=${port}`],
    baseURL: world.origin,
  });
  const page = context.pages()[0] ?? (await context.newPage());
  const cdp = await context.newCDPSession(page);
  const film = await world.movieId("First Light");
  const screens: [name: string, path: string][] = [
    ["sign-in", "/"],
    ["home", "/"],
    ["a film's page", `/movie/${film}`],
  ];
  for (const [name, at] of screens) {
    if (name === "home") await signInByForm(page, "admin@example.org", password);
    for (const device of ["phone", "desktop"] as const) {
      const judged: Judgement[] = [];
      for (let i = 0; i < rounds; i++) {
        await page.goto("about:blank");
        // All but who is signed in.
        await cdp.send("Network.clearBrowserCache");
        await cdp.send("Storage.clearDataForOrigin", {
          origin: world.origin,
          storageTypes: "cache_storage,service_workers",
        });
        const flags = { port, disableStorageReset: true, onlyCategories: KINDS, logLevel: "error" };
        const result = await run(
          world.origin + at,
          flags,
          device === "desktop" ? desktop : undefined,
        );
        if (result === undefined || result.lhr.runtimeError)
          throw new Error(result?.lhr.runtimeError?.message ?? "no judgement");
        judged.push(result.lhr);
      }
      const of = (value: (one: Judgement) => number): number[] => judged.map(value);
      for (const kind of KINDS) {
        const points = of((one) => Math.round((one.categories[kind]?.score ?? 0) * 100));
        const why = [...new Set(judged.flatMap((one) => faults(one, kind)))].join(", ");
        row(`${name}, ${device}: ${kind}`, `${median(points)} (${points.join(", ")})`, "≥ 95", why);
        if (why !== "") process.stderr.write(`  ${why}\n`);
      }
      const audit = (id: string, digits = 0): string =>
        median(of((one) => one.audits[id]?.numericValue ?? Number.NaN)).toFixed(digits);
      const paint = `FCP ${audit("first-contentful-paint")}, LCP ${audit("largest-contentful-paint")}`;
      row(
        `${name}, ${device}: ms; layout shift`,
        `${paint}, TBT ${audit("total-blocking-time")}; ${audit("cumulative-layout-shift", 3)}`,
        "CLS 0",
      );
    }
  }
  await context.close();
} finally {
  rmSync(profile, { recursive: true, force: true, maxRetries: 20 });
  await world.tearDown();
}
printTable();
