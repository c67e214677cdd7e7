// The units of an installation under a real systemd: who is started, as whom, and
// what happens to those that die or hang.
import { ok as assertOk, equal, match, notEqual } from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { Booted, cannotBoot } from "../world/booted.ts";
import { age, readServer, served } from "../world/certificate.ts";
import { Client } from "../world/client.ts";
import { Installed } from "../world/installed.ts";
import { placeBig } from "../world/media.ts";
import { root, until } from "../world/place.ts";
import { pausedAt } from "../world/player.ts";
import { freePort } from "../world/port.ts";
import { password } from "../world/world.ts";

const film = "library/Wide River (2018).mp4";

describe("under systemd", { skip: cannotBoot }, async () => {
  const house = new Installed();
  const [port, tlsPort] = [await freePort(), await freePort()];
  const conf = path.join(house.dest, "etc/miauflix/miauflix.conf");
  const plain = `http://127.0.0.1:${port}`;
  let machine: Booted;

  before(() => {
    equal(house.make("install").text, "");
    equal(house.makeUsers(), "");
    const quiet = "MIAU_NET_DHT=false MIAU_NET_LSD=false MIAU_NET_UPNP=false";
    const own = `[Unit]\nStartLimitIntervalSec=0\n[Service]\nEnvironment=MIAU_NET_LISTEN=127.0.0.1:0 ${quiet}\n`;
    appendFileSync(conf, `MIAU_PORT=${port}\nMIAU_TLS_PORT=${tlsPort}\n`);
    copyFileSync(path.join(root, "conf/debian/postinst"), path.join(house.dest, "etc/postinst"));
    // This machine's own may forbid a package to start anything.
    mkdirSync(path.join(house.dest, "usr/sbin"));
    writeFileSync(path.join(house.dest, "usr/sbin/policy-rc.d"), "#!/bin/sh\n", { mode: 0o755 });
    machine = new Booted(house, {
      "miaud.service.d/test.conf": `${own}WatchdogSec=10\n`,
      "miauflix-web.service.d/test.conf": own,
      "miauflix-handler@.service.d/test.conf": own,
      // Once, a second after it was started.
      "miauflix-tls.timer.d/test.conf": "[Timer]\nOnActiveSec=\nOnActiveSec=1\nAccuracySec=1ms\n",
    });
  });
  after(async () => {
    await machine.end();
    await house.remove();
  });

  const get = (where: string) => fetch(plain + where).catch(() => undefined);
  const handler = "miauflix-handler@ready.service";

  /** Waits until everything answers; the handler that does, another than that one. */
  const answering = (other = "0") =>
    until("an answer", async () => {
      if ((await get("/api/ready"))?.status !== 200) return undefined;
      const pid = machine.show(handler, "MainPID");
      return pid !== "0" && pid !== other && pid;
    });

  test("miaud is there when it says so, as its user", async () => {
    const pid = await machine.active("miaud.service");
    equal(machine.run("ps", "-o", "user=", "-p", pid).text, "miauflix");
    equal(machine.show("miauflix-handler@ready.socket", "ActiveState"), "active");
    equal(machine.show(handler, "ActiveState"), "inactive");
  });

  test("the web server runs as its own, and the first request starts a handler", async () => {
    equal(machine.run("systemctl", "start", "miauflix-web.service").code, 0);
    const pid = await answering();
    equal(machine.run("ps", "-o", "user=", "-p", pid).text, "miauflix");
    const web = await machine.active("miauflix-web.service");
    match(machine.run("ps", "-o", "user:20=,comm=", "-p", web).text, /^miauflix-web +lighttpd/);
    equal((await get("/api/auth/setup"))?.status, 200);
  });

  test("a handler that is killed comes with the next request", async () => {
    const pid = await answering();
    machine.run("kill", "-KILL", pid);
    await answering(pid);
  });

  test("miaud is started anew when it dies", async () => {
    const pid = await machine.active("miaud.service");
    machine.run("kill", "-KILL", pid);
    await machine.active("miaud.service", pid);
    await answering();
  });

  test("… and when it hangs", async () => {
    const pid = await machine.active("miaud.service");
    machine.run("kill", "-STOP", pid);
    await machine.active("miaud.service", pid);
    await answering();
  });

  test("a package's new version comes while a film plays on", async () => {
    await placeBig(path.join(house.state, film), 48 << 20);
    const first = new Client(plain, "127.0.0.1");
    const email = "ada@example.org";
    await first.send("/api/auth/setup", { email, password, displayName: "Ada" });
    const ada = await new Client(plain).signIn(email, password);
    await ada.send("/api/library/folders", { path: "/var/lib/miauflix/library" });
    const titleId = await until("the film", async () => {
      const { results } = await ada.read("/api/movies?pageSize=1");
      return results[0]?.playable && `movie-${results[0].id}`;
    });
    const { url } = await ada.send("/api/play/start", { titleId });
    const sent = await pausedAt(plain + url, ada.address);
    const stream = "miauflix-handler@stream.service";
    const handler = machine.show(stream, "MainPID");
    const daemon = machine.show("miaud.service", "MainPID");

    const configured = () =>
      machine.run("stat", "-c", "%i", "/run/miauflix-web/lighttpd.conf").text;
    const old = configured();

    const done = machine.run("sh", "/etc/postinst", "configure", "0.0.1");
    equal(done.code, 0, done.text);
    notEqual(configured(), old);
    await machine.active("miaud.service", daemon);
    const threads = () => machine.run("ls", `/proc/${handler}/task`).text.split("\n");
    await until("the old one to accept nothing", () => threads().length === 2);
    // Whoever it is that answers now, it is not the old one.
    machine.run("kill", "-STOP", handler);
    equal((await ada.head(url)).status, 200);
    await machine.active(stream, handler);
    machine.run("kill", "-CONT", handler);

    const sum = createHash("sha1");
    for await (const part of sent.resume()) sum.update(part as Buffer);
    assertOk(sent.complete);
    const whole = createHash("sha1").update(readFileSync(path.join(house.state, film)));
    equal(sum.digest("hex"), whole.digest("hex"));
    await until("the old one to leave", () => machine.run("kill", "-0", handler).code !== 0);
    for (const client of [first, ada]) client.close();
  });

  test("root makes a certificate, and the web server serves it", async () => {
    const made = machine.run("miauctl", "tls", "init");
    equal(made.code, 0, made.text);
    match(made.text, /systemctl reload miauflix-web/);
    const { fingerprint256 } = readServer(house.state);
    const web = machine.show("miauflix-web.service", "MainPID");
    // Twice: told while it does so already, it would end.
    for (let i = 0; i < 2; i++) {
      const reload = machine.run("systemctl", "reload", "miauflix-web");
      equal(reload.code, 0, reload.text);
    }
    await until("https", async () => (await served(tlsPort)) === fingerprint256);
    equal(machine.show("miauflix-web.service", "MainPID"), web);
    const ca = readFileSync(path.join(house.state, "trust/miauflix.crt"), "utf8");
    const visitor = new Client(`https://127.0.0.1:${tlsPort}`, "127.0.0.1", ca);
    equal((await visitor.get("/api/health")).status, 200);
    visitor.close();
    const page = await until("the page", () => get("/trust/"));
    assertOk((await page.text()).includes("/trust/"));
    // A web server that reads its configuration anew ends the connections that wait.
    const turned = () => fetch(`${plain}/`, { redirect: "manual" }).catch(() => undefined);
    equal((await until("an answer", turned)).status, 308);
  });

  test("its group reads the server's key, and nobody the authority's", () => {
    const web = house.who("miauflix-web");
    const stock = { uid: 65534, gid: 65534, groups: `65534,${web.gid}` };
    const reads = (who: typeof web, name: string) =>
      house.as(who, "cat", path.join(house.state, "tls", name)).text.includes("PRIVATE");
    for (const who of [web, stock]) {
      assertOk(reads(who, "server.pem"));
      assertOk(!reads(who, "authority.pem"));
    }
    assertOk(reads(house.who("miauflix"), "authority.pem"));
    equal(statSync(path.join(house.state, "tls/authority.pem")).mode & 0o777, 0o600);
    assertOk(!reads({ ...stock, groups: "65534" }, "server.pem"));
  });

  test("it is made anew before it ends, and served", async () => {
    equal(machine.show("miauflix-tls.timer", "ActiveState"), "active");
    equal(machine.run("systemctl", "stop", "miauflix-tls.timer", "miauflix-tls.service").code, 0);
    const old = age(house.state, 20).fingerprint256;
    equal(machine.run("systemctl", "start", "miauflix-tls.timer").code, 0);
    const now = await until("another to be served", async () => {
      const now = readServer(house.state).fingerprint256;
      return now !== old && (await served(tlsPort)) === now && now;
    });
    notEqual(now, old);
    equal(machine.show("miauflix-tls.service", "Result"), "success");
  });

  test("a certificate that cannot be served is refused, and the old one served", async () => {
    const web = await machine.active("miauflix-web.service");
    const right = readFileSync(conf);
    appendFileSync(conf, "MIAU_TLS_CERTIFICATE=/none.pem\n");
    const reload = () => {
      machine.run("systemctl", "reload", "miauflix-web");
      return /status=(\d+)/.exec(machine.show("miauflix-web.service", "ExecReload"))?.[1];
    };
    equal(reload(), "1");
    writeFileSync(conf, right);
    equal(reload(), "0");
    equal(machine.show("miauflix-web.service", "MainPID"), web);
    equal((await get("/api/health"))?.status, 200);
  });

  test("all of it stops", async () => {
    equal(machine.run("systemctl", "stop", "miauflix.target").code, 0);
    for (const unit of ["miaud.service", "miauflix-web.service"]) {
      const state = await until(`${unit} to stop`, () => {
        const now = machine.show(unit, "ActiveState");
        return ["inactive", "failed"].includes(now) && now;
      });
      equal(state, "inactive", `${unit}: ${machine.show(unit, "ExecMainStatus")}`);
    }
    equal(await get("/"), undefined);
  });
});
