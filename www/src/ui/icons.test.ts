import { globSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { icons } from "./icons.tsx";

it("the screens that come later bring the shapes that the first one lacks", async () => {
  const first = new Set(icons());
  await import("./shapes.ts");
  const later = icons().filter((name) => !first.has(name));
  expect(later).toContain("pause");
  const source = `${import.meta.dirname}/..`;
  const drawn = (file: string): string[] =>
    later.filter((name) =>
      new RegExp(`(icon|name)[=:]\\s*\\{?[^,;}]*"${name}"`).test(readFileSync(file, "utf8")),
    );
  const brings = (file: string): boolean => readFileSync(file, "utf8").includes('/shapes.ts"');
  // A part that comes later than its page brings them itself.
  const pages = globSync(`${source}/features/*/page.tsx`).filter((page) => {
    const folder = page.replace(/page\.tsx$/, "");
    return globSync(`${folder}*.tsx`).some((file) => drawn(file).length > 0 && !brings(file));
  });
  expect(pages.length).toBeGreaterThan(4);
  for (const file of [...pages, `${source}/ui/keyboard.tsx`]) expect(brings(file), file).toBe(true);
});
