// How much of the disk downloads take, by title, against the limit.
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { storage } from "../../api/admin.ts";
import type { Storage } from "../../api/index.ts";
import { useLoad } from "../../api/load.ts";
import { bytes } from "../../lib/format.ts";
import { language, t } from "../../lib/messages.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Icon } from "../../ui/icons.tsx";
import { Problem } from "../../ui/notice.tsx";
import { later } from "../../ui/optimistic.ts";
import { Part } from "../../ui/part.tsx";

type Item = Storage["items"][number];

/** Less than this is no news: lists of pieces, rests of blocks. */
const LEFT_MIN = 1_000_000;

function Freeing(props: { item: Item; free: () => void }): JSX.Element {
  const { item } = props;
  const [open, setOpen] = useState(false);
  const close = (): void => setOpen(false);
  const free = (): void => {
    close();
    props.free();
  };
  return (
    <>
      <IconButton
        icon="trash"
        label={t("downloads.room.free", { title: item.title })}
        onClick={() => setOpen(true)}
      />
      <Dialog
        label={t("downloads.room.free.title", { size: bytes(item.used) })}
        open={open}
        onClose={close}
      >
        <div class="prose">
          <p>
            {t("downloads.room.free.text", {
              title: item.title,
              b: (inner) => <strong>{inner}</strong>,
            })}
          </p>
          <div class="actions" data-rail>
            <Button kind="main" icon="trash" onClick={free} autoFocus>
              {t("downloads.room.free.yes")}
            </Button>
            <Button kind="quiet" onClick={close}>
              {t("downloads.room.free.no")}
            </Button>
          </div>
        </div>
      </Dialog>
    </>
  );
}

/** Widths of the bar's parts in per cent; what is too thin to see is left out. */
export function segments(data: Pick<Storage, "items" | "limit" | "used">): number[] {
  const whole = Math.max(data.limit, data.used, 1);
  return data.items.map((item) => (100 * item.used) / whole).filter((part) => part >= 0.2);
}

export function roomText(data: Storage): string {
  const [used, limit, free] = [bytes(data.used), bytes(data.limit), bytes(data.free)];
  return t("downloads.room.text", { used, limit, free });
}

/** The room as it is once these have given up theirs. */
export function freed(data: Storage, ids: number[]): Storage {
  const isFreed = ({ downloadId }: Item): boolean => ids.includes(downloadId);
  const sum = data.items.filter(isFreed).reduce((n, item) => n + item.used, 0);
  return {
    ...data,
    used: data.used - sum,
    free: data.free + sum,
    items: data.items.map((item) => (isFreed(item) ? { ...item, used: 0 } : item)),
  };
}

/** What was given up is shown so until the server's answer of afterwards is there. */
function useFreed(data: Storage | null, done: () => void) {
  const [given, setGiven] = useState<{ id: number; since: Storage | null }[]>([]);
  const now = useRef(data);
  now.current = data;
  const holding = given.filter(({ since }) => since === null || since === data);
  const free = ({ downloadId: id, title }: Item): void => {
    const without = (all: typeof given) => all.filter((one) => one.id !== id);
    const show = (since: Storage | null): void =>
      setGiven((old) => [...without(old), { id, since }]);
    later({
      show: () => {
        show(null);
        return () => setGiven(without);
      },
      send: (isLast) => storage.evict(id, isLast),
      done: () => {
        show(now.current);
        done();
      },
      failed: t("downloads.room.free.failed", { title }),
      said: t("downloads.room.freed", { title }),
    });
  };
  const ids = holding.map(({ id }) => id);
  return { shown: data && freed(data, ids), free };
}

/** `stamp` says when the use has changed. */
export function Room({ stamp, changed }: { stamp: string; changed: () => void }): JSX.Element {
  const { data: known, error, reload } = useLoad("storage", storage.show);
  const { shown: data, free } = useFreed(known, () => {
    reload();
    changed();
  });
  const [seen, setSeen] = useState(stamp);
  if (seen !== stamp) {
    setSeen(stamp);
    reload();
  }
  const items = data?.items ?? [];
  return (
    <section class="room" aria-label={t("downloads.room.label")}>
      <h2>{t("downloads.room")}</h2>
      {error !== null && <Problem>{error.message}</Problem>}
      <div class="room-bar" aria-hidden="true">
        {data !== null &&
          segments(data).map((width, place) => (
            <Part key={data.items[place]?.downloadId} to={width / 100} />
          ))}
      </div>
      <p class="hint room-text">{data === null ? " " : roomText(data)}</p>
      {data !== null && data.left >= LEFT_MIN && (
        <p class="hint">{t("downloads.room.left", { size: bytes(data.left) })}</p>
      )}
      <ul>
        {items.map((item) => (
          <li key={item.downloadId} class="room-item">
            <span class="room-title">
              {item.pinned && <Icon name="pin" />}
              {item.title}
              {item.reason !== null && language() === "en" && (
                <span class="hint">{item.reason}</span>
              )}
            </span>
            <span class="room-used">{bytes(item.used)}</span>
            {item.used > 0 && <Freeing item={item} free={() => free(item)} />}
          </li>
        ))}
      </ul>
    </section>
  );
}
