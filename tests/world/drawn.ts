// Subtitles that are pictures (PGS, as on Blu-ray): white boxes, so that what is seen of
// them can be measured.
export interface Box {
  /** Seconds. */
  from: number;
  to: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

const PALETTE = 0x14;
const OBJECT = 0x15;
const COMPOSITION = 0x16;
const WINDOW = 0x17;
const END = 0x80;

const u16 = (...numbers: number[]): number[] => numbers.flatMap((n) => [n >> 8, n & 255]);

function segment(at: number, kind: number, data: number[]): Buffer {
  const head = Buffer.alloc(13);
  head.write("PG");
  head.writeUInt32BE(Math.round(at * 90_000), 2);
  head.writeUInt8(kind, 10);
  head.writeUInt16BE(data.length, 11);
  return Buffer.concat([head, Buffer.from(data)]);
}

/** What is on the screen from then on: a box, or nothing. */
function composition(at: number, place: number, [width, height]: number[], box?: Box): Buffer {
  const object = box === undefined ? [0] : [1, ...u16(0), 0, 0, ...u16(box.x, box.y)];
  return segment(at, COMPOSITION, [
    ...u16(width ?? 0, height ?? 0),
    0x10,
    ...u16(place),
    box === undefined ? 0 : 0x80,
    0,
    0,
    ...object,
  ]);
}

function drawn(at: number, { x, y, width, height }: Box): Buffer[] {
  const line = [0, 0xc0 | (width >> 8), width & 255, 1, 0, 0];
  const lines = Array.from({ length: height }, () => line).flat();
  const length = lines.length + 4;
  return [
    segment(at, WINDOW, [1, 0, ...u16(x, y, width, height)]),
    segment(at, PALETTE, [0, 0, 1, 235, 128, 128, 255]),
    segment(at, OBJECT, [
      ...[...u16(0), 0, 0xc0, 0, ...u16(length)],
      ...[...u16(width, height), ...lines],
    ]),
  ];
}

/** A file (.sup) of boxes on a canvas of that size. */
export function pgs(canvas: [number, number], boxes: Box[]): Buffer {
  return Buffer.concat(
    boxes.flatMap((box, i) => [
      composition(box.from, 2 * i, canvas, box),
      ...drawn(box.from, box),
      segment(box.from, END, []),
      composition(box.to, 2 * i + 1, canvas),
      segment(box.to, WINDOW, [1, 0, ...u16(box.x, box.y, box.width, box.height)]),
      segment(box.to, END, []),
    ]),
  );
}
