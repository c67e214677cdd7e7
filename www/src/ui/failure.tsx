// The screens for when there is nothing to show: what is wrong, in one sentence,
// and what to do. A server that is away is asked for again by who loads.
import type { ComponentChildren, JSX } from "preact";
import { ApiError, Unreachable } from "../api/client.ts";
import { t } from "../lib/messages.ts";
import { isOnline } from "../lib/online.ts";
import { back } from "../lib/router.ts";
import { Button } from "./button.tsx";
import { Cat, type Mood } from "./cat.tsx";
import { Link } from "./link.tsx";
import { usePageName } from "./page.tsx";

interface Sight {
  mood: Mood;
  title: string;
  text: string;
}

function Empty(props: Sight & { children: ComponentChildren }): JSX.Element {
  usePageName(props.title);
  return (
    <section class="page centred">
      <Cat mood={props.mood} />
      <h1>{props.title}</h1>
      <p>{props.text}</p>
      <div class="actions" data-rail>
        {props.children}
      </div>
    </section>
  );
}

const ToHome = (): JSX.Element => (
  <Link to="/" class="button plain">
    {t("app.failed.home")}
  </Link>
);

export function Missing({ what }: { what?: string }): JSX.Element {
  const text = what ?? t("app.failed.missingText");
  return (
    <Empty mood="away" title={t("app.failed.missing")} text={text}>
      <Button kind="main" icon="back" onClick={() => back()} autoFocus>
        {t("app.failed.back")}
      </Button>
      <ToHome />
    </Empty>
  );
}

function sightOf(error: Error, title?: string): Sight {
  if (!isOnline.value)
    return {
      mood: "asleep",
      title: t("app.failed.offline"),
      text: t("app.failed.offlineText"),
    };
  if (error instanceof Unreachable)
    return {
      mood: "asleep",
      title: t("app.failed.away"),
      text: t("app.failed.awayText"),
    };
  if (error instanceof ApiError && error.status === 401)
    return { mood: "asleep", title: t("app.failed.ended"), text: t("app.failed.endedText") };
  return { mood: "hurt", title: title ?? t("app.failed.wrong"), text: error.message };
}

interface FailureProps {
  error: Error;
  retry: () => void;
  /** Says what does not go, where the page itself is not what is missing. */
  title?: string;
  /** Further ways on. */
  children?: ComponentChildren;
}

/** Instead of a screen that could not be loaded. */
export function Failure({ error, retry, title, children }: FailureProps): JSX.Element {
  const status = error instanceof ApiError && title === undefined ? error.status : 0;
  if (status === 404) return <Missing what={error.message} />;
  if (status === 403)
    return (
      <Empty mood="away" title={t("app.failed.forbidden")} text={t("app.failed.forbiddenText")}>
        <ToHome />
      </Empty>
    );
  return (
    <Empty {...sightOf(error, title)}>
      <Button kind="main" icon="refresh" onClick={retry} autoFocus>
        {t("app.retry")}
      </Button>
      {children}
    </Empty>
  );
}
