import { expect, test } from "vitest";
import { qrPath } from "./qr.tsx";

/** Whether a module is dark, read back from the path. */
function isDark(d: string, x: number, y: number): boolean {
  return d.includes(`M${x} ${y}h`);
}

test("a code has a quiet zone and its three finders", () => {
  const { size, d } = qrPath("http://192.168.1.20:8080/");
  expect(size).toBe(33);
  expect(/M[0-3] \d+h|M\d+ [0-3]h/.test(d)).toBe(false);
  for (const [x, y] of [
    [4, 4],
    [size - 11, 4],
    [4, size - 11],
  ] as const) {
    // 7 dark, a light ring, a dark heart of 3.
    for (let i = 0; i < 7; i++) expect(isDark(d, x + i, y)).toBe(true);
    for (let i = 1; i < 6; i++) expect(isDark(d, x + i, y + 1)).toBe(false);
    expect(isDark(d, x + 3, y + 3)).toBe(true);
  }
});

test("different addresses are different codes", () => {
  expect(qrPath("http://192.168.1.20:8080/").d).not.toBe(qrPath("http://192.168.1.21:8080/").d);
});
