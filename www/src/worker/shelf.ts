// Which of many things are kept when there is not room for all: those that were
// used last. Pure, so that it can be tried without a browser.

export interface Limits {
  things: number;
  bytes: number;
}

/** Bytes of each thing, the one used longest ago first. */
export type Shelf = [key: string, bytes: number][];

/** Puts a thing in front, or moves it there; returns what has to go for it. */
export function use(shelf: Shelf, key: string, bytes: number, limits: Limits): string[] {
  const at = shelf.findIndex(([other]) => other === key);
  if (at >= 0) shelf.splice(at, 1);
  if (bytes > limits.bytes) return at >= 0 ? [key] : [];
  shelf.push([key, bytes]);
  let sum = shelf.reduce((total, [, size]) => total + size, 0);
  const gone: string[] = [];
  while (shelf.length > limits.things || sum > limits.bytes) {
    const oldest = shelf.shift();
    if (oldest === undefined) break;
    sum -= oldest[1];
    gone.push(oldest[0]);
  }
  return gone;
}

/** What was read from storage, if it is a shelf. */
export function shelfOf(value: unknown): Shelf {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (row): row is [string, number] =>
      Array.isArray(row) && typeof row[0] === "string" && typeof row[1] === "number",
  );
}
