// The webtorrent package as a player's server, driven by lines of JSON on its
// input; runs in a process of its own, so that its work is not the measurer's:
//
//	{"add": FILE.torrent or MAGNET, "to": FOLDER}	answers {"url": …} as soon as
//							it can be asked for
//	{"remove": INFO-HASH}				answers {"removed": …}
//
// player.ts MODULE: where webtorrent is. It looks at nothing beyond loopback.
import { createInterface } from "node:readline";

const { default: WebTorrent } = await import(process.argv[2] as string);
const client = new WebTorrent({
  dht: false,
  lsd: false,
  utp: false,
  natUpnp: false,
  natPmp: false,
  webSeeds: false,
});
const answer = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`);
client.on("error", (e: Error) => answer({ error: e.message }));
const { server } = client.createServer({ pathname: "/film" });
await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
answer({ listening: true });

createInterface({ input: process.stdin }).on("line", (line) => {
  const order = JSON.parse(line);
  if (order.remove) {
    client.remove(order.remove, { destroyStore: true }, () => answer({ removed: order.remove }));
    return;
  }
  const torrent = client.add(order.add, { path: order.to });
  torrent.once("metadata", () =>
    answer({ url: `http://127.0.0.1:${server.address().port}${torrent.files[0].streamURL}` }),
  );
});
process.stdin.once("end", () => process.exit(0));
