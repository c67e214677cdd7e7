// Devices on which one is signed in, and signing in on one by another.
import { call } from "./call.ts";
import type { Answer } from "./contract.ts";

export type Device = Answer<"GET", "/api/auth/devices">[number];
export type Code = Answer<"POST", "/api/auth/device/code">;
export type Asking = Answer<"GET", "/api/auth/device/{userCode}">;

export const devices = {
  list: () => call("GET", "/api/auth/devices"),
  end: (id: string) => call("DELETE", "/api/auth/devices/{id}", { path: { id } }),
  endOthers: () => call("POST", "/api/auth/devices/revoke-others"),
};

export const link = {
  begin: () => call("POST", "/api/auth/device/code", { body: {} }),
  enter: (deviceCode: string) => call("POST", "/api/auth/device/token", { body: { deviceCode } }),
  show: (userCode: string) => call("GET", "/api/auth/device/{userCode}", { path: { userCode } }),
  answer: (userCode: string, approve: boolean) =>
    call("POST", "/api/auth/device/approve", { body: { userCode, approve } }),
};
