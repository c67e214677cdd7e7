// Films that claim or hold more than anybody can want, and torn ones, through the whole
// product: each is a film or is refused with a reason, what a device asks of it is
// answered, limits hold, nothing stays, and other films play.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { bombs } from "../world/bombs.ts";
import { giants } from "../world/giants.ts";
import { askAll, devices, type Found, hostileWorld, laid } from "../world/hostile.ts";
import { clip } from "../world/media.ts";
import { isLong, root } from "../world/place.ts";
import { film } from "../world/segments.ts";
import { torn } from "../world/torn.ts";

const world = await hostileWorld(isLong);
const { pid } = world.process("miaud");
const large = await laid(world, "large", await bombs(readFileSync(film("stream.ts", 12))));
const great = await laid(world, "great", await giants());
const { seed, films } = await torn();
const pieces = await laid(world, "torn", films);
const kinds = isLong ? Object.keys(devices) : ["usual"];

/** A refusal says why in a sentence, which the app has in each language. */
function isTold(all: Found[]): void {
  const said = readFileSync(path.join(root, "www/src/messages/en/codes.json"), "utf8");
  for (const { film, refused } of all) {
    if (film.refused !== undefined) assert.equal(refused?.code, film.refused, film.name);
    if (refused === undefined) continue;
    assert.ok(said.includes(`"refused.${refused.code}"`), `${film.name}: ${refused.code}`);
    assert.match(refused.sentence, /^[A-Z].+\.$/, film.name);
  }
}

test("each is a film, or is refused with its reason", () => {
  isTold(large);
  isTold(great);
  isTold(pieces);
});

test("all that devices ask of films without measure is answered", async () => {
  assert.deepEqual(await askAll(world, large, kinds, []), []);
});

test("all that devices ask of films that grow is answered", async () => {
  assert.deepEqual(await askAll(world, great, isLong ? Object.keys(devices) : ["able"], []), []);
});

test(`torn films (TORN=${seed}) play as far as they go, or say why not`, async () => {
  assert.deepEqual(await askAll(world, pieces, kinds, []), []);
});

test("other films play, by the same daemon", async () => {
  const [good] = await laid(world, "good", [
    { name: "Good", extension: "mkv", bytes: readFileSync(await clip("surround.mkv")) },
  ]);
  assert.ok(good?.titleId);
  assert.deepEqual(await askAll(world, [good], Object.keys(devices), []), []);
  assert.equal(world.process("miaud").pid, pid);
});

test("nothing of them stays behind", async () => {
  assert.equal(await world.stop(), 0);
  const hls = path.join(world.state, "hls");
  assert.deepEqual(existsSync(hls) ? readdirSync(hls) : [], []);
  assert.deepEqual(world.processes(), []);
});
