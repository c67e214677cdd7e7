// All settings, from the rows that the server has of them.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { settings as api, house } from "../../api/admin.ts";
import type { Setting } from "../../api/index.ts";
import { useLoad } from "../../api/load.ts";
import { t } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { Switch } from "../../ui/check.tsx";
import { unsaved, useDraft } from "../../ui/draft.ts";
import { Failure } from "../../ui/failure.tsx";
import { Link } from "../../ui/link.tsx";
import { Problem } from "../../ui/notice.tsx";
import { usePageName } from "../../ui/page.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { toast } from "../../ui/toast.tsx";
import "../../ui/panel.css";
import { Devices } from "./devices.tsx";
import { AreaFields } from "./rows.tsx";
import { type Changes, type Group, groups } from "./state.ts";
import "../../ui/shapes.ts";
import "./style.css";

const GROUPS: Group[] = ["access", "people", "watching", "downloads", "server"];

export function Settings(_: { params: string[] }): JSX.Element {
  const first = useLoad("settings", api.list);
  const [rows, setRows] = useState<Setting[] | null>(null);
  const [group, setGroup] = useState<Group>("access");
  const [typed, setTyped] = useDraft<Changes>("settings");
  const changes = typed ?? {};
  const [isNamed, setNamed] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const failed = rows === null ? first.error : null;
  usePageName(failed === null ? t("app.nav.settings") : "");
  useEffect(() => scrollTo({ top: 0, behavior: "instant" }), []);
  useEffect(() => setRows(first.data?.settings ?? null), [first.data]);
  const status = useLoad("status", house.status);
  // Both at once: what came later would push the other down.
  const isThere = rows !== null && (status.data !== null || status.error !== null);
  const names = Object.keys(changes);
  const sending = useRef<Changes>({});
  const change = (setting: Setting, value: Setting["value"]): void =>
    setTyped((old) => {
      const { [setting.name]: _, ...others } = old ?? {};
      // As it was, unless it is just being made another.
      const isBack = value === setting.value && !(setting.name in sending.current);
      const next = isBack ? others : { ...others, [setting.name]: value };
      return Object.keys(next).length === 0 ? null : next;
    });
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    setProblem(null);
    sending.current = changes;
    try {
      const list = names.map((name) => ({ name, value: changes[name] ?? null }));
      setRows((await api.change(list)).settings);
      setTyped(unsaved(changes));
      toast({ text: t("app.saved") });
    } catch (error) {
      setProblem((error as Error).message);
    } finally {
      sending.current = {};
    }
  };
  const discard = (): void => {
    setTyped(null);
    setProblem(null);
  };
  if (failed !== null) return <Failure error={failed} retry={first.reload} />;
  return (
    <section class="page" aria-busy={!isThere}>
      <h1>{t("app.nav.settings")}</h1>
      {status.error !== null && <Problem>{status.error.message}</Problem>}
      <form onSubmit={save} hidden={!isThere}>
        {isThere && (
          <Tabs
            label={t("settings.part")}
            tabs={GROUPS.map((value) => ({ value, label: t(`settings.group.${value}`) }))}
            value={group}
            choose={setGroup}
          >
            {group === "access" && status.data !== null && (
              <Devices addresses={status.data.addresses ?? []} />
            )}
            {group === "people" && (
              <p class="settings-link">
                <Link to="/people" class="button plain">
                  {t("settings.people")}
                </Link>
              </p>
            )}
            {groups(rows ?? [])
              .find(({ name }) => name === group)
              ?.areas.map((area) => (
                <AreaFields
                  key={area.name}
                  area={area}
                  changes={changes}
                  isNamed={isNamed}
                  change={change}
                />
              ))}
            {group === "people" && (
              <p>
                <Link to="/audit" class="button quiet">
                  <span>{t("settings.audit")}</span>
                </Link>
              </p>
            )}
            <Switch checked={isNamed} change={setNamed}>
              {t("settings.names")}
            </Switch>
          </Tabs>
        )}
        <div class="save-bar" hidden={names.length === 0 && problem === null}>
          {problem !== null && <Problem>{problem}</Problem>}
          <Button kind="main" type="submit" disabled={names.length === 0}>
            {t("settings.save", { n: Math.max(1, names.length) })}
          </Button>
          {names.length > 0 && (
            <Button kind="quiet" onClick={discard}>
              {t("settings.discard")}
            </Button>
          )}
        </div>
      </form>
    </section>
  );
}
