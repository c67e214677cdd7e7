// Tracks of HLS as a player joins them.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Client } from "./client.ts";
import { readMedia } from "./conformance.ts";

export async function bytesOf(visitor: Client, url: string): Promise<Buffer> {
  const answer = await visitor.get(url);
  assert.equal(answer.status, 200, `${url}: ${answer.body.toString().slice(0, 300)}`);
  return answer.body;
}

/** All of a track as a file in the folder. */
export async function joined(
  visitor: Client,
  folder: string,
  base: string,
  uri: string,
): Promise<string> {
  const media = readMedia((await bytesOf(visitor, base + uri)).toString());
  const parts = [await bytesOf(visitor, base + media.init)];
  for (const part of media.uris) parts.push(await bytesOf(visitor, base + part));
  const to = path.join(folder, `${uri}.mp4`);
  writeFileSync(to, Buffer.concat(parts));
  return to;
}
