// API keys and app passwords of this person.
import { call } from "./call.ts";
import type { Answer } from "./contract.ts";

export type ApiKey = Answer<"GET", "/api/auth/keys">[number];

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
