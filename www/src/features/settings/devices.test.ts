import { expect, test } from "vitest";
import type { Address } from "../../api/index.ts";
import { best } from "./devices.tsx";

test("a number of the house goes before a name, and nothing is told of this machine", () => {
  const name: Address = { url: "http://miauflix.local:8080/", scope: "name" };
  const house: Address = { url: "http://192.168.1.20:8080/", scope: "house" };
  const machine: Address = { url: "http://localhost:8080/", scope: "machine" };
  const open: Address = { url: "https://films.example.org/", scope: "public" };
  expect(best([name, house, machine])).toBe(house);
  expect(best([open, house])).toBe(open);
  expect(best([machine])).toBeUndefined();
});
