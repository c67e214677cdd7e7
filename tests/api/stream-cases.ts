// Range headers and what RFC 9110 §14 makes of them, for a file of a given size.

/** What a header asks for: [from, to] pairs, all (200), none (416), or either. */
export type Wanted = [number, number][] | "all" | "none" | "either";

export function rangeCases(size: number): [string, Wanted][] {
  const last = size - 1;
  return [
    ["bytes=0-0", [[0, 0]]],
    ["bytes=0-1", [[0, 1]]],
    ["bytes=1-1", [[1, 1]]],
    ["bytes=0-", [[0, last]]],
    [`bytes=0-${last}`, [[0, last]]],
    [`bytes=0-${size}`, [[0, last]]],
    [`bytes=0-${size * 10}`, [[0, last]]],
    [`bytes=${last}-`, [[last, last]]],
    [`bytes=${last}-${last}`, [[last, last]]],
    ["bytes=1000-1999", [[1000, 1999]]],
    ["bytes=65535-65536", [[65_535, 65_536]]],
    ["bytes=100000-", [[100_000, last]]],
    ["bytes=-1", [[last, last]]],
    ["bytes=-500", [[size - 500, last]]],
    [`bytes=-${size}`, [[0, last]]],
    [`bytes=-${size + 1}`, [[0, last]]],
    ["bytes=0-9223372036854775807", [[0, last]]],
    ["bytes= 0-9", [[0, 9]]],
    ["bytes=0-9 ", [[0, 9]]],
    ["BYTES=0-9", [[0, 9]]],
    [`bytes=${size}-`, "none"],
    [`bytes=${size}-${size + 10}`, "none"],
    ["bytes=-0", "none"],
    ["bytes=9223372036854775807-", "none"],
    [`bytes=${size}-,${size + 5}-`, "none"],
    ["bytes=5-2", "all"],
    ["bytes=", "all"],
    ["bytes=-", "all"],
    ["bytes=a-b", "all"],
    ["bytes=0x0-0x9", "all"],
    ["bytes=1.0-2", "all"],
    ["bytes=+1-2", "all"],
    ["bytes=--1", "all"],
    ["bytes 0-9", "all"],
    ["bits=0-9", "all"],
    ["=0-9", "all"],
    ["bytes", "all"],
    ["bytes=99999999999999999999999-", "either"],
    [
      "bytes=0-9,20-29",
      [
        [0, 9],
        [20, 29],
      ],
    ],
    [
      "bytes=0-9, 20-29 ,40-49",
      [
        [0, 9],
        [20, 29],
        [40, 49],
      ],
    ],
    [
      "bytes=-10,0-9",
      [
        [size - 10, last],
        [0, 9],
      ],
    ],
    [`bytes=0-9,${size}-`, [[0, 9]]],
    ["bytes=0-9,10-19", [[0, 19]]],
    ["bytes=0-9,5-19", [[0, 19]]],
    ["bytes=0-9,0-9", [[0, 9]]],
    ["bytes=,0-9", [[0, 9]]],
    ["bytes=0-9,", [[0, 9]]],
    ["bytes=0-9,x-y", "all"],
    [
      `bytes=${[0, 1, 2, 3, 4, 5, 6, 7].map((n) => `${n * 100}-${n * 100 + 9}`).join()}`,
      [0, 1, 2, 3, 4, 5, 6, 7].map((n) => [n * 100, n * 100 + 9]),
    ],
    [`bytes=${[0, 1, 2, 3, 4, 5, 6, 7, 8].map((n) => `${n * 100}-${n * 100 + 9}`).join()}`, "none"],
  ];
}
