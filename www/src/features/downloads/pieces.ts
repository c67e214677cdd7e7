// From a bitmap of pieces to a picture: cells that stand for one piece or
// several, filled as far as these are here.
import { percent } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";

export interface Cells {
  /** Edge of a cell with its gap, CSS pixels. */
  edge: number;
  columns: number;
  /** Of each cell's pieces, the part that is here. */
  here: number[];
  /** … that is being fetched or here. */
  coming: number[];
}

const EDGES = [28, 24, 21, 18, 16, 14, 12, 11, 10, 9, 8];

/** Base64 to bytes; nothing for what is none. */
export function decodeBits(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

export function hasBit(bits: Uint8Array, place: number): boolean {
  return ((bits[place >> 3] ?? 0) & (0x80 >> (place & 7))) !== 0;
}

function parts(bits: Uint8Array, count: number, cells: number): number[] {
  return Array.from({ length: cells }, (_, cell) => {
    const from = Math.floor((cell * count) / cells);
    const to = Math.max(from + 1, Math.floor(((cell + 1) * count) / cells));
    let n = 0;
    for (let i = from; i < to; i++) if (hasBit(bits, i)) n += 1;
    return n / (to - from);
  });
}

/** The biggest cells with which all pieces fit into the box; beyond that a
 * cell stands for several. */
export function layOut(
  published: Uint8Array,
  admitted: Uint8Array,
  count: number,
  width: number,
  height: number,
): Cells {
  const room = (edge: number): number => Math.floor(width / edge) * Math.floor(height / edge);
  const edge = EDGES.find((e) => room(e) >= count) ?? EDGES[EDGES.length - 1] ?? 8;
  const cells = Math.max(0, Math.min(count, room(edge)));
  return {
    edge,
    columns: Math.max(1, Math.floor(width / edge)),
    here: parts(published, count, cells),
    coming: parts(admitted, count, cells),
  };
}

/** The same in words. */
export function piecesText(published: Uint8Array, count: number): string {
  if (count === 0) return t("downloads.pieces.unknown");
  let here = 0;
  let first = -1;
  for (let i = 0; i < count; i++) {
    if (hasBit(published, i)) here += 1;
    else if (first === -1) first = i;
  }
  if (first === -1) return t("downloads.pieces.all", { count });
  if (here === 0) return t("downloads.pieces.none", { count });
  if (first === 0) return t("downloads.pieces.headless", { here, count });
  const whole = percent(Math.floor((100 * first) / count) / 100);
  return t("downloads.pieces.upto", { here, count, percent: whole });
}
