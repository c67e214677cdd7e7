// The certificate of a house's own authority as time and browsers see it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { connect } from "node:tls";

export const readServer = (state: string) =>
  new X509Certificate(readFileSync(path.join(state, "tls/server.pem")));

export const daysLeft = (certificate: X509Certificate) =>
  (Date.parse(certificate.validTo) - Date.now()) / (24 * 3600 * 1000);

/** Puts the same certificate by the same authority, with other days, in its place. */
export function age(state: string, days: number): X509Certificate {
  const file = path.join(state, "tls/server.pem");
  const authority = path.join(state, "tls/authority.pem");
  const openssl = (...args: string[]) =>
    execFileSync("openssl", args, { encoding: "utf8", stdio: "pipe" });
  const key = openssl("pkey", "-in", file);
  const hold = mkdtempSync("/tmp/miau-t-");
  const request = path.join(hold, "server.csr");
  const copied = ["-copy_extensions", "copy"];
  openssl("x509", "-x509toreq", "-in", file, "-signkey", file, ...copied, "-out", request);
  const by = ["-CA", authority, "-CAkey", authority, "-set_serial", "7"];
  const made = ["x509", "-req", "-in", request, ...copied, ...by, "-days", String(days)];
  writeFileSync(file, key + openssl(...made));
  rmSync(hold, { recursive: true });
  const certificate = readServer(state);
  assert.equal(Math.ceil(daysLeft(certificate)), days);
  assert.ok(certificate.checkHost("localhost") && certificate.checkHost("miauflix.local"));
  return certificate;
}

/** The fingerprint of the one that a browser is shown. */
export function served(port: number): Promise<string | undefined> {
  return new Promise((done) => {
    const socket = connect(
      { port, host: "127.0.0.1", rejectUnauthorized: false, servername: "localhost" },
      () => {
        done(socket.getPeerCertificate().fingerprint256);
        socket.destroy();
      },
    );
    socket.once("error", () => done(undefined));
  });
}
