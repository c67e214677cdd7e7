// One list as a grid that grows while one scrolls, and follows the library.
import type { JSX } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import { catalogue, type Item, play } from "../../api/index.ts";
import { useLoad } from "../../api/load.ts";
import { useKeptPlace } from "../../lib/kept.ts";
import { t } from "../../lib/messages.ts";
import { Failure } from "../../ui/failure.tsx";
import { usePageName } from "../../ui/page.tsx";
import { Grid, useNear } from "../../ui/rail.tsx";
import { useNewsAndReturn } from "../home/news.ts";
import { TitleCard } from "../home/parts.tsx";
import { idOf, nameOf, nextOf, type Row, renewed } from "../home/state.ts";
import "../../ui/shapes.ts";

const EMPTY: Row = { slug: "", name: "", items: [], cursor: null, total: 0 };

async function loadList(slug: string): Promise<Row> {
  await play.beaten();
  const [lists, page] = await Promise.all([catalogue.lists(), catalogue.list(slug)]);
  const known = lists.find((list) => list.slug === slug);
  const name = known?.name ?? slug;
  return { slug, name, items: page.results, cursor: page.cursor, total: page.total };
}

export function ListPage(props: { params: string[]; shown: boolean }): JSX.Element {
  const { shown } = props;
  const slug = props.params[0] ?? "";
  const first = useLoad(slug, () => loadList(slug), { live: true });
  const [row, setRow] = useState<Row>(EMPTY);
  const page = useKeptPlace(shown, row);
  useNewsAndReturn(first.reload, shown);

  useEffect(() => {
    const { data } = first;
    if (data !== null) setRow((old) => renewed([old], [data])[0] ?? data);
  }, [first.data]);

  const more = useCallback((): void => {
    void nextOf(row).then((change) => setRow(change));
  }, [row]);
  const end = useNear<HTMLDivElement>(row.cursor === null ? null : more, "800px");

  const name = row.name === "" ? "" : nameOf(row);
  usePageName(shown ? name : "");
  if (shown && first.error !== null && row.slug !== slug)
    return <Failure error={first.error} retry={first.reload} />;
  return (
    <div
      ref={page}
      class="page wide kept"
      hidden={!shown}
      inert={!shown}
      aria-busy={row.slug !== slug}
    >
      <h1>{name || t("app.loading")}</h1>
      <Grid>
        {row.items.map((item: Item) => (
          <li key={idOf(item)}>
            <TitleCard item={item} />
          </li>
        ))}
      </Grid>
      <div ref={end} />
    </div>
  );
}
