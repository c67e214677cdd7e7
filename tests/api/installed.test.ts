// `make install`: what it puts where and takes away again, its units, and what
// each user of an installation may touch.
import { ok as assertOk, deepEqual, equal, match } from "node:assert/strict";
import {
  appendFileSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { Installed, refusal } from "../world/installed.ts";
import { until } from "../world/place.ts";
import { freePort } from "../world/port.ts";

const house = new Installed();
const units = path.join(house.dest, "usr/lib/systemd/system");
const conf = path.join(house.dest, "etc/miauflix/miauflix.conf");

after(() => house.remove());

function tree(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[]).sort();
}

test("what is installed is removed, and nothing else", () => {
  mkdirSync(path.join(house.dest, "usr/lib/other"), { recursive: true });
  mkdirSync(path.join(house.dest, "usr/bin"));
  writeFileSync(path.join(house.dest, "usr/bin/other"), "");
  const before = tree(house.dest);
  equal(house.make("install").text, "");
  appendFileSync(conf, "MIAU_PORT=8123\n");
  // What an earlier version had installed does not stay.
  writeFileSync(path.join(house.lib, "cgi/gone.fcgi"), "");
  equal(house.make("install").text, "");
  match(readFileSync(conf, "utf8"), /^MIAU_PORT=8123$/m);
  assertOk(!tree(house.lib).includes("cgi/gone.fcgi"));
  mkdirSync(house.state, { recursive: true });
  writeFileSync(path.join(house.state, "kept"), "");
  equal(house.make("uninstall").text, "");
  const kept = [
    "etc",
    "etc/miauflix",
    "etc/miauflix/miauflix.conf",
    "var",
    "var/lib",
    "var/lib/miauflix",
    "var/lib/miauflix/kept",
  ];
  deepEqual(tree(house.dest), [...before, ...kept].sort());
  rmSync(path.join(house.dest, "var"), { recursive: true });
});

describe("installed", () => {
  before(() => equal(house.make("install").text, ""));

  test("programs find their parts and the machine's state folder", () => {
    const bin = path.join(house.dest, "usr/bin/miauctl");
    const out = house.run(bin, "webserver", "nginx");
    equal(out.code, 0, out.text);
    assertOk(out.text.includes(`alias "${house.lib}/share/www/"`));
    assertOk(out.text.includes("unix:/var/lib/miauflix/run/cgi/movies.sock"));
    const cgi = house.run(bin, "webserver", "cgi");
    equal(cgi.code, 1);
    match(cgi.text, /An installation has no plain CGI/);
    const manual = readFileSync(path.join(house.dest, "usr/share/man/man1/miauctl.1"), "utf8");
    match(manual, /^\.TH MIAUCTL 1/m);
    const completion = path.join(house.dest, "usr/share/bash-completion/completions/miauctl");
    equal(house.run("bash", "-n", completion).code, 0);
  });

  test("the units are sound, and there is a socket for each handler", () => {
    const files = readdirSync(units);
    assertOk(files.length >= 4);
    for (const name of files) {
      // The units name programs by where they will be; here they are below.
      const file = path.join(units, name);
      const text = readFileSync(file, "utf8");
      writeFileSync(file, text.replaceAll("=/usr/lib/miauflix", `=${house.lib}`));
      assertOk(!text.includes("@LIB@") && !text.includes("@SOCKETS@"), name);
    }
    const checked = files.map((name) => path.join(units, name.replace("@.", "@stream.")));
    const path_ = `SYSTEMD_UNIT_PATH=${units}:`;
    const out = house.run("env", path_, "systemd-analyze", "verify", "--man=no", ...checked);
    equal(out.text, "");
    equal(out.code, 0);
    for (const name of ["miaud", "miauflix-handler@", "miauflix-tls", "miauflix-web"]) {
      const unit = path.join(house.hold, `${name.replace("@", "")}.service`);
      writeFileSync(unit, readFileSync(path.join(units, `${name}.service`)));
      const limits = ["--offline=true", "--threshold=20", "--no-pager"];
      const open = house.run("systemd-analyze", "security", ...limits, unit);
      equal(open.code, 0, open.text);
    }
    // Without them systemd waits for no sign of miaud's, and misses none.
    const miaud = readFileSync(path.join(units, "miaud.service"), "utf8");
    for (const line of [/^Type=notify$/m, /^WatchdogSec=[1-9]\d*$/m, /^Restart=on-failure$/m])
      match(miaud, line);
    const wanted = readFileSync(path.join(units, "miauflix.target"), "utf8");
    for (const handler of readdirSync(path.join(house.lib, "cgi"))) {
      const socket = `miauflix-handler@${handler.replace(".fcgi", ".socket")}`;
      assertOk(wanted.includes(socket), socket);
    }
  });
});

