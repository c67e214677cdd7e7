// Keys and app passwords as rows, and the question before one ends: of whoever asks,
// and of somebody else for administrators.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ApiError } from "../../api/client.ts";
import type { ApiKey } from "../../api/keys.ts";
import { moment } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { Problem } from "../../ui/notice.tsx";
import { say } from "../../ui/page.tsx";
import "./style.css";

function lastUse({ createdAt, expiresAt, lastUsedAt, lastAddress }: ApiKey): string {
  if (expiresAt !== null && Date.parse(expiresAt) <= Date.now())
    return t("apikeys.ended", { time: moment(expiresAt) });
  if (lastUsedAt === null) return t("apikeys.unused", { time: moment(createdAt) });
  return t("apikeys.used", { time: moment(lastUsedAt), address: lastAddress ?? "" });
}

function Row({ apiKey, ask }: { apiKey: ApiKey; ask: () => void }): JSX.Element {
  const { name, kind, scope } = apiKey;
  return (
    <li>
      <div class="key-text">
        <bdi>{name}</bdi>
        <p class="hint">
          {t(kind === "key" ? "apikeys.kind.key" : "apikeys.kind.password")}
          {" · "}
          {t(`apikeys.scope.${scope}`)}
        </p>
        <p class="hint">{lastUse(apiKey)}</p>
      </div>
      <Button onClick={ask}>
        {t("apikeys.revoke")}
        <span class="visually-hidden"> {name}</span>
      </Button>
    </li>
  );
}

interface ListProps {
  list: ApiKey[];
  ask: (apiKey: ApiKey) => void;
}

export function KeyList({ list, ask }: ListProps): JSX.Element | null {
  if (list.length === 0) return null;
  return (
    <ul class="key-list">
      {list.map((apiKey) => (
        <Row key={apiKey.id} apiKey={apiKey} ask={() => ask(apiKey)} />
      ))}
    </ul>
  );
}

interface RevokeProps {
  apiKey: ApiKey;
  end: (id: string) => Promise<unknown>;
  /** It has ended, now or before. */
  done: () => void;
  close: () => void;
}

/** In a window: what ends with it. */
export function Revoke({ apiKey, end, done, close }: RevokeProps): JSX.Element {
  const [problem, setProblem] = useState<string | null>(null);
  const go = async (): Promise<void> => {
    setProblem(null);
    try {
      await end(apiKey.id);
    } catch (error) {
      const isGone = error instanceof ApiError && error.status === 404;
      if (!isGone) return setProblem((error as Error).message);
    }
    say(t("apikeys.revoked"));
    done();
  };
  return (
    <div class="card-form">
      {problem !== null && <Problem>{problem}</Problem>}
      <p>{t("apikeys.revoke.text", { name: apiKey.name })}</p>
      <div class="actions" data-rail>
        <Button kind="main" icon="trash" onClick={() => void go()}>
          {t("apikeys.revoke")}
        </Button>
        <Button onClick={close} autoFocus>
          {t("apikeys.revoke.keep")}
        </Button>
      </div>
    </div>
  );
}
