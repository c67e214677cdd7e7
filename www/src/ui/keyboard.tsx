// A keyboard on the screen, for who has nothing but arrows and Enter. What is typed
// on real keys meanwhile goes into the same field.
import { type JSX, render } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { isRtl, loadArea, t } from "../lib/messages.ts";
import { Button, IconButton } from "./button.tsx";
import { Icon } from "./icons.tsx";
import "./keyboard.css";
import "./shapes.ts";

type Field = HTMLInputElement | HTMLTextAreaElement;

/** Rows of ten, so that one goes straight up and down. */
const PAGES = {
  letters: ["1234567890", "qwertyuiop", "asdfghjkl/", "zxcvbnm@.-"],
  symbols: ["!?.,;:'\"@#", "$%&*+-=/\\_", "()[]{}<>|~", "^`´°€£§¡¿…"],
  accents: ["äöüßàâæçéè", "êëîïôœùûÿñ", "áíóúìòåøšž", "čćđłńśźżğı"],
  arabic: ["ضصثقفغعهخح", "شسيبلاتنمك", "ئءؤرىةوزظط", "جدذإأآ؟،؛ـ"],
};

type Page = keyof typeof PAGES;

/** What the button that leads to a page says. */
const SIGNS: Record<Page, string> = {
  letters: "abc",
  symbols: "#+=",
  accents: "äé",
  arabic: "ابت",
};

const pagesOf = (): Page[] =>
  isRtl() ? ["letters", "arabic", "symbols"] : ["letters", "accents", "symbols"];

/** Where the buttons lead from a page. */
const leadingFrom = (page: Page): Page[] =>
  pagesOf()
    .slice(1)
    .map((other) => (other === page ? "letters" : other));

type Shift = "off" | "once" | "locked";

const AFTER: Record<Shift, Shift> = { off: "once", once: "locked", locked: "off" };

/** Writes into a field as if by hand; what comes of it, since a field may refuse. */
function write(field: Field, text: string): string {
  if (field.maxLength >= 0 && text.length > field.maxLength) return field.value;
  const before = field.value;
  field.value = text;
  // A number that is none empties its field.
  if (field.value === "" && text !== "") field.value = before;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  return field.value;
}

/** What follows a field in its form, or it itself. */
function nextOf(field: Field): HTMLElement {
  const all = [...(field.form?.elements ?? [])].filter(
    (one): one is HTMLElement => one instanceof HTMLElement && !one.matches(":disabled, fieldset"),
  );
  return all[all.indexOf(field) + 1] ?? field;
}

interface KeysProps {
  page: Page;
  shift: Shift;
  insert: (text: string) => void;
}

function Keys({ page, shift, insert }: KeysProps): JSX.Element {
  return (
    <>
      {PAGES[page].map((row, y) => (
        <div key={row} class="keyboard-row">
          {[...row].map((letter, x) => {
            const text = shift === "off" || letter === "ß" ? letter : letter.toUpperCase();
            return (
              <button
                key={letter}
                type="button"
                class="key"
                data-first={(y === 1 && x === 0) || undefined}
                onClick={() => insert(text)}
              >
                {text}
              </button>
            );
          })}
        </div>
      ))}
    </>
  );
}

interface BoardProps {
  field: Field;
  label: string;
  /** After it was closed; whether by what says that all is written. */
  closed: (isDone: boolean) => void;
}

function Board({ field, label, closed }: BoardProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const isDone = useRef(false);
  const isTyping = useRef(false);
  // The key that opened it may still be held: it presses nothing in here.
  const isReleased = useRef(false);
  const [text, setText] = useState(field.value);
  const [page, setPage] = useState<Page>("letters");
  const [shift, setShift] = useState<Shift>("off");
  const [isShown, setShown] = useState(false);
  const isSecret = field.type === "password";
  useLayoutEffect(() => {
    dialog.current?.showModal();
    dialog.current?.querySelector<HTMLElement>("[data-first]")?.focus();
  }, []);
  const put = (to: string): void => setText(write(field, to));
  const insert = (letter: string): void => {
    put(field.value + letter);
    if (shift === "once") setShift("off");
  };
  const erase = (): void => put([...field.value].slice(0, -1).join(""));
  const finish = (): void => {
    isDone.current = true;
    dialog.current?.close();
  };
  const typed = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    isReleased.current ||= !event.repeat;
    if (!isReleased.current) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const isLetter = event.isTrusted && [...event.key].length === 1;
    if (isLetter) put(field.value + event.key);
    else if (event.key === "Backspace") erase();
    else if (event.key === "Enter" && isTyping.current) finish();
    else {
      isTyping.current = false;
      return;
    }
    isTyping.current = true;
    event.preventDefault();
    event.stopPropagation();
  };
  const shown = isSecret && !isShown ? "•".repeat([...text].length) : text;
  return (
    <dialog
      ref={dialog}
      class="keyboard"
      aria-label={label}
      onKeyDown={typed}
      onClose={() => closed(isDone.current)}
    >
      <p class="hint">{label}</p>
      <div class="keyboard-head">
        <p class="keyboard-text" dir="auto">
          {shown}
          <span class="keyboard-caret" />
        </p>
        {isSecret && (
          <IconButton
            icon={isShown ? "hide" : "show"}
            label={t(isShown ? "keyboard.hide" : "keyboard.show")}
            onClick={() => setShown(!isShown)}
          />
        )}
      </div>
      <div class="keyboard-keys" dir="ltr">
        <Keys page={page} shift={shift} insert={insert} />
        <div class="keyboard-row">
          <button
            type="button"
            class="key wide"
            aria-label={t("keyboard.shift")}
            aria-pressed={shift !== "off"}
            data-locked={shift === "locked" || undefined}
            onClick={() => setShift(AFTER[shift])}
          >
            <Icon name="shift" />
          </button>
          {leadingFrom(page).map((other, place) => (
            <button
              // The same button leads there and back: it keeps the focus.
              key={place}
              type="button"
              class="key wide"
              aria-label={`${SIGNS[other]} ${t(`keyboard.${other}`)}`}
              onClick={() => setPage(other)}
            >
              {SIGNS[other]}
            </button>
          ))}
          <button
            type="button"
            class="key space"
            aria-label={t("keyboard.space")}
            onClick={() => insert(" ")}
          >
            <Icon name="space" />
          </button>
          <button type="button" class="key wide" aria-label={t("keyboard.erase")} onClick={erase}>
            <Icon name="erase" />
          </button>
          <Button kind="main" onClick={finish}>
            {t("keyboard.done")}
          </Button>
        </div>
      </div>
    </dialog>
  );
}

/** Opens it for a field. Afterwards the focus is on what follows the field, or on
 * the field when it was left by Back. */
export async function show(field: Field): Promise<void> {
  await loadArea("keyboard");
  const place = document.createElement("div");
  document.body.append(place);
  const label = field.labels?.[0]?.textContent ?? field.getAttribute("aria-label") ?? "";
  const closed = (isDone: boolean): void => {
    render(null, place);
    place.remove();
    (isDone ? nextOf(field) : field).focus();
  };
  render(<Board field={field} label={label} closed={closed} />, place);
}
