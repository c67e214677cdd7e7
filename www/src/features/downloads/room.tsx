// How much of the disk downloads take, by title, against the limit.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { type Storage, storage } from "../../api/index.ts";
import { bytes } from "../../lib/format.ts";
import { useLoad } from "../../lib/load.ts";
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
        label={`Free the room of ${item.title}`}
        onClick={() => setOpen(true)}
      />
      <Dialog
        label={`Free ${bytes(item.used)}?`}
        open={open}
        onClose={() => {
          setOpen(false);
          setProblem(null);
        }}
      >
        <div class="prose">
          <p>
            The bytes of <strong>{item.title}</strong> leave the disk. It stays in the list and is
            fetched again when somebody plays it.
          </p>
          {problem !== null && <Problem>{problem}</Problem>}
          <div class="actions" data-rail>
            <Button kind="main" icon="trash" onClick={free} autoFocus>
              Free it
            </Button>
            <Button kind="quiet" onClick={() => setOpen(false)}>
              Keep it
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
  return `${bytes(data.used)} of ${bytes(data.limit)} used, ${bytes(data.free)} free on the disk`;
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
    <section class="room" aria-label="Room on the disk">
      <h2>Room</h2>
      {error !== null && <Problem>{error.message}</Problem>}
      <div class="room-bar" aria-hidden="true">
        {data !== null &&
          segments(data).map((width, place) => (
            <Part key={data.items[place]?.downloadId} to={width / 100} />
          ))}
      </div>
      <p class="hint room-text">{data === null ? " " : roomText(data)}</p>
      {data !== null && data.left >= LEFT_MIN && (
        <p class="hint">
          {bytes(data.left)} belong to downloads that were removed while their bytes were kept. To
          free them, add such a download again and remove it with its bytes.
        </p>
      )}
      <ul>
        {items.map((item) => (
          <li key={item.downloadId} class="room-item">
            <span class="room-title">
              {item.pinned && <Icon name="pin" />}
              {item.title}
              {item.reason !== null && <span class="hint">{item.reason}</span>}
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
