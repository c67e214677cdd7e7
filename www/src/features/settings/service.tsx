// Whether OpenSubtitles takes the key that is saved, and what it still gives.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { settings } from "../../api/admin.ts";
import { ApiError } from "../../api/client.ts";
import type { Quota } from "../../api/subtitles.ts";
import { moment } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { Problem } from "../../ui/notice.tsx";

function leftText(quota: Quota): string {
  if (quota === null) return "";
  const { remaining: n, resetAt } = quota;
  return resetAt === null
    ? t("settings.opensubtitles.left", { n })
    : t("settings.opensubtitles.left.until", { n, time: moment(resetAt) });
}

function reasonOf(error: unknown): string {
  const code = error instanceof ApiError ? error.code : "";
  if (code === "upstream_off") return t("settings.opensubtitles.none");
  if (code === "upstream_refused") return t("settings.opensubtitles.refused");
  return (error as Error).message;
}

export function ServiceTest({ isUnsaved }: { isUnsaved: boolean }): JSX.Element {
  const [isAsking, setAsking] = useState(false);
  const [said, setSaid] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const ask = async (): Promise<void> => {
    setAsking(true);
    setProblem(null);
    setSaid(t("settings.opensubtitles.testing"));
    try {
      const { quota } = await settings.testSubtitles();
      setSaid(`${t("settings.opensubtitles.works")} ${leftText(quota)}`.trim());
    } catch (error) {
      setSaid("");
      setProblem(reasonOf(error));
    }
    setAsking(false);
  };
  return (
    <div class="service-test">
      <Button disabled={isAsking} onClick={() => void ask()}>
        {t("settings.opensubtitles.test")}
      </Button>
      <p class="hint" role="status">
        {said || (isUnsaved && t("settings.opensubtitles.unsaved"))}
      </p>
      {problem !== null && <Problem>{problem}</Problem>}
    </div>
  );
}
