// What Miauflix is measured against, started in the same run: a bare FastCGI
// program and a static file under a lighttpd of their own.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build, root, until } from "../world/place.ts";
import { doesAnswer, freePort } from "../world/port.ts";
import { childrenOf, isAlive } from "../world/processes.ts";

export interface Peers {
  origin: string;
  stop(): Promise<void>;
}

export async function startPeers(hold: string, files: string): Promise<Peers> {
  const hello = path.join(build, "bench/hello");
  mkdirSync(path.dirname(hello), { recursive: true });
  const source = path.join(root, "tests/bench/hello.c");
  execFileSync("gcc", ["-O2", "-pthread", "-o", hello, source, "-lfcgi"]);
  const port = await freePort();
  const conf = path.join(hold, "peers.conf");
  writeFileSync(
    conf,
    `server.modules = ("mod_fastcgi")
server.bind = "127.0.0.1"
server.port = ${port}
server.document-root = "${files}"
server.upload-dirs = ("${hold}")
server.stream-request-body = 0
server.stream-response-body = 2
server.max-keep-alive-requests = 1000
mimetype.assign = ("" => "application/octet-stream")
fastcgi.server = ("/hello" => ((
	"socket" => "${hold}/hello.sock",
	"bin-path" => "${hello}",
	"max-procs" => 1,
	"check-local" => "disable"
)))
`,
  );
  const server: ChildProcess = spawn("lighttpd", ["-D", "-f", conf], { stdio: "ignore" });
  await until("the peers", () => doesAnswer(port));
  return {
    origin: `http://127.0.0.1:${port}`,
    stop: async () => {
      // lighttpd leaves the programs that it started to themselves.
      const started = childrenOf(server.pid as number);
      const ended = new Promise((done) => server.once("exit", done));
      server.kill("SIGTERM");
      await ended;
      for (const pid of started) if (isAlive(pid)) process.kill(pid, "SIGKILL");
    },
  };
}
