// Runs the app's own tests and ends with the one line that sums them up.
import path from "node:path";
import { startVitest } from "vitest/node";

const root = import.meta.dirname;
const options = {
  root,
  environment: "happy-dom",
  include: ["src/**/*.test.{ts,tsx}"],
  setupFiles: ["src/messages/every.ts"],
  watch: false,
  reporters: ["default"],
};
// What it remembers is no source: the app need not be built anew.
const cacheDir = path.join(root, "../build/vite");
const vitest = await startVitest("test", process.argv.slice(2), options, { cacheDir });
let passed = 0;
let failed = 0;
let skipped = 0;
for (const module of vitest.state.getTestModules()) {
  const tests = [...module.children.allTests()];
  if (!module.ok() && tests.length === 0) failed += 1;
  for (const test of tests) {
    const { state } = test.result();
    if (state === "passed") passed += 1;
    else if (state === "failed") failed += 1;
    else skipped += 1;
  }
}
// A promise that nobody waits for fails no test by itself.
failed += vitest.state.getUnhandledErrors().length;
await vitest.close();
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
