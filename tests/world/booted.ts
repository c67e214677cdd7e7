// A real systemd with an installation's units, as the first process of namespaces
// of its own: this machine's programs and the installed ones lie over each other,
// /etc and /var are the installation's, no other unit is known.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Installed, refusal } from "./installed.ts";
import { until } from "./place.ts";

const boot = `set -e
hold=$1 dest=$1/root root=$1/boot
mkdir -p "$root" && mount -t tmpfs -o mode=755 tmpfs "$root" && cd "$root"
mkdir usr etc var dev proc sys run tmp root
mount -t overlay -o "lowerdir=$dest/usr:/usr" overlay usr
for l in bin sbin lib lib64; do [ ! -L /$l ] || ln -s usr/$l $l; done
mount --bind "$dest/etc" etc
mount --bind "$dest/var" var
mount --rbind /dev dev
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
exec env -i container=miauflix PATH=/usr/sbin:/usr/bin SYSTEMD_UNIT_PATH=/etc/units \\
	SYSTEMD_GENERATOR_PATH=/none SYSTEMD_ENVIRONMENT_GENERATOR_PATH=/none \\
	chroot . /lib/systemd/systemd --system --unit=miauflix.target --log-target=console`;

const attempt = `mount -t tmpfs tmpfs /mnt && mkdir /mnt/over /mnt/group &&
mount -t overlay -o lowerdir=/mnt/group:/usr overlay /mnt/over &&
mount -t cgroup2 cgroup2 /mnt/group`;

/** Why nothing can be booted here; false when it can. */
export const cannotBoot =
  refusal ||
  (spawnSync("unshare", ["--mount", "--cgroup", "sh", "-c", attempt]).status === 0
    ? false
    : "needs overlays and control groups");

/** What units of a machine name beside each other. */
const targets = ["sysinit", "basic", "sockets", "shutdown", "network", "exit", "umount", "final"];

export class Booted {
  readonly #house: Installed;
  readonly #first: ChildProcess;
  #said = "";

  /** Boots it; its users and state folder have been made. */
  constructor(house: Installed, more: Record<string, string>) {
    this.#house = house;
    const units = path.join(house.dest, "etc/units");
    mkdirSync(units);
    spawnSync("cp", ["-r", `${path.join(house.dest, "usr/lib/systemd/system")}/.`, units]);
    for (const name of targets)
      writeFileSync(path.join(units, `${name}.target`), "[Unit]\nDefaultDependencies=no\n");
    for (const [name, text] of Object.entries(more)) {
      mkdirSync(path.dirname(path.join(units, name)), { recursive: true });
      writeFileSync(path.join(units, name), text);
    }
    // Libraries that ffmpeg takes are found by way of `alternatives`.
    for (const name of ["nsswitch.conf", "ld.so.cache", "alternatives"])
      spawnSync("cp", ["-a", `/etc/${name}`, path.join(house.dest, "etc")]);
    writeFileSync(path.join(house.dest, "etc/machine-id"), "");
    const apart = ["--fork", "--pid", "--mount", "--cgroup", "--ipc", "--uts", "--kill-child"];
    this.#first = spawn(
      "setpriv",
      [
        "--pdeathsig",
        "KILL",
        "unshare",
        ...apart,
        "--propagation",
        "private",
        "sh",
        "-c",
        boot,
        "sh",
        house.hold,
      ],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    const take = (part: Buffer) => {
      this.#said += part;
    };
    this.#first.stdout?.on("data", take);
    this.#first.stderr?.on("data", take);
  }

  get #hasEnded(): boolean {
    return this.#first.exitCode !== null || this.#first.signalCode !== null;
  }

  get said(): string {
    return this.#said;
  }

  /** Runs a program beside it. */
  run(...command: string[]): { code: number | null; text: string } {
    const children = spawnSync("ps", ["-o", "pid=", "--ppid", `${this.#first.pid}`], {
      encoding: "utf8",
    });
    const pid = children.stdout.trim();
    if (this.#hasEnded) throw new Error(`systemd has ended: ${this.#said.slice(-4000)}`);
    // It takes a moment to be there.
    if (pid === "") return { code: null, text: "" };
    const into = ["-t", pid, "--all", "--root", "--wd=/", "--"];
    const done = spawnSync("nsenter", [...into, ...command], { encoding: "utf8" });
    return { code: done.status, text: `${done.stdout}${done.stderr}`.trim() };
  }

  show(unit: string, property: string): string {
    return this.run("systemctl", "show", unit, "--value", "-p", property).text;
  }

  /** Waits until a unit is in a state; its main process. */
  async active(unit: string, other = "0"): Promise<string> {
    return until(
      `${unit} to be active`,
      () => {
        if (this.show(unit, "ActiveState") !== "active") return undefined;
        const pid = this.show(unit, "MainPID");
        return pid !== other && pid;
      },
      {
        every: 100,
        why: () => this.#said.slice(-4000) + this.run("systemctl", "status", unit).text,
      },
    );
  }

  async end(): Promise<void> {
    if (this.#hasEnded) return;
    const ended = new Promise((done) => this.#first.once("exit", done));
    // With the first process of the namespace all others end.
    this.#first.kill("SIGKILL");
    await ended;
    spawnSync("rmdir", [path.join(this.#house.hold, "boot")]);
  }
}
