// What a service manager is told by sd_notify(3), read from a real socket.
import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { until } from "./place.ts";

// A line each; datagrams of such sockets are beyond node.
const listener = `use Socket; $| = 1; socket(S, AF_UNIX, SOCK_DGRAM, 0) or die;
bind(S, pack_sockaddr_un($ARGV[0])) or die "bind: $!"; chmod(0666, $ARGV[0]);
print "bound\\n"; while (defined(recv(S, my $text, 4096, 0))) { print "$text\\n"; }`;

export interface Manager {
  /** NOTIFY_SOCKET's value. */
  socket: string;
  /** All that was told so far. */
  told: () => string;
  child: ChildProcess;
}

/** Listens as a service manager, until the child is ended. */
export async function listenAsManager(folder: string): Promise<Manager> {
  const socket = path.join(folder, "notify");
  const child = spawn("setpriv", ["--pdeathsig=KILL", "perl", "-e", listener, socket], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (part: Buffer) => {
      text += part;
    });
  await until("the notification socket", () => text.includes("bound"));
  return { socket, told: () => text, child };
}
