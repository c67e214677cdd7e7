// Passkeys: what the server asks for, what the browser makes of it (WebAuthn).
import {
  browserSupportsWebAuthn,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
  WebAuthnError,
} from "@simplewebauthn/browser";
import { call } from "./call.ts";
import type { Answer } from "./contract.ts";
import { enter, type User } from "./index.ts";

export type Passkey = Answer<"GET", "/api/auth/passkeys">[number];

/** They are bound to a name, and no browser makes one for an address. */
export const isNamed = (): boolean => !/^[\d.]+$|^\[/.test(location.hostname);

/** Chromium 67, Firefox 60, Safari 13, over https or on the server itself. */
export const hasPasskeys = (): boolean => browserSupportsWebAuthn() && isNamed();

/** The browser was told not to go on, or found nothing: not the server's word. */
export function wasLeft(error: unknown): boolean {
  return error instanceof Error && /^(NotAllowedError|AbortError)$/.test(error.name);
}

/** This device has a passkey of this person already. */
export function isHere(error: unknown): boolean {
  return (
    error instanceof WebAuthnError && error.code === "ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED"
  );
}

export const passkeys = {
  list: () => call("GET", "/api/auth/passkeys"),
  rename: (passkey: number, name: string) =>
    call("PATCH", "/api/auth/passkeys/{passkey}", { path: { passkey }, body: { name } }),
  remove: (passkey: number) =>
    call("DELETE", "/api/auth/passkeys/{passkey}", { path: { passkey } }),
  async add(): Promise<Passkey> {
    const options = await call("POST", "/api/auth/passkeys/options");
    const credential = await startRegistration({
      optionsJSON: options as PublicKeyCredentialCreationOptionsJSON,
    });
    return call("POST", "/api/auth/passkeys", { body: { credential } });
  },
  async signIn(): Promise<User> {
    const options = await call("POST", "/api/auth/passkeys/login/options");
    const credential = await startAuthentication({
      optionsJSON: options as PublicKeyCredentialRequestOptionsJSON,
    });
    return enter(await call("POST", "/api/auth/passkeys/login", { body: { credential } }));
  },
};
