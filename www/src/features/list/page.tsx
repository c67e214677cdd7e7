// One list as a grid that grows while one scrolls.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../../api/client.ts";
import { catalogue, type Item } from "../../api/index.ts";
import { Missing } from "../../app/shell.tsx";
import { useKeptPlace } from "../../lib/kept.ts";
import { Problem } from "../../ui/notice.tsx";
import { Card } from "../home/parts.tsx";
import { extend, idOf, type Row } from "../home/state.ts";
import "../home/style.css";

const EMPTY: Row = { slug: "", name: "", items: [], cursor: null, total: 0 };

export function ListPage({ slug, shown }: { slug: string; shown: boolean }): JSX.Element {
  const [row, setRow] = useState<Row>(EMPTY);
  const [error, setError] = useState<Error | null>(null);
  const end = useRef<HTMLDivElement>(null);
  const loading = useRef(false);
  const page = useKeptPlace(shown);

  useEffect(() => {
    Promise.all([catalogue.lists(), catalogue.list(slug)]).then(([lists, page]) => {
      const name = lists.find((list) => list.slug === slug)?.name ?? slug;
      setRow({ slug, name, items: page.results, cursor: page.cursor, total: page.total });
    }, setError);
  }, [slug]);

  useEffect(() => {
    const { cursor } = row;
    if (cursor === null || end.current === null) return;
    const watch = new IntersectionObserver(
      (entries) => {
        if (loading.current || !entries.some((entry) => entry.isIntersecting)) return;
        loading.current = true;
        catalogue
          .list(slug, cursor)
          .then((page) => setRow((old) => extend(old, page.results, page.cursor)), setError)
          .finally(() => {
            loading.current = false;
          });
      },
      { rootMargin: "800px" },
    );
    watch.observe(end.current);
    return () => watch.disconnect();
  }, [row, slug]);

  useEffect(() => {
    if (shown && row.name) document.title = `${row.name} – Miauflix`;
  }, [shown, row.name]);

  if (shown && error instanceof ApiError && error.status === 404)
    return <Missing what={error.message} />;
  return (
    <div ref={page} class="page wide" hidden={!shown} inert={!shown} aria-busy={row.slug !== slug}>
      <h1>{row.name || "Loading"}</h1>
      {error !== null && <Problem>{error.message}</Problem>}
      <ul class="grid">
        {row.items.map((item: Item, place) => (
          <li key={idOf(item)}>
            <Card item={item} eager={place < 12} />
          </li>
        ))}
      </ul>
      <div ref={end} />
    </div>
  );
}
