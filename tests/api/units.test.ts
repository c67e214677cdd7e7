// The units of an installation under a real systemd: who is started, as whom, and
// what happens to those that die or hang.
import { equal, match } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Booted } from "../world/booted.ts";
import { Installed, refusal } from "../world/installed.ts";
import { until } from "../world/place.ts";
import { freePort } from "../world/port.ts";

describe("under systemd", { skip: refusal }, async () => {
  const house = new Installed();
  const port = await freePort();
  let machine: Booted;

  before(() => {
    equal(house.make("install").text, "");
    equal(house.makeUsers(), "");
    const quiet = "MIAU_NET_DHT=false MIAU_NET_LSD=false MIAU_NET_UPNP=false";
    const own = `[Service]\nEnvironment=MIAU_NET_LISTEN=127.0.0.1:0 ${quiet} MIAU_PORT=${port}\n`;
    machine = new Booted(house, {
      "miaud.service.d/test.conf": `${own}WatchdogSec=2\n`,
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

  test("miaud is there when it says so, as its user", async () => {
    const pid = await machine.active("miaud.service");
    equal(machine.run("ps", "-o", "user=", "-p", pid).text, "miauflix");
    equal(machine.show("miauflix-handler@ready.socket", "ActiveState"), "active");
    equal(machine.show(handler, "ActiveState"), "inactive");
  });

  test("the web server runs as its own, and the first request starts a handler", async () => {
    equal(machine.run("systemctl", "start", "miauflix-web.service").code, 0);
    const web = await machine.active("miauflix-web.service");
    match(machine.run("ps", "-o", "user:20=,comm=", "-p", web).text, /^miauflix-web +lighttpd/);
    await until("an answer", async () => (await get("/api/ready"))?.status === 200);
    const pid = await machine.active(handler);
    equal(machine.run("ps", "-o", "user=", "-p", pid).text, "miauflix");
    equal((await get("/api/auth/setup"))?.status, 200);
  });

  test("a handler that is killed comes with the next request", async () => {
    const pid = await machine.active(handler);
    machine.run("kill", "-KILL", pid);
    await until("an answer", async () => (await get("/api/ready"))?.status === 200);
    await machine.active(handler, pid);
  });

  test("miaud is started anew when it dies", async () => {
    const pid = await machine.active("miaud.service");
    machine.run("kill", "-KILL", pid);
    await machine.active("miaud.service", pid);
    await until("an answer", async () => (await get("/api/ready"))?.status === 200);
  });

  test("… and when it hangs", async () => {
    const pid = await machine.active("miaud.service");
    machine.run("kill", "-STOP", pid);
    await machine.active("miaud.service", pid);
    await until("an answer", async () => (await get("/api/ready"))?.status === 200);
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
