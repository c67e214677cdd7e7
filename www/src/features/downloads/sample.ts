// A download for tests of this folder and of the browser.
import type { components } from "../../api/schema.d.ts";

type Download = components["schemas"]["Download"];

export const download = (part: Partial<Download> = {}): Download => ({
  id: 1,
  title: "Long Road",
  titleId: "movie-1",
  state: "downloading",
  problem: null,
  sentence: null,
  size: 3_000_000_000,
  done: 1_200_000_000,
  admitted: 3_000_000_000,
  rate: 3_000_000,
  uploadRate: 0,
  peers: 5,
  seeds: 2,
  uploaded: 0,
  downloaded: 1_200_000_000,
  ratio: 0,
  eta: 600,
  limit: { down: 0, up: 0 },
  ratioLimit: 0,
  isOwnFile: false,
  isPinned: false,
  readers: 0,
  files: 1,
  choice: { code: "file_chosen", sentence: "It holds one video.", confidence: 0.95 },
  addedAt: "2026-01-01T00:00:00.000Z",
  finishedAt: null,
  givenUp: null,
  ...part,
});
