// One list as a grid that grows while one scrolls.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../../api/client.ts";
import { catalogue, type Item } from "../../api/index.ts";
import { Missing } from "../../app/shell.tsx";
import { Problem } from "../../ui/parts.tsx";
import { Card } from "../home/parts.tsx";
import { extend, idOf, type Row } from "../home/state.ts";
import "../home/style.css";

const EMPTY: Row = { slug: "", name: "", items: [], cursor: null, total: 0 };

export function ListPage({ params }: { params: string[] }): JSX.Element {
  const slug = params[0] ?? "";
  const [row, setRow] = useState<Row>(EMPTY);
  const [error, setError] = useState<Error | null>(null);
  const end = useRef<HTMLDivElement>(null);
  const loading = useRef(false);

  useEffect(() => {
    scrollTo({ top: 0, behavior: "instant" });
    Promise.all([catalogue.lists(), catalogue.list(slug)]).then(([lists, page]) => {
      const name = lists.find((list) => list.slug === slug)?.name ?? slug;
      document.title = `${name} – Miauflix`;
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

  if (error instanceof ApiError && error.status === 404) return <Missing what={error.message} />;
  return (
    <section class="page" aria-busy={row.slug !== slug}>
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
    </section>
  );
}
