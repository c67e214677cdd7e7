import path from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";

it("compiles what the contract allows, and nothing else", () => {
  const root = path.resolve(import.meta.dirname, "../..");
  const config = ts.readConfigFile(path.join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
  const file = path.join(import.meta.dirname, "call.types.ts");
  const program = ts.createProgram([file], { ...options, types: ["vite/client"] });
  const source = program.getSourceFile(file);
  const found = [
    ...program.getSyntacticDiagnostics(source),
    ...program.getSemanticDiagnostics(source),
  ].map(({ messageText, start = 0 }) => {
    const line = (source?.getLineAndCharacterOfPosition(start).line ?? 0) + 1;
    return `line ${line}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
  expect(found).toEqual([]);
  expect(source?.text.match(/@ts-expect-error/g)?.length).toBeGreaterThan(15);
}, 120_000);
