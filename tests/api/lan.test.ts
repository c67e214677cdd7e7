// Open to the house: what is listened on, which addresses are told, and by which
// names the server answers. The server runs in a network of its own with one
// wire, so that no other machine reaches it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { runCgi } from "../world/cgi.ts";
import { hangMs, miauctl, noUserNamespace } from "../world/place.ts";
import { freePort } from "../world/port.ts";
import { makeWorld, newWorld } from "../world/world.ts";

const world = await newWorld();

const wire = `set -e
ip link set lo up
ip link add eth7 type veth peer name peer7
ip addr add 10.77.0.2/24 dev eth7
ip addr add fd77::2/64 dev eth7 nodad
ip link set eth7 up
ip link set peer7 up
`;

/** Runs a shell script in a network of its own. */
function apart(env: Record<string, string>, script: string): string {
  const done = spawnSync(
    "unshare",
    ["--user", "--map-root-user", "--net", "--mount", "sh", "-c", wire + script],
    { env, encoding: "utf8", timeout: hangMs },
  );
  assert.equal(done.status, 0, `${done.stdout}${done.stderr}`);
  return done.stdout;
}

const urls = (port: number, base = "/") => [
  { url: `http://10.77.0.2:${port}${base}`, scope: "house" },
  { url: `http://[fd77::2]:${port}${base}`, scope: "house" },
  { url: `http://localhost:${port}${base}`, scope: "machine" },
];

test("the addresses are printed at any time, the best for others first", {
  skip: noUserNamespace,
}, () => {
  const env = { ...world.env, MIAU_BIND: "lan" };
  const said = apart(env, `${miauctl} addresses --json`);
  assert.deepEqual(JSON.parse(said), urls(world.port));
  const below = apart({ ...env, MIAU_BASE_PATH: "/films/" }, `${miauctl} addresses --json`);
  assert.deepEqual(JSON.parse(below), urls(world.port, "/films/"));
  const text = apart(env, `${miauctl} addresses`);
  assert.match(text, /^http:\/\/10\.77\.0\.2:\d+\/ +in the house\n/);
  const open = apart(
    { ...env, MIAU_PUBLIC_URL: "https://films.example.org" },
    `${miauctl} addresses`,
  );
  assert.match(open, /^https:\/\/films\.example\.org\/ +from everywhere\nhttp:\/\/10\.77/);
});

test("on loopback it says how to open it", () => {
  assert.match(world.ctl("addresses").stdout, /Other devices do not reach it\. MIAU_BIND=lan/);
  assert.deepEqual(world.ctlJson("status").addresses, [
    { url: `${world.origin}/`, scope: "machine" },
  ]);
});

describe("the API tells the addresses", () => {
  const ask = async (token: string | undefined) =>
    JSON.parse(
      (
        await runCgi(world, "/api/status", { token, headers: { MIAU_BIND: "lan" } })
      ).body.toString(),
    ).addresses;

  test("to administrators", async () => {
    const admin = await world.visitor().signIn("admin@example.org", "correct horse battery staple");
    const found = await ask(admin.token);
    assert.deepEqual(found.at(-1), { url: `http://localhost:${world.port}/`, scope: "machine" });
    assert.deepEqual((await world.admin.read("/api/status")).addresses, [
      { url: `${world.origin}/`, scope: "machine" },
    ]);
  });

  test("to nobody else", async () => {
    const uma = await world.person("uma@example.org");
    assert.equal(await ask(uma.token), undefined);
    assert.equal((await uma.read("/api/status")).addresses, undefined);
  });
});

