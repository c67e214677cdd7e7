// The calls about people: an administrator's, and those of who comes in by a code.
import { call } from "./call.ts";
import type { components } from "./schema.d.ts";
import { setSession } from "./session.ts";

type Schemas = components["schemas"];
export type Person = Schemas["Person"];
export type Role = Schemas["Role"];
export type Invitation = Schemas["Invitation"];
export type OneTimeCode = Schemas["OneTimeCode"];

export const people = {
  list: (cursor?: string) => call("GET", "/api/users", { query: { cursor, pageSize: 50 } }),
  change: (user: string, body: { role?: Role; disabled?: boolean }) =>
    call("PATCH", "/api/users/{user}", { path: { user }, body }),
  remove: (user: string, keepalive = false) =>
    call("DELETE", "/api/users/{user}", { path: { user }, keepalive }),
  reset: (user: string) => call("POST", "/api/users/{user}/reset", { path: { user } }),
  invitations: () => call("GET", "/api/auth/invitations"),
  invite: (role: Role) => call("POST", "/api/auth/invitations", { body: { role } }),
  uninvite: (invitation: string) =>
    call("DELETE", "/api/auth/invitations/{invitation}", { path: { invitation } }),
};

export const entry = {
  setPassword: (current: string, password: string) =>
    call("POST", "/api/auth/password", { body: { current, password } }),
  useReset: (code: string, password: string) =>
    call("POST", "/api/auth/password/reset", { body: { code, password } }),
  /** Makes the account and signs this browser in. */
  async signUp(body: { name: string; email: string; password: string; code?: string }) {
    const answer = await call("POST", "/api/auth/signup", { body: { ...body, tokens: "cookies" } });
    if ("session" in answer) setSession(answer.session, answer.user.id);
  },
};
