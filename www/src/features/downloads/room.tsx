// How much of the disk downloads take, by title, against the limit.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { storage } from "../../api/admin.ts";
import type { Storage } from "../../api/index.ts";
import { bytes } from "../../lib/format.ts";
import { useLoad } from "../../lib/load.ts";
import { language, t } from "../../lib/messages.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Icon } from "../../ui/icons.tsx";
import { Problem } from "../../ui/notice.tsx";
import { Part } from "../../ui/part.tsx";

type Item = Storage["items"][number];

/** Less than this is no news: lists of pieces, rests of blocks. */
const LEFT_MIN = 1_000_000;

function Freeing(props: { item: Item; freed: () => void }): JSX.Element {
  const { item } = props;
  const [open, setOpen] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const free = (): void => {
    storage.evict(item.downloadId).then(
      () => {
        setOpen(false);
        props.freed();
      },
      (error: Error) => setProblem(error.message),
    );
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
        onClose={() => {
          setOpen(false);
          setProblem(null);
        }}
      >
        <div class="prose">
          <p>
            {t("downloads.room.free.text", {
              title: item.title,
              b: (inner) => <strong>{inner}</strong>,
            })}
          </p>
          {problem !== null && <Problem>{problem}</Problem>}
          <div class="actions" data-rail>
            <Button kind="main" icon="trash" onClick={free} autoFocus>
              {t("downloads.room.free.yes")}
            </Button>
            <Button kind="quiet" onClick={() => setOpen(false)}>
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

/** `stamp` says when the use has changed. */
export function Room({ stamp, changed }: { stamp: string; changed: () => void }): JSX.Element {
  const { data, error, reload } = useLoad("storage", storage.show);
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
            {item.used > 0 && (
              <Freeing
                item={item}
                freed={() => {
                  reload();
                  changed();
                }}
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
