// https by an authority of this house: the certificate, the way from http, the
// page of trust, HTTP/2, and what is said of certificates that cannot serve.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { connect } from "node:tls";
import { hangMs } from "../world/place.ts";
import { freePort } from "../world/port.ts";
import { makeWorld, newWorld } from "../world/world.ts";

const world = await newWorld({ hasTls: true });
const tlsPort = Number(new URL(world.origin).port);
const caFile = path.join(world.state, "trust/miauflix.crt");
const server = new X509Certificate(readFileSync(path.join(world.state, "tls/server.pem")));
const authority = new X509Certificate(world.authority);
const day = 24 * 3600 * 1000;

/** The body, or why there is none: with all that went over the wire. */
function curl(...args: string[]): string {
  const done = spawnSync("curl", ["-sSv", "--cacert", caFile, ...args], {
    encoding: "utf8",
    timeout: hangMs,
  });
  return done.status === 0 ? done.stdout : `${done.status} ${done.stderr}`;
}

const plain = (target: string, more: string[] = []): string =>
  curl("-o", "/dev/null", "-w", "%{http_code} %{redirect_url}", ...more, `${world.plain}${target}`);

describe("the certificate", () => {
  test("is for this machine, by the authority, for no longer than browsers take", () => {
    assert.equal(server.checkHost("localhost"), "localhost");
    assert.equal(server.checkHost("miauflix.local"), "miauflix.local");
    assert.equal(server.checkIP("127.0.0.1"), "127.0.0.1");
    assert.equal(server.checkIP("::1"), "::1");
    assert.ok(server.checkIssued(authority));
    assert.ok(server.verify(authority.publicKey));
    assert.equal(server.ca, false);
    const days = (Date.parse(server.validTo) - Date.parse(server.validFrom)) / day;
    assert.ok(days > 300 && days <= 398, `${days} days`);
  });

  test("keys are for nobody else", () => {
    for (const name of ["tls/server.pem", "tls/authority.pem"])
      assert.equal(statSync(path.join(world.state, name)).mode & 0o777, 0o600, name);
    assert.equal(statSync(path.join(world.state, "tls")).mode & 0o777, 0o700);
    assert.ok(!world.authority.includes("PRIVATE"));
  });

  test("the authority vouches for houses alone", () => {
    assert.equal(authority.ca, true);
    const text = execFileSync("openssl", ["x509", "-in", caFile, "-noout", "-text"], {
      encoding: "utf8",
    });
    assert.match(text, /X509v3 Name Constraints: critical\s+Permitted:\s+DNS:local\n/);
    assert.match(text, /NIST CURVE: P-256/);
    assert.match(text, /CA:TRUE, pathlen:0/);
  });

  test("is shown", () => {
    const shown = world.ctlJson("tls", "status");
    assert.equal(shown.kind, "made");
    assert.equal(shown.fingerprint, server.fingerprint256);
    assert.equal(shown.authority, authority.fingerprint256);
    assert.ok(shown.names.includes("localhost"));
    assert.match(world.ctl("doctor").stdout, /tls.+until \d{4}-/);
  });

  test("is made anew by the same authority; another authority only when asked for", () => {
    assert.equal(world.ctl("tls", "renew").code, 0);
    const next = new X509Certificate(readFileSync(path.join(world.state, "tls/server.pem")));
    assert.notEqual(next.fingerprint256, server.fingerprint256);
    assert.ok(next.checkIssued(authority));
    assert.notEqual(world.ctl("tls", "init").code, 0);
    assert.equal(new X509Certificate(world.authority).fingerprint256, authority.fingerprint256);
  });
});

