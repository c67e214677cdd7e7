// A film that was begun, as the tests have it.
import type { Progress } from "../../api/index.ts";

export const begun: Progress = {
  position: 30,
  duration: 60,
  progress: 0.5,
  status: "paused",
  updatedAt: "2026-01-01T00:00:00Z",
};
