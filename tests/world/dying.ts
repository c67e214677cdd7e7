// A process of tests that dies in the middle, as by the time limit of its file or
// by Ctrl-C, takes with it what it has started.
const ends = new Set<() => void>();

process.once("exit", () => {
  for (const end of ends) end();
});
for (const [signal, code] of [
  ["SIGHUP", 129],
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)
  process.once(signal, () => process.exit(code));

/** Done at the end of this process, unless what is given back was called before. */
export function whenDying(end: () => void): () => void {
  ends.add(end);
  return () => void ends.delete(end);
}
