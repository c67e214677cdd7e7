// Taking a title out of the row of what one goes on with, and putting it back.
import type { Item } from "../../api/index.ts";
import { places } from "../../api/places.ts";
import { t } from "../../lib/messages.ts";
import { optimistic } from "../../ui/optimistic.ts";
import { idOf, titleOf } from "./state.ts";

type Show = (id: string, isGone: boolean) => void;

function hide(item: Item, isHidden: boolean, show: Show, done: () => void): void {
  const id = idOf(item);
  void optimistic({
    key: `row ${id}`,
    show: () => {
      show(id, isHidden);
      return () => show(id, !isHidden);
    },
    send: () => places.hide(id, isHidden),
    done,
    failed: t("later.row.failed"),
    said: isHidden ? t("later.row.removed", { title: titleOf(item) }) : undefined,
    undo: () => hide(item, false, show, done),
  });
}

/** `show` shows it gone, or there again; `done` loads the rows anew. */
export function remove(item: Item, show: Show, done: () => void): void {
  hide(item, true, show, done);
}
