// The units of an installation under a real systemd: who is started, as whom, and
// what happens to those that die or hang.
import { equal, match } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Booted, cannotBoot } from "../world/booted.ts";
import { Installed } from "../world/installed.ts";
import { until } from "../world/place.ts";
import { freePort } from "../world/port.ts";

describe("under systemd", { skip: cannotBoot }, async () => {
  const house = new Installed();
  const port = await freePort();
  let machine: Booted;

  before(() => {
    equal(house.make("install").text, "");
    equal(house.makeUsers(), "");
    const quiet = "MIAU_NET_DHT=false MIAU_NET_LSD=false MIAU_NET_UPNP=false";
    const own = `[Unit]\nStartLimitIntervalSec=0\n[Service]\nEnvironment=MIAU_NET_LISTEN=127.0.0.1:0 ${quiet} MIAU_PORT=${port}\n`;
    machine = new Booted(house, {
      "miaud.service.d/test.conf": `${own}WatchdogSec=10\n`,
      "miauflix-web.service.d/test.conf": own,
      "miauflix-handler@.service.d/test.conf": own,
    });
  });
  after(async () => {
    await machine.end();
    await house.remove();
  });

  const get = (where: string) => fetch(`http://127.0.0.1:${port}${where}`).catch(() => undefined);
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
