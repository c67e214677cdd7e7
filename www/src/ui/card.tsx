// One title among others: its picture, its name, a note, how much was watched.
import type { JSX } from "preact";
import type { Dwell } from "../api/intent.ts";
import { Bar } from "./bar.tsx";
import { Icon } from "./icons.tsx";
import { Link } from "./link.tsx";
import { Picture } from "./poster.tsx";
import "./card.css";

export interface CardProps {
  to: string;
  title: string;
  note: string | number;
  /** All of it, as a screen reader says it. */
  spoken: string;
  picture: string | null;
  /** A picture of the film rather than its poster. */
  isWide?: boolean;
  /** The part that was watched, while it is not yet all. */
  seen?: number | null;
  /** Where its film plays. */
  play?: string | undefined;
  dwell?: Dwell;
  /** Takes it out of its row: a button for pointers and fingers, a key for the card
   * that has the focus (ui/keys.ts). */
  remove?: { label: string; act: () => void };
}

export function Card(props: CardProps): JSX.Element {
  const { remove } = props;
  if (remove === undefined) return <Inner {...props} />;
  return (
    <div class="card-place">
      <Inner {...props} />
      <button
        type="button"
        class="icon-button card-remove"
        tabIndex={-1}
        data-remove
        aria-keyshortcuts="Delete"
        aria-label={remove.label}
        title={remove.label}
        onClick={remove.act}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

function Inner(props: CardProps): JSX.Element {
  const { title, seen = null } = props;
  return (
    <Link to={props.to} class="card" play={props.play} dwell={props.dwell}>
      <span class="card-box">
        <span class="visually-hidden">{props.spoken}</span>
        <Picture
          path={props.picture}
          kind={props.isWide ? "backdrop" : "poster"}
          sizes={props.isWide ? "(max-width: 600px) 60vw, 340px" : "(max-width: 600px) 30vw, 184px"}
          text={title}
        />
        {seen !== null && <Bar fraction={seen} />}
      </span>
      <span class="card-title" aria-hidden="true">
        {title}
      </span>
      <span class="card-note" aria-hidden="true">
        {props.note}
      </span>
    </Link>
  );
}
