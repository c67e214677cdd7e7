// A household with a hundred titles, each with its picture, as the home page of a
// test or a benchmark needs it.
import path from "node:path";
import { layFilms } from "./films.ts";
import { root, until } from "./place.ts";
import type { World } from "./world.ts";

export async function fillHouse(world: World): Promise<void> {
  await layFilms(world);
  await world.addFolder(world.films);
  const catalogue = path.join(root, "tools/demo-world/catalogue.json");
  const { code, stderr } = world.ctl("title", "import", catalogue);
  if (code !== 0) throw new Error(stderr);
  await until(
    "posters and placards to be drawn",
    async () => {
      const { results, cursor } = await world.admin.read("/api/lists/all-movies?pageSize=100");
      return cursor === null && results.every((t: { poster: string | null }) => t.poster !== null);
    },
    { every: 250 },
  );
}
