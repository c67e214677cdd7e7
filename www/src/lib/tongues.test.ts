import { expect, it } from "vitest";
import { tongues } from "./tongues.ts";

it("offers what is set though it is none of the known ones, once", () => {
  const tags = (set: string | null) => tongues(set, (tag) => tag).map(([tag]) => tag);
  expect(tags("pt-BR")[0]).toBe("pt-BR");
  expect(tags("de")).toEqual(tags(null));
});
