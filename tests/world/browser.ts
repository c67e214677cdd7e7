// A headless Chromium with an empty profile. Notes what a visitor's browser
// would complain about: console errors, violations of the content policy, pages
// that fail, requests that leave this machine, things that move while loading.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after } from "node:test";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { answered, pageMs } from "./place.ts";
import { words } from "./words.ts";
import type { World } from "./world.ts";

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);

/** What a device in the house may call this machine. */
export const houseName = "films.home.arpa";

let browser: Browser | undefined;
// Said here and not at the launch, which may be inside a test and end with it.
after(() => browser?.close());

async function launched(): Promise<Browser> {
  if (!browser?.isConnected()) {
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        // Letters and colours do not depend on the machine's settings.
        "--font-render-hinting=none",
        "--disable-lcd-text",
        "--force-color-profile=srgb",
        // A name of the house, which is no secure context over plain http.
        `--host-resolver-rules=MAP ${houseName} 127.0.0.1`,
        "--autoplay-policy=no-user-gesture-required",
      ],
    });
  }
  return browser;
}

export interface Visit {
  page: Page;
  context: BrowserContext;
  /** What the browser complained about so far. */
  complaints: string[];
  /** How far things have moved without being asked (CLS). */
  shift(): Promise<number>;
  /** What axe finds wrong on the screen as it is; of its colours alone, and in a
   * part of it alone, where that is said. */
  barriers(only?: { colours?: boolean; within?: string | undefined }): Promise<string[]>;
  close(): Promise<void>;
}

/** What runs in a page has an end, though Playwright gives it none. */
function bound(page: Page): void {
  const evaluate = page.evaluate.bind(page) as (...given: unknown[]) => Promise<unknown>;
  const run = (...given: unknown[]) => answered("what runs in the page", evaluate(...given));
  page.evaluate = run as Page["evaluate"];
}

/** Runs in the page before its own scripts. */
function watchShifts(): void {
  const w = window as unknown as { __shift: number };
  w.__shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { value, hadRecentInput } = entry as unknown as {
        value: number;
        hadRecentInput: boolean;
      };
      if (!hadRecentInput) w.__shift += value;
    }
  }).observe({ type: "layout-shift", buffered: true });
}

export async function visit(
  world: Pick<World, "origin" | "base">,
  options: {
    width?: number;
    height?: number;
    hasTouch?: boolean;
    origin?: string;
    worker?: boolean;
    locale?: string;
  } = {},
): Promise<Visit> {
  const origin = options.origin ?? world.origin;
  const context = await (await launched()).newContext({
    baseURL: origin + world.base,
    // What the worker asks for no test could see, or answer in the server's place.
    serviceWorkers: options.worker ? "allow" : "block",
    // It does not know the authority of the world.
    ignoreHTTPSErrors: origin.startsWith("https:"),
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
    hasTouch: options.hasTouch ?? false,
    reducedMotion: "reduce",
    // What the app is by itself; a test that wants another theme asks for it.
    colorScheme: "dark",
    locale: options.locale ?? "en-GB",
  });
  context.setDefaultTimeout(pageMs);
  context.on("page", bound);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error")
      complaints.push(`console: ${message.text()} ${message.location().url}`);
  });
  page.on("pageerror", (error) => complaints.push(`page: ${error.message}`));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(origin + world.base) && !/^(blob|data):/.test(url))
      complaints.push(`outside: ${url}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 500) complaints.push(`${response.status()} ${response.url()}`);
  });
  await page.addInitScript(watchShifts);
  return {
    page,
    context,
    complaints,
    shift: () => page.evaluate(() => (window as unknown as { __shift: number }).__shift),
    barriers: (only) => findBarriers(page, only),
    close: () => context.close(),
  };
}

/** The rules of axe that look at colours. */
const COLOURS = ["color-contrast", "link-in-text-block"];

async function findBarriers(
  page: Page,
  { colours = false, within }: { colours?: boolean; within?: string | undefined } = {},
): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(
    async ({ rules, part }) => {
      // biome-ignore lint/suspicious/noExplicitAny: axe puts itself on the window
      const result = await (window as any).axe.run(part ?? document, {
        resultTypes: ["violations"],
        ...(rules && { runOnly: rules }),
      });
      return result.violations.flatMap(
        (v: { id: string; help: string; nodes: { target: string[] }[] }) =>
          v.nodes.map((n) => `${v.id}: ${v.help} at ${n.target.join(" ")}`),
      );
    },
    { rules: colours ? COLOURS : null, part: within ?? null },
  );
}

/** Signs in by the form. */
export async function signInByForm(
  page: Page,
  email: string,
  password: string,
  language = "en",
): Promise<void> {
  await page.goto("./");
  await page.getByLabel(words(language, "app.signin.login")).fill(email);
  await page.getByLabel(words(language, "app.password"), { exact: true }).fill(password);
  await page
    .getByRole("button", { name: words(language, "app.signin.title"), exact: true })
    .click();
  await page.getByRole("navigation", { name: words(language, "app.nav") }).waitFor();
}

/** Follows a link without loading the page. */
export async function followLink(page: Page, to: string): Promise<void> {
  await page.evaluate((path) => {
    const link = document.createElement("a");
    link.href = path;
    document.body.append(link);
    link.click();
    link.remove();
  }, to);
}

/** What has the focus, as a screen reader would name it. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const at = document.activeElement as HTMLElement | null;
    return at?.getAttribute("aria-label") ?? at?.textContent?.trim() ?? "";
  });
}

/** Two pictures later, what a key has set off is done. */
export function drawn(page: Page): Promise<unknown> {
  return page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
}

/** Presses a key until what has the focus is called so. */
export async function press(page: Page, key: string, until: RegExp, most = 40): Promise<void> {
  const seen: string[] = [];
  for (let i = 0; i < most; i++) {
    const now = await focused(page);
    if (until.test(now)) return;
    seen.push(now.slice(0, 24));
    await page.keyboard.press(key);
    await drawn(page);
  }
  throw new Error(`${key} never led to ${until}: ${seen.join(" | ")}`);
}
