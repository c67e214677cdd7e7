// The table that a benchmark prints: what was measured, its budget, and what it
// was measured against. Judges nothing.
const rows: [what: string, measured: string, budget: string, note: string][] = [];

export function row(what: string, measured: string, budget: string, note = ""): void {
  rows.push([what, measured, budget, note]);
  process.stderr.write(`${what}: ${measured}\n`);
}

export const times = (a: number, b: number) => `${(a / b).toFixed(2)} ×`;
export const mb = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = Math.trunc(sorted.length / 2);
  if (sorted.length % 2 === 1) return sorted[at] as number;
  return ((sorted[at - 1] as number) + (sorted[at] as number)) / 2;
}

/** "38 (worst 51)", in whole milliseconds. */
export function spread(values: number[]): string {
  if (values.length === 0) return "not measured";
  return `${Math.round(median(values))} (worst ${Math.round(Math.max(...values))})`;
}

export function printTable(): void {
  const widths = [0, 1, 2].map((i) => Math.max(...rows.map((r) => (r[i] as string).length)));
  process.stdout.write("\n");
  for (const cells of rows) {
    const line = cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ");
    process.stdout.write(`${line.trimEnd()}\n`);
  }
}
