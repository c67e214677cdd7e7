// A device that makes passkeys, as an authenticator does it (WebAuthn level 2
// §6): for tests that speak to the server without a browser.
import {
  createHash,
  createSign,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import type { Client, Reply } from "./client.ts";

// biome-ignore lint/suspicious/noExplicitAny: options are what the server says
type Json = any;

export interface Credential {
  id: string;
  rawId: string;
  type: "public-key";
  response: Record<string, unknown>;
}

const PRESENT = 1;
const VERIFIED = 4;
const CREDENTIAL = 0x40;

const sha256 = (what: Buffer | string) => createHash("sha256").update(what).digest();

/** A text of CBOR, shorter than 24 bytes. */
const text = (what: string) =>
  Buffer.concat([Buffer.from([0x60 + what.length]), Buffer.from(what)]);

export class Authenticator {
  readonly id = randomBytes(32);
  count = 0;
  flags = PRESENT | VERIFIED;
  readonly #private: KeyObject;
  readonly #cose: Buffer;

  constructor() {
    const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const { x, y } = pair.publicKey.export({ format: "jwk" });
    this.#private = pair.privateKey;
    this.#cose = Buffer.concat([
      Buffer.from("a5010203262001215820", "hex"),
      Buffer.from(x as string, "base64url"),
      Buffer.from("225820", "hex"),
      Buffer.from(y as string, "base64url"),
    ]);
  }

  /** What `navigator.credentials.create()` gives. */
  create(options: Json, origin: string): Credential {
    const { clientDataJSON } = this.#client("webauthn.create", options, origin);
    const data = Buffer.concat([
      this.#data(options.rp.id, CREDENTIAL),
      Buffer.alloc(16),
      Buffer.from([0, this.id.length]),
      this.id,
      this.#cose,
    ]);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(data.length);
    const attestation = Buffer.concat([
      Buffer.from([0xa3]),
      text("fmt"),
      text("none"),
      text("attStmt"),
      Buffer.from([0xa0]),
      text("authData"),
      Buffer.from([0x59]),
      length,
      data,
    ]);
    return this.#credential({
      clientDataJSON,
      attestationObject: attestation.toString("base64url"),
      transports: ["internal"],
    });
  }

  /** What `navigator.credentials.get()` gives. */
  get(options: Json, origin: string): Credential {
    this.count += 1;
    const { client, clientDataJSON } = this.#client("webauthn.get", options, origin);
    const data = this.#data(options.rpId, 0);
    const signature = createSign("sha256")
      .update(Buffer.concat([data, sha256(client)]))
      .sign(this.#private);
    return this.#credential({
      clientDataJSON,
      authenticatorData: data.toString("base64url"),
      signature: signature.toString("base64url"),
    });
  }

  #credential(response: Record<string, unknown>): Credential {
    const id = this.id.toString("base64url");
    return { id, rawId: id, type: "public-key", response };
  }

  #client(type: string, options: Json, origin: string) {
    const client = JSON.stringify({ type, challenge: options.challenge, origin });
    return { client, clientDataJSON: Buffer.from(client).toString("base64url") };
  }

  #data(rpId: string, flags: number): Buffer {
    const head = Buffer.alloc(5);
    head.writeUInt8(this.flags | flags);
    head.writeUInt32BE(this.count, 1);
    return Buffer.concat([sha256(rpId), head]);
  }
}

const base = "/api/auth/passkeys";

/** The page's origin by name: passkeys are bound to one, and to no address. */
export const byName = (origin: string) => `http://localhost:${new URL(origin).port}`;

async function options(person: Client, where: string): Promise<Json> {
  const from = { headers: { origin: byName(person.origin) } };
  const reply = await person.post(`${base}${where}/options`, undefined, from);
  if (reply.status !== 200) throw new Error(`${where}: ${reply.status} ${reply.text}`);
  return reply.json;
}

/** The device makes a passkey for a person. */
export async function addPasskey(
  person: Client,
  device: Authenticator,
  name?: string,
): Promise<Reply> {
  const origin = byName(person.origin);
  const credential = device.create(await options(person, ""), origin);
  const body = { credential, ...(name && { name }) };
  return person.post(base, body, { headers: { origin } });
}

/** The device signs in; `page` is what it takes the page for. */
export async function enterByPasskey(
  visitor: Client,
  device: Authenticator,
  extra: Json = {},
  page = byName(visitor.origin),
): Promise<Reply> {
  const credential = device.get(await options(visitor, "/login"), page);
  const headers = { origin: byName(visitor.origin) };
  return visitor.post(`${base}/login`, { credential, ...extra }, { headers });
}
