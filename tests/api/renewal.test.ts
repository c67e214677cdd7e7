// A certificate of this house's authority that nears its end is made anew: when
// `miauctl up` starts, while it runs, and when somebody asks for it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { connect } from "node:tls";
import { until } from "../world/place.ts";
import { freePort } from "../world/port.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld({ isStopped: true, tlsPort: await freePort() });
const tlsPort = Number(new URL(world.origin).port);
const file = path.join(world.state, "tls/server.pem");
const authority = path.join(world.state, "tls/authority.pem");
const read = () => new X509Certificate(readFileSync(file));
const daysLeft = (certificate: X509Certificate) =>
  (Date.parse(certificate.validTo) - Date.now()) / (24 * 3600 * 1000);

/** The same certificate by the same authority, with other days. */
function age(days: number): X509Certificate {
  const openssl = (...args: string[]) =>
    execFileSync("openssl", args, { encoding: "utf8", stdio: "pipe" });
  const key = openssl("pkey", "-in", file);
  const request = path.join(world.hold, "server.csr");
  const copied = ["-copy_extensions", "copy"];
  openssl("x509", "-x509toreq", "-in", file, "-signkey", file, ...copied, "-out", request);
  const by = ["-CA", authority, "-CAkey", authority, "-set_serial", "7"];
  const made = ["x509", "-req", "-in", request, ...copied, ...by, "-days", String(days)];
  writeFileSync(file, key + openssl(...made));
  const certificate = read();
  assert.equal(Math.ceil(daysLeft(certificate)), days);
  assert.ok(certificate.checkHost("localhost") && certificate.checkHost("miauflix.local"));
  return certificate;
}

/** Of the certificate that a browser is shown. */
function served(): Promise<string | undefined> {
  return new Promise((done) => {
    const socket = connect(
      { port: tlsPort, host: "127.0.0.1", rejectUnauthorized: false, servername: "localhost" },
      () => {
        done(socket.getPeerCertificate().fingerprint256);
        socket.destroy();
      },
    );
    socket.once("error", () => done(undefined));
  });
}

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

test("asked to, it makes one whatever is left", () => {
  const old = read();
  assert.equal(world.ctl("tls", "renew").code, 0);
  assert.notEqual(read().fingerprint256, old.fingerprint256);
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
