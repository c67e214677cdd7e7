// Films under open licences: what there is, who made it, and into the library
// with it. Nothing is fetched before somebody watches.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { downloads } from "../../api/admin.ts";
import { ApiError } from "../../api/client.ts";
import type { OpenFilm } from "../../api/index.ts";
import { useLoad } from "../../api/load.ts";
import { t } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { Link } from "../../ui/link.tsx";
import { Problem } from "../../ui/notice.tsx";
import { pagePath } from "../title/state.ts";
import { Consent } from "./consent.tsx";

/** Adds all that are not there yet; how many. */
export async function addOpenFilms(): Promise<number> {
  const { films } = await downloads.films();
  const missing = films.filter((film) => film.downloadId === null);
  for (const { name } of missing) await downloads.addFilm(name);
  return missing.length;
}

function Film(props: { film: OpenFilm; add: () => void }): JSX.Element {
  const { film } = props;
  return (
    <li class="open-film">
      <div>
        <h3>
          {film.title} <span class="hint">{film.year}</span>
        </h3>
        <p>{film.overview}</p>
        <p class="hint">
          {film.credit} ·{" "}
          <a href={film.licenceUrl} target="_blank" rel="noreferrer">
            {film.licence}
          </a>{" "}
          ·{" "}
          <a href={film.source} target="_blank" rel="noreferrer">
            {t("downloads.films.source")}
          </a>
        </p>
      </div>
      {film.downloadId === null ? (
        <Button icon="plus" onClick={props.add}>
          {t("downloads.films.add", {
            title: film.title,
            rest: (inner) => <span class="visually-hidden">{inner}</span>,
          })}
        </Button>
      ) : (
        film.titleId !== null && (
          <Link to={pagePath(film.titleId)}>{t("downloads.films.there")}</Link>
        )
      )}
    </li>
  );
}

function List({ added }: { added: () => void }): JSX.Element {
  const { data, error, reload } = useLoad("films", downloads.films);
  const [failed, setFailed] = useState<{ error: Error; again: () => void } | null>(null);
  const run = (what: () => Promise<unknown>): void => {
    setFailed(null);
    what().then(
      () => {
        reload();
        added();
      },
      (problem: Error) => setFailed({ error: problem, again: () => run(what) }),
    );
  };
  const isConsent = failed?.error instanceof ApiError && failed.error.code === "consent_needed";
  const films = data?.films ?? [];
  return (
    <>
      {error !== null && <Problem>{error.message}</Problem>}
      {failed !== null && <Problem>{failed.error.message}</Problem>}
      {failed !== null && isConsent && <Consent onAgreed={failed.again} />}
      <ul class="open-films">
        {films.map((film) => (
          <Film key={film.name} film={film} add={() => run(() => downloads.addFilm(film.name))} />
        ))}
      </ul>
      {films.filter((film) => film.downloadId === null).length > 1 && (
        <Button onClick={() => run(addOpenFilms)}>{t("downloads.films.all")}</Button>
      )}
    </>
  );
}

export function OpenFilms({ added }: { added: () => void }): JSX.Element {
  const [open, setOpen] = useState(false);
  return (
    <section class="open-films-place">
      <h2>{t("downloads.films")}</h2>
      <p class="hint">{t("downloads.films.text")}</p>
      {open ? (
        <List added={added} />
      ) : (
        <Button onClick={() => setOpen(true)}>{t("downloads.films.show")}</Button>
      )}
    </section>
  );
}
