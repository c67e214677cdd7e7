// For administrators: for whom a title is. A profile with a limit below does not find
// it any more.
import { useState } from "preact/hooks";
import { house } from "../../api/admin.ts";
import { isAdmin, type Movie, type Show } from "../../api/index.ts";
import { t } from "../../lib/messages.ts";
import { Menu, type MenuItem } from "../../ui/menu.tsx";
import { Problem } from "../../ui/notice.tsx";
import { say } from "../../ui/page.tsx";

const AGES = [0, 6, 8, 12, 13, 16, 17, 18];

/** "PG-13", else "13+"; nothing where nobody has rated it. */
export function ageMark({ certification, minimumAge }: Movie | Show): string {
  return certification ?? (minimumAge === null ? "" : `${minimumAge}+`);
}

function words(age: number | null): string {
  if (age === null) return t("title.age.unrated");
  return age === 0 ? t("title.age.all") : t("title.age.from", { age });
}

export function Age({ title, reload }: { title: Movie | Show; reload: () => void }) {
  const [open, setOpen] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  if (!isAdmin.value) return null;
  const now = title.minimumAge;
  const rate = async (age: number | null): Promise<void> => {
    setProblem(null);
    try {
      await house.rate(`${title.type}-${title.id}`, title.certification, age);
      say(words(age));
      reload();
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  const ages = now === null || AGES.includes(now) ? AGES : [...AGES, now].sort((a, b) => a - b);
  const items = [null, ...ages].map(
    (age): MenuItem => ({
      label: words(age),
      chosen: age === now,
      choose: () => void rate(age),
    }),
  );
  return (
    <div class="title-age">
      <span>{words(now)}</span>
      <Menu
        icon="people"
        label={t("title.age.change")}
        groups={() => [{ kind: "menuitemradio", items }]}
        open={open}
        setOpen={setOpen}
      />
      {problem !== null && <Problem>{problem}</Problem>}
    </div>
  );
}
