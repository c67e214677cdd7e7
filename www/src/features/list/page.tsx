// One list as a grid that grows while one scrolls.
import type { JSX } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../../api/client.ts";
import { catalogue, type Item } from "../../api/index.ts";
import { Missing } from "../../app/shell.tsx";
import { useKeptPlace } from "../../lib/kept.ts";
import { t } from "../../lib/messages.ts";
import { Problem } from "../../ui/notice.tsx";
import { Grid, useNear } from "../../ui/rail.tsx";
import { TitleCard } from "../home/parts.tsx";
import { extend, idOf, nameOf, type Row } from "../home/state.ts";

const EMPTY: Row = { slug: "", name: "", items: [], cursor: null, total: 0 };

export function ListPage({ slug, shown }: { slug: string; shown: boolean }): JSX.Element {
  const [row, setRow] = useState<Row>(EMPTY);
  const [error, setError] = useState<Error | null>(null);
  const loading = useRef(false);
  const page = useKeptPlace(shown);

  useEffect(() => {
    Promise.all([catalogue.lists(), catalogue.list(slug)]).then(([lists, page]) => {
      const known = lists.find((list) => list.slug === slug);
      const name = known === undefined ? slug : nameOf(known);
      setRow({ slug, name, items: page.results, cursor: page.cursor, total: page.total });
    }, setError);
  }, [slug]);

  const more = useCallback(() => {
    if (loading.current || row.cursor === null) return;
    loading.current = true;
    catalogue
      .list(slug, row.cursor)
      .then((page) => setRow((old) => extend(old, page.results, page.cursor)), setError)
      .finally(() => {
        loading.current = false;
      });
  }, [row, slug]);
  const end = useNear<HTMLDivElement>(row.cursor === null ? null : more, "800px");

  useEffect(() => {
    if (shown && row.name) document.title = t("app.page", { name: row.name });
  }, [shown, row.name]);

  if (shown && error instanceof ApiError && error.status === 404)
    return <Missing what={error.message} />;
  return (
    <div ref={page} class="page wide" hidden={!shown} inert={!shown} aria-busy={row.slug !== slug}>
      <h1>{row.name || t("app.loading")}</h1>
      {error !== null && <Problem>{error.message}</Problem>}
      <Grid>
        {row.items.map((item: Item, place) => (
          <li key={idOf(item)}>
            <TitleCard item={item} eager={place < 12} />
          </li>
        ))}
      </Grid>
      <div ref={end} />
    </div>
  );
}
