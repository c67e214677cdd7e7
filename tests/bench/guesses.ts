// Whether a stranger can tell by the clock that an account exists: sign-ins with a
// wrong password, of somebody who is there and of nobody, in pairs whose order is
// drawn, each from an address of its own.
import { many } from "../world/place.ts";
import { makeWorld } from "../world/world.ts";
import { median, printTable, row } from "./table.ts";

const pairs = many(200, 1000);
const world = await makeWorld();
const known = "ada@example.org";

async function took(email: string): Promise<number> {
  const begin = performance.now();
  const body = { email, password: "not the password" };
  const { status } = await world.visitor().post("/api/auth/login", body);
  if (status !== 401) throw new Error(`answered ${status}`);
  return performance.now() - begin;
}

/** How often a value of the one is larger than one of the other: 0.5 is by chance. */
function larger(one: number[], other: number[]): number {
  let wins = 0;
  for (const a of one) for (const b of other) wins += a > b ? 1 : a === b ? 0.5 : 0;
  return wins / (one.length * other.length);
}

try {
  world.addPerson(known);
  const there: number[] = [];
  const nobody: number[] = [];
  for (let i = 0; i < pairs; i++) {
    const both = [
      async () => there.push(await took(known)),
      async () => nobody.push(await took(`nobody${i}@example.org`)),
    ];
    if (Math.random() < 0.5) both.reverse();
    for (const ask of both) await ask();
  }
  // By chance alone the share lies within two of these around a half.
  const deviation = Math.sqrt((2 * pairs + 1) / (12 * pairs * pairs));
  row("pairs", String(pairs), "1000");
  row("median, somebody", `${median(there).toFixed(1)} ms`, "");
  row("median, nobody", `${median(nobody).toFixed(1)} ms`, "");
  const share = larger(there, nobody);
  row("somebody took longer", `${(100 * share).toFixed(1)} %`, "50 %", "of all comparisons");
  row("by chance within", `${(200 * deviation).toFixed(1)} % of that`, "");
} finally {
  await world.tearDown();
}
printTable();
