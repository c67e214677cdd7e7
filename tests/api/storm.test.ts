// Everybody signs in at the same moment, from as many addresses: all get in, and
// the machine keeps its memory. On a machine that is slower than the crowd some are
// told to come again, after they have waited for their turn.
import assert from "node:assert/strict";
import { test } from "node:test";
import { many, until } from "../world/place.ts";
import { pss } from "../world/processes.ts";
import { newWorld, password } from "../world/world.ts";

/** SLOT_WAIT_MS in lib/auth/password.c. */
const turnMs = 10_000;
const most = 256 * 1024 * 1024;
const world = await newWorld();
const people = ["ada@example.org", "bo@example.org", "cy@example.org"];
for (const email of people) world.addPerson(email);

/** Looks at the memory of all that sign people in until it is ended. */
function watchMemory(): () => number {
  let highest = 0;
  const look = () => {
    const held = world.processes("auth.fcgi").reduce((sum, { pid }) => sum + pss(pid), 0);
    highest = Math.max(highest, held);
  };
  const timer = setInterval(look, 50);
  return () => {
    clearInterval(timer);
    return highest;
  };
}

/** Comes again until it is their turn. */
function signIn(email: string): Promise<number> {
  return until(`${email} to be let in`, async () => {
    const from = performance.now();
    const reply = await world.visitor().post("/api/auth/login", { email, password });
    if (reply.status !== 503) return reply.status;
    assert.equal(reply.json.code, "busy");
    assert.ok(performance.now() - from >= turnMs, "nobody is sent away before");
    return false;
  });
}

test("all of a storm of sign-ins get in, within a quarter of a gigabyte", async (t) => {
  const highest = watchMemory();
  const statuses = await Promise.all(
    Array.from({ length: many(40, 200) }, (_, i) => signIn(people[i % people.length] as string)),
  );
  const held = highest();
  assert.deepEqual([...new Set(statuses)], [200]);
  assert.ok(held > 64 * 1024 * 1024, "one was seen while it was worked on");
  assert.ok(held <= most, `${held} bytes`);
  t.diagnostic(`${statuses.length} sign-ins, ${Math.round(held / 1048576)} MiB at most`);
});
