// Signing in on a device by another one on which somebody is signed in.
import { call } from "./call.ts";
import type { Answer } from "./contract.ts";

export type Asking = Answer<"GET", "/api/auth/device/{userCode}">;

export const link = {
  show: (userCode: string) => call("GET", "/api/auth/device/{userCode}", { path: { userCode } }),
  answer: (userCode: string, approve: boolean) =>
    call("POST", "/api/auth/device/approve", { body: { userCode, approve } }),
};
