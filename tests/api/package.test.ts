// `make deb`: the package is put into a copy of this machine's system, as dpkg
// does it: a first installation, an upgrade, removal, purging.
import { ok as assertOk, equal, match } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { root } from "../world/place.ts";

const hold = mkdtempSync("/tmp/miau-t-");
const version = readFileSync(path.join(root, "VERSION"), "utf8").trim();
after(() => rmSync(hold, { recursive: true, force: true }));

function run(program: string, ...args: string[]): string {
  const done = spawnSync(program, args, { encoding: "utf8", cwd: root });
  equal(done.status, 0, `${program} ${args.join(" ")}: ${done.stdout}${done.stderr}${done.error}`);
  return done.stdout;
}

/** Runs a script in a copy of the system that lasts as long as the script. */
function inCopy(script: string): { code: number | null; text: string } {
  writeFileSync(path.join(hold, "script"), `set -e\n${script}`);
  const enter = `set -e; cd "$0"; mkdir -p over; mount -t tmpfs tmpfs over
    mkdir over/up over/work over/system
    mount -t overlay overlay -o lowerdir=/,upperdir=over/up,workdir=over/work over/system
    mkdir over/system/given; mount --bind . over/system/given
    mount -t proc proc over/system/proc; exec chroot over/system sh /given/script`;
  const spaces = ["--mount", "--pid", "--fork", "--kill-child", "sh", "-c", enter, hold];
  const done = spawnSync("unshare", spaces, { encoding: "utf8" });
  return { code: done.status, text: done.stdout + done.stderr };
}

const skip = inCopy("true").code === 0 ? false : "no copy of the system can be made here";

// What each step must have, checked there: a failing line ends the script.
const steps = `
export DEBIAN_FRONTEND=noninteractive
S=/var/lib/miauflix
say() { echo "== $1"; }
none() { if grep "$@"; then return 1; fi; }
printf 'no-triggers\\nforce-unsafe-io\\n' >/etc/dpkg/dpkg.cfg.d/quick
modes() { stat -c '%U:%G %a' "$@"; }

say first
dpkg -i /given/old.deb
[ "$(modes $S)" = "miauflix:miauflix-web 750" ]
[ "$(modes $S/images)" = "miauflix:miauflix-web 2750" ]
[ "$(modes $S/run/upload)" = "miauflix:miauflix-web 770" ]
id -nG miauflix | grep -qw miauflix-web
id -nG miauflix-web | tr ' ' '\\n' | none -x miauflix
ps -e -o comm= | none -E '^miau|\\.fcgi$'

say root
echo "correct horse battery staple" |
  miauctl user add ada@example.org --admin --password-file -
[ "$(modes $S/miauflix.db)" = "miauflix:miauflix 600" ] ||
  [ "$(modes $S/miauflix.db)" = "miauflix:miauflix 640" ]
[ "$(modes $S/keys)" = "miauflix:miauflix 700" ]
find $S -user root | none .
echo MIAU_PORT=8123 >>/etc/miauflix/miauflix.conf

say upgrade
dpkg -i --force-confdef --force-confold /given/new.deb
dpkg-query -W miauflix | grep -q '99$'
grep -q MIAU_PORT=8123 /etc/miauflix/miauflix.conf
miauctl webserver nginx | grep -q :8123
miauctl user list | grep -q ada@example.org

say remove
dpkg -r miauflix
find /usr/lib/ /usr/bin /usr/share/man/man1 -name '*miau*' | none .
[ -e /etc/miauflix/miauflix.conf ]
[ -e $S/miauflix.db ]

say again
dpkg -i --force-confdef --force-confold /given/new.deb
miauctl user list | grep -q ada@example.org
echo film >$S/library/film.mp4

say purge
dpkg -P miauflix
[ "$(find $S -type f)" = $S/library/film.mp4 ]
[ ! -e /etc/miauflix ]
say done
`;

describe("the Debian package", { skip }, () => {
  before(() => {
    mkdirSync(path.join(hold, "tree"));
    run("tools/deb", path.join(hold, "old.deb"));
    run("dpkg-deb", "-R", path.join(hold, "old.deb"), path.join(hold, "tree/new"));
    const control = path.join(hold, "tree/new/DEBIAN/control");
    const text = readFileSync(control, "utf8");
    match(text, new RegExp(`^Version: ${version.replaceAll(".", "\\.")}$`, "m"));
    writeFileSync(control, text.replace(`Version: ${version}`, "Version: 99"));
    run("dpkg-deb", "-b", path.join(hold, "tree/new"), path.join(hold, "new.deb"));
  });

  test("needs what its programs are linked with", () => {
    const needs = run("dpkg-deb", "-f", path.join(hold, "old.deb"), "Depends");
    for (const name of ["libsqlite3-0", "libtorrent-rasterbar2.0", "ffmpeg"])
      assertOk(needs.includes(name), needs);
    const made = readdirSync(path.join(hold, "tree/new/usr/lib/miauflix/cgi"));
    equal(made.length, readdirSync(path.join(root, "cgi")).filter((f) => f.endsWith(".c")).length);
  });

  test("installs, upgrades keeping all, goes, and takes the data only when purged", () => {
    const { code, text } = inCopy(steps);
    assertOk(code === 0 && text.includes("== done\n"), text);
  });
});