describe("MIAU_BIND=lan", { skip: noUserNamespace }, () => {
  test("answers on every address, under known names alone; greets with all of them", async () => {
    const port = await freePort();
    const house = await makeWorld({ isStopped: true, env: { MIAU_BIND: "lan" } });
    const env = { ...house.env, MIAU_PORT: String(port) };
    const hosts = [`127.0.0.1:${port}`, `10.77.0.2:${port}`, `[fd77::2]:${port}`, `[::1]:${port}`];
    const status = (url: string, host: string) =>
      `curl -s -o /dev/null -m 240 -w '%{http_code} ' -H 'Host: ${host}' '${url}/api/health'\n`;
    const said = apart(
      env,
      `script -qec '${miauctl} up -d' /dev/null
      echo STATUS
      ${hosts.map((host) => status(`http://${host}`, host)).join("")}
      for host in evil.example 10.77.0.3:${port} miauflix.local:${port} '[fd77::3]:${port}'; do
        curl -s -o /dev/null -m 240 -w '%{http_code} ' -H "Host: $host" http://10.77.0.2:${port}/api/health
      done
      ${miauctl} down >/dev/null`,
    ).replaceAll("\r", "");
    await house.tearDown();
    const [greeting, statuses] = said.split("STATUS\n") as [string, string];
    assert.equal(statuses.trim(), "200 200 200 200 421 421 421 421");
    for (const { url } of urls(port)) {
      assert.ok(greeting.includes(`open  ${url}\n`), greeting);
      assert.ok(greeting.includes(`first visit  ${url}setup?code=`), greeting);
    }
    const link = /first visit {2}(http:\/\/10\.77\S+)/.exec(greeting)?.[1] as string;
    const code = spawnSync("qrencode", ["-t", "ANSIUTF8", "-o", "-"], { input: link });
    assert.ok(greeting.includes(code.stdout.toString()), "the code for a phone");
  });

  test("a new address is in the certificate, which is made anew; the greeting says https", async () => {
    const [port, tlsPort] = [await freePort(), await freePort()];
    const house = await makeWorld({ isStopped: true });
    const env = { ...house.env, MIAU_PORT: String(port), MIAU_TLS_PORT: String(tlsPort) };
    const said = apart(
      env,
      `${miauctl} tls init >/dev/null
      MIAU_BIND=lan; export MIAU_BIND
      ${miauctl} up -d
      echo STATUS
      for host in 10.77.0.2 '[fd77::2]'; do
        curl -sS -m 240 -o /dev/null -w '%{http_code} ' --cacert ${house.state}/trust/miauflix.crt https://$host:${tlsPort}/
        curl -sS -m 240 -o /dev/null -w '%{http_code} ' http://$host:${port}/
      done
      ${miauctl} down >/dev/null
      cat ${house.state}/trust/index.html`,
    );
    await house.tearDown();
    const [greeting, rest] = said.split("STATUS\n") as [string, string];
    assert.ok(greeting.includes(`open  https://10.77.0.2:${tlsPort}/\n`), greeting);
    assert.match(rest, /^200 308 200 308 /);
    assert.ok(rest.includes(`http://10.77.0.2:${port}/trust/`), "the page names the new address");
  });

  test("miauflix.local is announced and known where Avahi runs", async () => {
    const port = await freePort();
    const house = await makeWorld({ isStopped: true, env: { MIAU_BIND: "lan" } });
    const env = { ...house.env, MIAU_PORT: String(port), PATH: `${house.hold}:${house.env.PATH}` };
    const asked = path.join(house.hold, "asked");
    writeFileSync(
      path.join(house.hold, "avahi-publish"),
      `#!/bin/sh\necho "$@" >${asked}\nexec sleep 1000\n`,
      { mode: 0o755 },
    );
    const said = apart(
      env,
      `mount -t tmpfs none /run
      mkdir /run/avahi-daemon
      touch /run/avahi-daemon/socket
      ${miauctl} up -d >/dev/null
      until [ -e ${house.state}/run/announced ]; do sleep 0.1; done
      ${miauctl} addresses
      curl -s -o /dev/null -m 240 -w '%{http_code} ' -H 'Host: miauflix.local:${port}' http://10.77.0.2:${port}/api/health
      ${miauctl} down >/dev/null
      ${miauctl} addresses`,
    );
    assert.equal(readFileSync(asked, "utf8"), "-a -R miauflix.local 10.77.0.2\n");
    await house.tearDown();
    const [running, stopped] = said.split(/^200 /m) as [string, string];
    assert.match(running, new RegExp(`^http://miauflix\\.local:${port}/ `));
    assert.doesNotMatch(stopped, /miauflix\.local/);
  });

  test("miauflix.local is not said to be known when Avahi refuses", async () => {
    const port = await freePort();
    const house = await makeWorld({ isStopped: true, env: { MIAU_BIND: "lan" } });
    const env = { ...house.env, MIAU_PORT: String(port), PATH: `${house.hold}:${house.env.PATH}` };
    const asked = path.join(house.hold, "asked");
    writeFileSync(
      path.join(house.hold, "avahi-publish"),
      `#!/bin/sh\necho "$@" >>${asked}\nexit 1\n`,
      { mode: 0o755 },
    );
    const said = apart(
      env,
      `mount -t tmpfs none /run
      mkdir /run/avahi-daemon
      touch /run/avahi-daemon/socket
      ${miauctl} up -d >/dev/null
      until [ "$(wc -l <${asked})" -ge 4 ]; do sleep 0.1; done
      ${miauctl} addresses
      ls ${house.state}/run
      ${miauctl} down >/dev/null`,
    );
    await house.tearDown();
    assert.match(said, new RegExp(`^http://10\\.77\\.0\\.2:${port}/`, "m"));
    assert.doesNotMatch(said, /miauflix\.local|announced/);
  });
});