describe("each user of an installation", { skip: refusal }, () => {
  before(async () => {
    equal(house.makeUsers(), "");
    const owner = house.who("miauflix");
    const { socket, told } = await house.listen();
    const env = { NOTIFY_SOCKET: socket, WATCHDOG_USEC: "100000" };
    const daemon = house.start(owner, [path.join(house.lib, "bin/miaud")], env);
    await until("miaud to be ready", () => told().includes("READY=1"), { why: daemon });
    await until("the watchdog's sign", () => told().includes("WATCHDOG=1"), { why: daemon });
    for (const name of ["health", "auth"]) house.startHandler(owner, name);
  });

  for (const server of ["lighttpd", "nginx", "apache"])
    test(`${server} as its unit starts it reaches the handlers, and they their keys`, async () => {
      const web = house.who("miauflix-web");
      const port = await freePort();
      // As RuntimeDirectory= makes it.
      const own = path.join(house.hold, server);
      mkdirSync(own, { mode: 0o750 });
      chownSync(own, web.uid, web.gid);
      const env = { RUNTIME_DIRECTORY: own, MIAU_WEBSERVER: server, MIAU_PORT: String(port) };
      const unit = readFileSync(path.join(units, "miauflix-web.service"), "utf8");
      const command = /^ExecStart=(.+)$/m.exec(unit)?.[1]?.split(" ") ?? [];
      const said = house.start(web, command, env);
      const origin = `http://127.0.0.1:${port}`;
      const ask = (where: string, init?: RequestInit) =>
        fetch(origin + where, init).catch(() => undefined);
      // A handler that did not listen yet is asked again a second later.
      const isHealthy = async () => (await ask("/api/health"))?.status === 200;
      await until("an answer", isHealthy, { why: said });
      const setup = await ask("/api/auth/setup");
      equal(setup?.status, 200, await setup?.text());
      const page = await ask("/");
      match((await page?.text()) ?? "", /<html/);
      // Kept on the disk on its way to the handler, by some of them.
      const body = JSON.stringify({ email: "x".repeat(300_000), password: "none" });
      const headers = { "content-type": "application/json" };
      const refused = await ask("/api/auth/login", { method: "POST", body, headers });
      equal(refused?.status, 400, await refused?.text());
    });

  test("the web server's user reads films and images, and nothing that is secret", () => {
    const web = house.who("miauflix-web");
    const owner = house.who("miauflix");
    const at = (name: string) => path.join(house.state, name);
    for (const folder of ["images", "torrents", "library"]) {
      const file = at(`${folder}/file`);
      equal(house.as(owner, "sh", "-c", 'echo seen >"$0"', file).code, 0);
      equal(house.as(web, "cat", file).text, "seen\n");
      assertOk(house.as(web, "sh", "-c", 'echo >"$0"', file).code !== 0, `writes ${folder}`);
      assertOk(house.as(web, "touch", at(`${folder}/new`)).code !== 0, `writes in ${folder}`);
    }
    equal(house.as(web, "cat", at("run/roots/images/file")).text, "seen\n");
    equal(house.as(owner, "cat", at("keys/master.key")).code, 0);
    for (const name of readdirSync(house.state)) {
      if (!statSync(at(name)).isFile()) continue;
      assertOk(house.as(web, "cat", at(name)).code !== 0, `reads ${name}`);
    }
    for (const name of ["keys", "backups", "resume", "log"])
      assertOk(house.as(web, "ls", at(name)).code !== 0, `lists ${name}`);
    assertOk(house.as(web, "cat", at("keys/master.key")).code !== 0);
    assertOk(house.as(web, "touch", at("run/new")).code !== 0);
  });

  test("the web server's user connects to handlers and not to miaud", () => {
    const web = house.who("miauflix-web");
    const owner = house.who("miauflix");
    const other = { uid: 65534, gid: 65534, groups: "65534" };
    assertOk(house.connects(web, "run/cgi/health.sock"));
    assertOk(!house.connects(other, "run/cgi/health.sock"));
    for (const name of ["run/miaud.sock", "run/handlers.sock"]) {
      assertOk(house.connects(owner, name), name);
      assertOk(!house.connects(web, name), name);
      assertOk(!house.connects(other, name), name);
    }
  });

  test("a handler refuses to run as somebody else", async () => {
    const others = [house.who("miauflix-web"), { uid: 65534, gid: 65534, groups: "65534" }];
    for (const [i, who] of others.entries()) {
      const said = house.startHandler(who, "health", path.join(house.hold, `foreign-${i}.sock`));
      await until("a sentence", () => said().includes("start.failed"), { why: said });
      match(said(), /belong to the user/);
      const plain = house.as(
        who,
        "env",
        "REQUEST_METHOD=GET",
        path.join(house.lib, "cgi/health.fcgi"),
      );
      equal(plain.code, 1);
      match(plain.text, /belong to the user/);
    }
  });
});
