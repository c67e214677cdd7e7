// What can be done with a card, in a window over the page. It knows what the card
// says of itself: where it leads, where its film plays, what takes it out of its row.
import { render } from "preact";
import { loadArea, t } from "../lib/messages.ts";
import { go } from "../lib/router.ts";
import { Dialog } from "./dialog.tsx";
import { removeFocused } from "./keys.ts";
import { type MenuItem, MenuList } from "./menu.tsx";
import { canUndo, undoLast } from "./toast.tsx";

function itemsOf(card: HTMLElement): MenuItem[] {
  const { play } = card.dataset;
  const items: MenuItem[] = [];
  if (play !== undefined)
    items.push({ label: t("app.play"), icon: "play", choose: () => go(play) });
  items.push({ label: t("later.card.details"), choose: () => card.click() });
  if (card.parentElement?.querySelector("[data-remove]"))
    items.push({ label: t("later.card.remove"), icon: "close", choose: removeFocused });
  // The page's end, where the arrows find its button, may be far.
  if (canUndo()) items.push({ label: t("app.undo"), icon: "refresh", choose: undoLast });
  return items.map((item, place) => ({ ...item, isFirst: place === 0 }));
}

/** Whether this lies outside of a box. */
function isOutside({ left, right, top, bottom }: DOMRect, { clientX, clientY }: MouseEvent) {
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}

/** Opens it; the card has the focus again when it closes. */
export async function openMenu(card: HTMLElement): Promise<void> {
  await loadArea("later");
  // By now the card may have gone, or something else lie over it.
  if (!card.isConnected || document.querySelector("dialog[open]") !== null) return;
  const place = document.createElement("div");
  const shut = (): void => place.querySelector("dialog")?.close();
  place.addEventListener("contextmenu", (event) => event.preventDefault());
  place.addEventListener("pointerdown", (event) => {
    const { target } = event;
    if (target instanceof HTMLDialogElement && isOutside(target.getBoundingClientRect(), event))
      shut();
  });
  const gone = (): void => {
    render(null, place);
    place.remove();
  };
  card.focus({ preventScroll: true });
  document.body.append(place);
  const label = card.querySelector(".card-title")?.textContent ?? "";
  render(
    <Dialog label={label} open onClose={gone}>
      <MenuList
        class="inside"
        label={label}
        groups={[{ kind: "menuitem", items: itemsOf(card) }]}
        done={shut}
      />
    </Dialog>,
    place,
  );
}
