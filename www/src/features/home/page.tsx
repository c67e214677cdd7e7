// The home page: a hero and rows. It stays mounted while a title or the player
// is open, remembers scroll and focus, and fills itself anew when the library
// changes.
import { Component, type JSX } from "preact";
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { chunk } from "../../api/chunk.ts";
import { type Item, isAdmin } from "../../api/index.ts";
import { tellIntent } from "../../api/intent.ts";
import { type Loaded, useLoad } from "../../api/load.ts";
import { useKeptPlace } from "../../lib/kept.ts";
import { loadArea, t } from "../../lib/messages.ts";
import { Failure } from "../../ui/failure.tsx";
import { Link } from "../../ui/link.tsx";
import { Notice } from "../../ui/notice.tsx";
import { usePageName } from "../../ui/page.tsx";
import { toast } from "../../ui/toast.tsx";
import { useNewsAndReturn } from "./news.ts";
import { HomeSkeleton, TitleHero, TitleRail } from "./parts.tsx";
import {
  begunIn,
  FIRST_ROWS,
  goOn,
  heroOf,
  idOf,
  loadRows,
  nextOf,
  type Row,
  renewed,
  without,
} from "./state.ts";
import "./style.css";

/** Titles that are taken out of the row of what one goes on with, and put back. */
function useRemoved({ data, reload }: Loaded<Row[]>) {
  const [gone, setGone] = useState<readonly string[]>([]);
  useEffect(() => {
    // What the server has taken out as well may come back some day.
    const known = begunIn(data ?? []).map(idOf);
    if (data !== null) setGone((old) => old.filter((id) => known.includes(id)));
  }, [data]);
  const remove = useCallback(
    (item: Item): void => {
      const show = (id: string, isGone: boolean): void =>
        setGone((old) => (isGone ? [...old, id] : old.filter((one) => one !== id)));
      chunk(() => Promise.all([import("./remove.ts"), loadArea("later")])).then(
        ([m]) => m.remove(item, show, reload),
        (error: Error) => toast({ text: error.message, isProblem: true }),
      );
    },
    [reload],
  );
  const shownOf = useCallback((rows: Row[]): Row[] => without(rows, gone), [gone]);
  return { shownOf, remove };
}

interface RowProps {
  row: Row;
  more: (row: Row) => void;
  remove: (item: Item) => void;
}

/** Nothing is compared as long as the row is the same. Elements that are kept
 * over several renderings would keep the pages around them alive. */
class HomeRow extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps): boolean {
    const { row, more, remove } = this.props;
    return next.row !== row || next.more !== more || next.remove !== remove;
  }

  override render(props: RowProps): JSX.Element {
    return <TitleRail {...props} />;
  }
}

/** Rows that are drawn at once; each further one has a turn of its own, so that keys
 * and fingers need not wait for all. */
const AT_ONCE = 2;

function useTurns(all: number): number {
  const [n, setN] = useState(AT_ONCE);
  useEffect(() => {
    if (n >= all) return;
    const timer = setTimeout(() => setN(n + 1));
    return () => clearTimeout(timer);
  }, [n, all]);
  return n;
}

export function Home({ shown }: { shown: boolean }): JSX.Element {
  const [rows, setRows] = useState<Row[] | null>(null);
  const first = useLoad("home", () => loadRows((begun) => setRows((old) => old ?? begun)), {
    live: true,
  });
  const page = useKeptPlace(shown, rows);
  useNewsAndReturn(first.reload, shown);
  useEffect(() => {
    const { data } = first;
    if (data !== null) setRows((old) => renewed(old, data));
  }, [first.data]);
  const isFilled = rows !== null;
  usePageName(shown && isFilled ? t("app.nav.home") : "");
  useEffect(() => {
    // Arrows need a place to start from, unless somebody is elsewhere already.
    if (!shown || !isFilled || document.activeElement !== document.body) return;
    page.current
      ?.querySelector<HTMLElement>(".hero .button, .card")
      ?.focus({ preventScroll: true });
  }, [shown, isFilled, page]);
  useEffect(() => {
    if (shown) for (const titleId of goOn(rows ?? [])) tellIntent(titleId, "continue");
  }, [shown, rows]);

  const more = useCallback((row: Row): void => {
    void nextOf(row).then((change) => setRows((old) => old?.map(change) ?? null));
  }, []);

  const { shownOf, remove } = useRemoved(first);
  const seen = useMemo(() => rows && shownOf(rows), [rows, shownOf]);
  const turn = useTurns(seen?.length ?? 0);
  const hero = seen === null ? null : heroOf(seen.slice(0, FIRST_ROWS));
  return (
    <div ref={page} class="home kept" hidden={!shown} inert={!shown}>
      {rows === null && first.error === null && <HomeSkeleton />}
      {shown && rows === null && first.error !== null && (
        <Failure error={first.error} retry={first.reload} />
      )}
      {rows?.length === 0 && (
        <div class="page centred">
          <h1>{t("app.home.empty")}</h1>
          <Notice>
            <p>{t(isAdmin.value ? "app.home.empty.admin" : "app.home.empty.other")}</p>
          </Notice>
          {isAdmin.value && (
            <Link to="/library" class="button main">
              {t("app.home.folders")}
            </Link>
          )}
        </div>
      )}
      {hero && <TitleHero item={hero} />}
      {seen?.slice(0, turn).map((row) => (
        <HomeRow key={row.slug} row={row} more={more} remove={remove} />
      ))}
    </div>
  );
}
