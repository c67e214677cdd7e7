// An installation as `make install` and systemd make one, below a folder: its
// files, users, state folder, and programs that are started under those users
// as the units start them. What needs root says so in `refusal`.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { whenDying } from "./dying.ts";
import { listenAsManager } from "./notify.ts";
import { root } from "./place.ts";

export interface Who {
  uid: number;
  gid: number;
  groups: string;
}

export interface Done {
  code: number | null;
  text: string;
}

/** Why other users cannot be tried here; false when they can. */
export const refusal = process.getuid?.() === 0 ? false : "needs root";

/** For setpriv: ends with whoever started it, who may be killed. Another user is
 * told so anew. */
const mortal = ["--pdeathsig", "TERM"];

/** As systemd.socket(5) hands a socket over: listening, on standard input. Takes the
 * socket's path, its owner and group, and the program. */
export const onSocket = `use Socket; my ($path, $uid, $gid) = splice(@ARGV, 0, 3);
close(STDIN); socket(STDIN, AF_UNIX, SOCK_STREAM, 0) or die "socket: $!";
bind(STDIN, pack_sockaddr_un($path)) or die "bind: $!"; listen(STDIN, 128);
chown($uid, $gid, $path); chmod(0660, $path); exec(@ARGV) or die "exec: $!";`;

const connectTo = `use Socket; socket(S, AF_UNIX, SOCK_STREAM, 0) or die;
connect(S, pack_sockaddr_un($ARGV[0])) or die "$!\\n";`;

export class Installed {
  readonly hold = mkdtempSync("/tmp/miau-t-");
  readonly dest = path.join(this.hold, "root");
  readonly state = path.join(this.dest, "var/lib/miauflix");
  readonly lib = path.join(this.dest, "usr/lib/miauflix");
  readonly #started: ChildProcess[] = [];
  readonly #isOver: () => void;

  constructor() {
    chmodSync(this.hold, 0o755);
    this.#isOver = whenDying(() => {
      for (const child of this.#started) child.kill("SIGKILL");
      rmSync(this.hold, { recursive: true, force: true, maxRetries: 20 });
    });
  }

  run(program: string, ...args: string[]): Done {
    const done = spawnSync(program, args, { encoding: "utf8", cwd: root });
    return { code: done.status, text: done.error ? String(done.error) : done.stdout + done.stderr };
  }

  make(target: "install" | "uninstall"): Done {
    return this.run("make", "-s", target, `DESTDIR=${this.dest}`, "PREFIX=/usr");
  }

  /** Makes users, groups and the state folder from the installed files. */
  makeUsers(): string {
    const users = this.run("systemd-sysusers", `--root=${this.dest}`);
    const folders = this.run("systemd-tmpfiles", `--root=${this.dest}`, "--create");
    return users.code === 0 && folders.code === 0 ? "" : users.text + folders.text;
  }

  #rows(file: string): string[][] {
    const text = readFileSync(path.join(this.dest, "etc", file), "utf8");
    return text.split("\n").map((line) => line.split(":"));
  }

  /** A user with its groups, as a service manager would set them. */
  who(name: string): Who {
    const user = this.#rows("passwd").find((row) => row[0] === name) ?? [];
    const groups = this.#rows("group").filter((row) => row[3]?.split(",").includes(name));
    const gid = Number(user[3]);
    return { uid: Number(user[2]), gid, groups: [gid, ...groups.map((row) => row[2])].join() };
  }

  #become(who: Who): string[] {
    const ids = ["--reuid", `${who.uid}`, "--regid", `${who.gid}`, "--groups", who.groups];
    return [
      "setpriv",
      ...mortal,
      ...ids,
      "--no-new-privs",
      "sh",
      "-c",
      'umask 0027; exec "$0" "$@"',
    ];
  }

  /** Runs a program to its end under that user. */
  as(who: Who, ...command: string[]): Done {
    const [program, ...args] = [...this.#become(who), ...command] as [string, ...string[]];
    const done = spawnSync(program, args, { encoding: "utf8", env: this.env(), cwd: "/" });
    return { code: done.status, text: done.stdout + done.stderr };
  }

  connects(who: Who, socket: string): boolean {
    return this.as(who, "perl", "-e", connectTo, path.join(this.state, socket)).code === 0;
  }

  env(): Record<string, string> {
    const state = { MIAU_STATE_DIR: this.state, MIAU_NET_LISTEN: "127.0.0.1:0" };
    return { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LANG: "C.UTF-8", ...state };
  }

  #spawn(command: string[], env: Record<string, string> = {}): () => string {
    const child = spawn("setpriv", [...mortal, ...command], {
      env: { ...this.env(), ...env },
      cwd: "/",
      stdio: ["ignore", "pipe", "pipe"],
    });
    let text = "";
    const take = (part: Buffer) => {
      text += part;
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    this.#started.push(child);
    return () => text;
  }

  /** Starts a program under that user; what it has said so far. */
  start(who: Who, command: string[], env: Record<string, string> = {}): () => string {
    return this.#spawn([...this.#become(who), ...command], env);
  }

  /** Starts a handler on a listening socket, as its unit does. */
  startHandler(
    who: Who,
    name: string,
    socket = `${this.state}/run/cgi/${name}.sock`,
  ): () => string {
    const owner = this.who("miauflix");
    const group = this.who("miauflix-web").gid;
    const ids = [`${owner.uid}`, `${group}`];
    const program = path.join(this.lib, `cgi/${name}.fcgi`);
    return this.#spawn(["perl", "-e", onSocket, socket, ...ids, ...this.#become(who), program]);
  }

  /** Listens as a service manager; NOTIFY_SOCKET's value and what was told. */
  async listen(): Promise<{ socket: string; told: () => string }> {
    const { socket, told, child } = await listenAsManager(this.hold);
    this.#started.push(child);
    return { socket, told };
  }

  async remove(): Promise<void> {
    for (const child of this.#started.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = new Promise((done) => child.once("exit", done));
      child.kill("SIGTERM");
      await ended;
    }
    this.#isOver();
    rmSync(this.hold, { recursive: true, force: true, maxRetries: 20 });
  }
}
