// API keys and app passwords: one's own, and those of somebody else for administrators.
import { call } from "./call.ts";
import type { Answer } from "./contract.ts";

export type ApiKey = Answer<"GET", "/api/auth/keys">[number];

export type NewKey = Answer<"POST", "/api/auth/keys">;

export interface KeyWish {
  name: string;
  kind: ApiKey["kind"];
  scope: ApiKey["scope"];
  days?: number;
}

export const keys = {
  list: () => call("GET", "/api/auth/keys"),
  make: (body: KeyWish) => call("POST", "/api/auth/keys", { body }),
  end: (apiKey: string) => call("DELETE", "/api/auth/keys/{apiKey}", { path: { apiKey } }),
};

export const keysOf = (user: string) => ({
  list: () => call("GET", "/api/users/{user}/keys", { path: { user } }),
  end: (apiKey: string) =>
    call("DELETE", "/api/users/{user}/keys/{apiKey}", { path: { user, apiKey } }),
});
