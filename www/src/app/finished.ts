// A download that is done is told on every screen; over a film aloud alone.
import { on } from "../api/events.ts";
import type { DownloadEvent } from "../api/index.ts";
import { loadArea, t } from "../lib/messages.ts";
import { route } from "../lib/router.ts";
import { say } from "../ui/page.tsx";
import { toast } from "../ui/toast.tsx";

async function tell(title: string): Promise<void> {
  await loadArea("later");
  const text = t("later.downloaded", { title });
  if (route.value.name === "watch") say(text);
  else toast({ text });
}

export function watchDownloads(): void {
  // Those that were seen unfinished: what is only shared on is no news.
  const underway = new Set<number>();
  on<DownloadEvent>("download", (event) => {
    if ("removed" in event) underway.delete(event.id);
    if (!("state" in event) || event.isOwnFile) return;
    if (event.finishedAt === null) underway.add(event.id);
    else if (underway.delete(event.id)) tell(event.title).catch(() => undefined);
  });
}
