// Bencoding (BEP 3) of values that no honest program writes.

export type Value = bigint | number | string | Buffer | Value[] | { [key: string]: Value };

/** Keys keep the order in which they are given. */
export function bencode(value: Value): Buffer {
  if (typeof value === "number" || typeof value === "bigint") return Buffer.from(`i${value}e`);
  if (typeof value === "string") return bencode(Buffer.from(value));
  if (Buffer.isBuffer(value)) return Buffer.concat([Buffer.from(`${value.length}:`), value]);
  const parts = Array.isArray(value)
    ? value.map(bencode)
    : Object.entries(value).flatMap(([key, member]) => [bencode(key), bencode(member)]);
  return Buffer.concat([Buffer.from(Array.isArray(value) ? "l" : "d"), ...parts, Buffer.from("e")]);
}
