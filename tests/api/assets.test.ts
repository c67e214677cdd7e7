// The app's files: compressed when they are built, kept for as long as their
// names hold, with the same headers under every web server.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import type { Reply } from "../world/client.ts";
import { root } from "../world/place.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld({ hasAdmin: false });
const visitor = world.visitor();
const dist = path.join(root, "www/dist");
const files = readdirSync(path.join(dist, "assets"), { withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => entry.name);

const types: Record<string, string> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** What every file of the app carries: one table, whatever stands in front. */
const everywhere = {
  "content-security-policy":
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self'; " +
    "script-src 'self'; connect-src 'self'; worker-src 'self' blob:; frame-ancestors 'none'; " +
    "base-uri 'self'; form-action 'self'; object-src 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
};
const lasting = {
  ...everywhere,
  "cache-control": "public, max-age=31536000, immutable",
  vary: "Accept-Encoding",
};

/** Headers that are the web server's own affair. */
const own = /^(date|server|connection|keep-alive|accept-ranges|last-modified|transfer-encoding)$/;

function headersOf(reply: Reply): Record<string, unknown> {
  const left = Object.entries(reply.headers).filter(([name]) => !own.test(name));
  return Object.fromEntries(left.filter(([name]) => !/^(etag|content-length)$/.test(name)));
}

function unpacked(reply: Reply): string {
  const coding = reply.headers["content-encoding"];
  if (coding === "br") return brotliDecompressSync(reply.body).toString();
  return (coding === "gzip" ? gunzipSync(reply.body) : reply.body).toString();
}

const ask = (target: string, encoding?: string, more = {}) =>
  visitor.get(target, {
    headers: { ...(encoding === undefined ? {} : { "accept-encoding": encoding }), ...more },
  });

describe("a file with a hash in its name", () => {
  test("each sheet knows the order of the layers, whichever is loaded first", () => {
    // Those for old sets have none: what was layered is in the right order there.
    const sheets = files.filter((name) => name.endsWith(".css") && !name.startsWith("old-"));
    assert.ok(sheets.length > 1);
    for (const name of sheets)
      assert.match(
        readFileSync(path.join(dist, "assets", name), "utf8"),
        /^@layer tokens, ?base, ?ui, ?screens;/,
        name,
      );
  });

  test("there are some", () => assert.ok(files.length > 5));

  test("is the same in each coding, smaller, and kept for a year", async () => {
    let plain = 0;
    let packed = 0;
    for (const name of files) {
      const whole = readFileSync(path.join(dist, "assets", name));
      const type = { "content-type": types[path.extname(name)] };
      const tags = new Set<unknown>();
      for (const [encoding, coding, unpack] of [
        ["gzip, deflate, br, zstd", "br", brotliDecompressSync],
        ["gzip, deflate", "gzip", gunzipSync],
        ["", undefined, (body: Buffer) => body],
      ] as const) {
        const reply = await ask(`/assets/${name}`, encoding);
        assert.equal(reply.status, 200, name);
        const coded = coding ? { "content-encoding": coding } : {};
        assert.deepEqual(headersOf(reply), { ...lasting, ...type, ...coded }, `${name} ${coding}`);
        assert.ok(unpack(reply.body).equals(whole), `${name} ${coding}`);
        assert.equal(Number(reply.headers["content-length"]), reply.body.length);
        assert.match(String(reply.headers.etag), /^"[^"]+"$/);
        tags.add(reply.headers.etag);
        if (coding === "br") packed += reply.body.length;
        if (coding === undefined) plain += reply.body.length;
      }
      assert.equal(tags.size, 3, `${name}: a tag for each coding`);
    }
    assert.ok(packed < plain / 2, `${packed} of ${plain}`);
  });

  test("is not sent again to somebody who has it", async () => {
    for (const encoding of ["br", "gzip", "identity"]) {
      const { headers } = await ask(`/assets/${files[0]}`, encoding);
      const again = await ask(`/assets/${files[0]}`, encoding, {
        "if-none-match": headers.etag as string,
      });
      assert.equal(again.status, 304, encoding);
      assert.equal(again.body.length, 0);
      assert.equal(again.headers["cache-control"], lasting["cache-control"]);
      assert.equal(again.headers.vary, "Accept-Encoding");
    }
  });

  for (const [said, coding] of [
    ["br;q=0, gzip", "gzip"],
    ["br;q=0.000, gzip;q=0.5", "gzip"],
    ["gzip;q=0", undefined],
    ["br; q=0.2", "br"],
    ["brotli, x-gzip-not", undefined],
    ["deflate", undefined],
  ] as const)
    test(`"${said}" asks for ${coding ?? "the whole"}`, async () => {
      const reply = await ask(`/assets/${files[0]}`, said);
      assert.equal(reply.status, 200);
      assert.equal(reply.headers["content-encoding"], coding);
    });

  test("a question mark behind it changes nothing", async () => {
    const reply = await ask(`/assets/${files[0]}?x=1`, "br");
    assert.equal(reply.status, 200);
    assert.equal(reply.headers["content-encoding"], "br");
  });

  for (const name of ["nothing.js", "nothing-0123abcd.css", "br/nothing.js", "none", "a/b.js"])
    for (const encoding of ["br", "gzip", ""])
      test(`/assets/${name} is not there (${encoding})`, async () => {
        const reply = await ask(`/assets/${name}`, encoding);
        assert.equal(reply.status, 404);
        const text = unpacked(reply);
        assert.ok(!text.includes('id="app"'), `the app's page: ${text}`);
        assert.doesNotMatch(String(reply.headers["cache-control"]), /max-age/);
        for (const [header, value] of Object.entries(everywhere))
          assert.equal(reply.headers[header], value);
      });
});

describe("everything else", () => {
  for (const [target, file] of [
    ["/", "index.html"],
    ["/movie/603", "index.html"],
    ["/index.html", "index.html"],
    ["/robots.txt", "robots.txt"],
    ["/favicon.svg", "favicon.svg"],
  ] as const)
    test(`${target} is asked for anew each time`, async () => {
      const reply = await ask(target, "");
      assert.equal(reply.status, 200);
      const { vary: _, ...headers } = headersOf(reply);
      const type = { "content-type": types[path.extname(file)] };
      assert.deepEqual(headers, { ...everywhere, ...type, "cache-control": "no-cache" });
      assert.equal(reply.text, readFileSync(path.join(dist, file), "utf8"));
      const again = await ask(target, "", { "if-none-match": reply.headers.etag as string });
      assert.equal(again.status, 304);
    });

  test("robots are sent away", async () => {
    assert.equal((await ask("/robots.txt")).text, "User-agent: *\nDisallow: /\n");
  });
});
