// API keys and app passwords: made, and used by who has nothing else.
import type { Client, Reply } from "./client.ts";
import type { World } from "./world.ts";

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
type Json = any;

export const makeKey = (person: Client, wish: Json = {}): Promise<Json> =>
  person.send("/api/auth/keys", { name: "A script", ...wish });

/** Somebody elsewhere who has this key. */
export function keyHolder(world: World, { secret }: { secret: string }): Client {
  const client = world.visitor();
  client.token = secret;
  return client;
}

/** The header of HTTP Basic. */
export const basic = (login: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${login}:${secret}`).toString("base64")}`,
});

export const told = ({ status, json }: Reply): [number, string] => [status, json.code];