describe("https", () => {
  test("a browser that trusts the authority comes in, with cookies for https alone", async () => {
    const uma = await world.person("uma@example.org");
    assert.equal((await uma.get("/api/me")).status, 200);
    const visitor = world.visitor();
    await visitor.signIn("uma@example.org", "correct horse battery staple", "cookies");
    assert.ok([...visitor.cookies.keys()].every((name) => name.startsWith("__Secure-")));
    assert.ok([...visitor.cookies.values()].every(({ attributes }) => attributes.secure));
    assert.equal((await visitor.patch("/api/me", { displayName: "Uma" })).status, 200);
  });

  test("nobody else does", () => {
    const done = spawnSync("curl", ["-sS", `${world.origin}/api/health`], { encoding: "utf8" });
    assert.equal(done.status, 60, done.stderr);
  });

  test("HTTP/2 for pages and answers", () => {
    const asked = ["--http2", "-o", "/dev/null", "-w", "%{http_version} %{http_code}"];
    assert.equal(curl(...asked, `${world.origin}/`), "2 200");
    assert.equal(curl(...asked, `${world.origin}/api/health`), "2 200");
    assert.equal(curl(...asked, "--http1.1", `${world.origin}/api/health`), "1.1 200");
  });

  test("nothing older than TLS 1.2", async () => {
    const speak = (version: "TLSv1.1" | "TLSv1.2") =>
      new Promise<string>((done) => {
        const socket = connect({
          port: tlsPort,
          host: "127.0.0.1",
          ca: world.authority,
          minVersion: version,
          maxVersion: version,
          ciphers: "ALL:@SECLEVEL=0",
        });
        socket.once("secureConnect", () => {
          done(socket.getProtocol() ?? "");
          socket.destroy();
        });
        socket.once("error", (e) => done(String((e as NodeJS.ErrnoException).code)));
      });
    assert.equal(await speak("TLSv1.2"), "TLSv1.2");
    assert.match(await speak("TLSv1.1"), /^(ERR_SSL|ECONNRESET)/);
  });
});

describe("http", () => {
  for (const target of [
    "/",
    "/movie/7?a=b%20c",
    "/a%20b/c",
    "/api/me",
    "/api/healthy",
    "/assets/x.js",
  ])
    test(`${target} leads to https`, () => {
      assert.equal(plain(target), `308 ${world.origin}${target}`);
    });

  test("to the name that was asked for", () => {
    const said = plain("/x", ["-H", `Host: localhost:${world.port}`]);
    assert.equal(said, `308 https://localhost:${tlsPort}/x`);
    const six = plain("/x", ["-H", `Host: [::1]:${world.port}`]);
    assert.equal(six, `308 https://[::1]:${tlsPort}/x`);
  });

  test("a POST keeps its method", () => {
    const said = plain("/api/auth/login", ["-X", "POST", "-d", "{}"]);
    assert.equal(said, `308 ${world.origin}/api/auth/login`);
  });

  for (const target of ["/health", "/api/health", "/api/ready", "/trust/"])
    test(`${target} is answered`, () => {
      assert.equal(plain(target), "200 ");
    });
});

