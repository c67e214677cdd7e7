// What happened to accounts, rights and settings, for administrators.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type AuditEntry, audit } from "../../api/admin.ts";
import { sessionId } from "../../api/client.ts";
import { useLoad } from "../../api/load.ts";
import { moment } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { Failure } from "../../ui/failure.tsx";
import { Field } from "../../ui/field.tsx";
import { Notice, Problem } from "../../ui/notice.tsx";
import { usePageName } from "../../ui/page.tsx";
import { Select } from "../../ui/select.tsx";
import {
  ALL,
  detailText,
  EVENTS,
  eventText,
  type Filter,
  queryOf,
  tableAddress,
  targetText,
  whoText,
} from "./state.ts";
import "../../ui/panel.css";
import "../../ui/shapes.ts";
import "./style.css";

function Entry({ entry }: { entry: AuditEntry }): JSX.Element {
  const said = [targetText(entry), detailText(entry)].filter((text) => text !== "");
  return (
    <li class="audit-entry panel">
      <strong>{eventText(entry.event)}</strong>
      <span>{whoText(entry)}</span>
      <span class="hint">
        <time dateTime={entry.at}>{moment(entry.at)}</time>
        {entry.address !== null && <span class="audit-from">{entry.address}</span>}
      </span>
      {said.length > 0 && <span class="hint">{said.join(" – ")}</span>}
    </li>
  );
}

function Filters(props: { filter: Filter; put: (part: Partial<Filter>) => void }): JSX.Element {
  const { filter, put } = props;
  const people = useLoad("people", audit.people);
  const users = people.data?.users ?? [];
  return (
    <div class="audit-filters">
      <Select
        label={t("audit.actor")}
        value={filter.actor}
        options={[
          ["", t("audit.actor.any")],
          ...users.map(({ id, displayName }): [string, string] => [id, displayName]),
        ]}
        change={(actor) => put({ actor })}
      />
      <Select
        label={t("audit.event")}
        value={filter.event}
        options={[
          ["", t("audit.event.any")],
          ...EVENTS.map((event): [string, string] => [event, eventText(event)]),
        ]}
        change={(event) => put({ event })}
      />
      <Field
        label={t("audit.from")}
        name="from"
        type="date"
        value={filter.from}
        onInput={(from) => put({ from })}
      />
      <Field
        label={t("audit.to")}
        name="to"
        type="date"
        value={filter.to}
        onInput={(to) => put({ to })}
      />
    </div>
  );
}

interface Shown {
  items: AuditEntry[];
  cursor: string | null;
}

/** The pages that have come of what is asked for. */
function useEntries(filter: Filter) {
  const query = queryOf(filter);
  const first = useLoad(`audit ${JSON.stringify(query)}`, () => audit.list(query));
  const [shown, setShown] = useState<Shown | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    if (first.data !== null) setShown(first.data);
    setProblem(null);
  }, [first.data]);
  const more = async (): Promise<void> => {
    const from = shown;
    if (from === null || from.cursor === null) return;
    setProblem(null);
    try {
      const next = await audit.list({ ...query, cursor: from.cursor });
      setShown((now) =>
        now === from ? { items: [...from.items, ...next.items], cursor: next.cursor } : now,
      );
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return { shown, more, problem: problem ?? first.error?.message ?? null, first };
}

export function AuditLog(_: { params: string[] }): JSX.Element {
  const [filter, setFilter] = useState<Filter>(ALL);
  const { shown, more, problem, first } = useEntries(filter);
  const hasFailed = shown === null && first.error !== null;
  usePageName(hasFailed ? "" : t("audit.title"));
  useEffect(() => scrollTo({ top: 0, behavior: "instant" }), []);
  if (hasFailed && first.error !== null)
    return <Failure error={first.error} retry={first.reload} />;
  return (
    <section class="page" aria-busy={shown === null}>
      <h1>{t("audit.title")}</h1>
      <Filters filter={filter} put={(part) => setFilter((old) => ({ ...old, ...part }))} />
      <div class="actions" data-rail>
        <a class="button plain" href={tableAddress(filter, sessionId.value)} download="audit.csv">
          <span>{t("audit.csv")}</span>
        </a>
      </div>
      {problem !== null && <Problem>{problem}</Problem>}
      {shown?.items.length === 0 && <Notice>{t("audit.empty")}</Notice>}
      <ol class="audit-list" aria-label={t("audit.list")}>
        {shown?.items.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ol>
      {shown !== null && shown.cursor !== null && (
        <Button onClick={() => void more()}>{t("audit.more")}</Button>
      )}
    </section>
  );
}
