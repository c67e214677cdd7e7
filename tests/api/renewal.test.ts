// A certificate of this house's authority that nears its end is made anew: when
// `miauctl up` starts, while it runs, and when somebody asks for it.
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import { age as ageIn, daysLeft, readServer, served as servedAt } from "../world/certificate.ts";
import { sleep, until } from "../world/place.ts";
import { freePort } from "../world/port.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld({ isStopped: true, tlsPort: await freePort() });
const read = () => readServer(world.state);
const age = (days: number) => ageIn(world.state, days);
const served = () => servedAt(Number(new URL(world.origin).port));

test("`miauctl up` keeps one that has 40 days left", async () => {
  assert.equal(world.ctl("tls", "init").code, 0);
  const { fingerprint256 } = age(40);
  await world.start();
  assert.equal(read().fingerprint256, fingerprint256);
  assert.equal(await served(), fingerprint256);
});

test("while it runs, one with 20 days left is made anew, and served", async () => {
  const old = age(20);
  // As it does by itself every ten minutes.
  process.kill(world.process("miauctl").pid, "SIGUSR1");
  const renewed = await until("a new certificate", () => {
    const now = read();
    return now.fingerprint256 !== old.fingerprint256 && now;
  });
  assert.ok(daysLeft(renewed) > 390);
  assert.ok(renewed.verify(new X509Certificate(world.authority).publicKey));
  await until("it to be served", async () => (await served()) === renewed.fingerprint256);
  assert.equal((await world.visitor().get("/api/health")).status, 200);
});

test("told again and again, the web server stays", async () => {
  const { pid } = world.process(world.front);
  for (let i = 0; i < 6; i++) {
    process.kill(world.process("miauctl").pid, "SIGUSR1");
    await sleep(150);
  }
  assert.equal((await world.visitor().get("/api/health")).status, 200);
  assert.ok(world.processes(world.front).some((process) => process.pid === pid));
});

test("asked to, it makes one whatever is left", async () => {
  const old = read();
  const made = world.ctl("tls", "renew");
  assert.equal(made.code, 0);
  assert.match(made.stdout, /takes it now/);
  assert.notEqual(read().fingerprint256, old.fingerprint256);
  await until("it to be served", async () => (await served()) === read().fingerprint256);
});

test("a start makes one anew that has ended or nearly so", async () => {
  await world.stop();
  const old = age(5);
  assert.match(world.ctl("doctor").stdout, /tls/);
  await world.start();
  assert.notEqual(read().fingerprint256, old.fingerprint256);
  assert.ok(daysLeft(read()) > 390);
  assert.equal(await served(), read().fingerprint256);
});