describe("the page of trust", () => {
  for (const origin of ["http", "https"])
    test(`over ${origin}`, () => {
      const base = origin === "http" ? world.plain : world.origin;
      const page = curl("-i", `${base}/trust/`);
      assert.match(page, /content-type: text\/html/i);
      assert.match(page, /content-security-policy: default-src 'self'/i);
      assert.ok(page.includes(authority.fingerprint256));
      assert.ok(page.includes(`${world.port}/trust/`));
      assert.match(page, /<svg [^>]*class="qr".+<path d="M\d+ \d+h\d+v1h-\d+z/);
      assert.ok(!/<script|style=/.test(page));
      for (const device of ["iPhone", "Android", "Windows", "macOS", "Linux", "Television"])
        assert.ok(page.includes(device), device);
      const file = curl("-i", `${base}/trust/miauflix.crt`);
      assert.match(file, /content-type: application\/x-x509-ca-cert/i);
      assert.ok(file.includes(world.authority));
      assert.match(curl("-i", `${base}/trust/style.css`), /content-type: text\/css/i);
      const wanted = ["-o", "/dev/null", "-w", "%{http_code}"];
      assert.equal(curl(...wanted, `${base}/trust/none`), "404");
      for (const way of ["../tls/server.pem", "..%2ftls/server.pem", "%2e%2e/tls/server.pem"])
        assert.ok(!curl("--path-as-is", `${base}/trust/${way}`).includes("PRIVATE"), way);
    });
});

describe("a certificate of one's own", async () => {
  const own = await makeWorld({ isStopped: true });
  const file = (name: string) => path.join(own.hold, name);
  const make = (name: string, ...more: string[]) => {
    execFileSync(
      "openssl",
      [
        ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
        ...["-keyout", file(`${name}.key`), "-out", file(`${name}.pem`), "-subj", "/CN=localhost"],
        ...["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", ...more],
      ],
      { stdio: "pipe" },
    );
  };
  /** `openssl req` makes none that has ended already. */
  const makeEnded = () => {
    const ca = "[ca]\ndefault_ca=d\n[d]\ndatabase=index\nnew_certs_dir=.\nrand_serial=yes\n";
    writeFileSync(file("ca"), `${ca}default_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n`);
    writeFileSync(file("index"), "");
    make("ended");
    for (const command of [
      "req -new -key ended.key -out ended.csr -subj /CN=localhost",
      "ca -batch -notext -config ca -selfsign -keyfile ended.key -in ended.csr -out ended.pem " +
        "-startdate 20240101000000Z -enddate 20250101000000Z",
    ])
      execFileSync("openssl", command.split(" "), { cwd: own.hold, stdio: "pipe" });
  };
  make("good");
  make("other");
  makeEnded();
  writeFileSync(file("empty.pem"), "");
  const env = (cert: string, key: string) => ({
    MIAU_TLS_CERTIFICATE: file(cert),
    MIAU_TLS_KEY: file(key),
  });

  for (const [what, cert, key, sentence] of [
    ["of another key", "good.pem", "other.key", /does not belong to the certificate/],
    ["that has ended", "ended.pem", "ended.key", /has ended\./],
    ["that is none", "empty.pem", "good.key", /holds no certificate/],
    ["that is not there", "none.pem", "good.key", /Cannot open .+none\.pem/],
    ["without its key", "good.pem", "none.key", /Cannot open .+none\.key/],
  ] as const)
    test(`${what} is refused before anything starts`, () => {
      const check = own.ctlWith({ env: env(cert, key) }, "up", "--check");
      assert.equal(check.code, 1, check.stderr);
      assert.match(check.stderr, sentence);
      const doctor = own.ctlWith({ env: env(cert, key) }, "doctor");
      assert.match(doctor.stdout, sentence);
      assert.equal(own.ctlWith({ env: env(cert, key) }, "up").code, 1);
    });

  for (const [days, verdict, said] of [
    [20, "warn", /It ends soon/],
    [90, "ok", /./],
  ] as const)
    test(`that ends in ${days} days`, () => {
      make("brief", "-days", String(days));
      const checks = JSON.parse(
        own.ctlWith({ env: env("brief.pem", "brief.key") }, "--json", "doctor").stdout,
      );
      const found = checks.find((c: { check: string }) => c.check === "tls");
      assert.equal(found.verdict, verdict);
      assert.match(JSON.stringify(found), said);
    });

  test("serves", async () => {
    const port = await freePort();
    const more = { ...env("good.pem", "good.key"), MIAU_TLS_PORT: String(port) };
    assert.equal(own.ctlWith({ env: more }, "up", "--check").code, 0);
    await own.start(more);
    const said = execFileSync(
      "curl",
      ["-sS", "--cacert", file("good.pem"), `https://localhost:${port}/api/health`],
      { encoding: "utf8" },
    );
    assert.match(said, /ok/);
    await own.tearDown();
  });
});
