// A picture in a box of fixed shape, so that nothing moves when it arrives.
import type { JSX } from "preact";
import { embedded } from "../api/client.ts";
import "./picture.css";

const SIZES: Record<string, number[]> = {
  poster: [200, 400, 600],
  backdrop: [640, 1280, 1920],
  still: [300, 600],
};

function sized(path: string, size: number): string {
  return embedded(path.replace(/\/(\d+)\/([^/]+)$/, `/${size}/$2`));
}

/** The colour of its box until it comes: always the same one for a picture. */
function tintOf(path: string): string {
  let sum = 0;
  for (const sign of path) sum += sign.charCodeAt(0);
  return `tint-${(sum % 6) + 1}`;
}

interface PictureProps {
  path: string | null;
  kind: "poster" | "backdrop" | "still";
  sizes: string;
  /** Fetched whether it is in sight or not; "first" is fetched before all others,
   * as the largest of its page. */
  eager?: boolean | "first";
  /** Shown in the box while there is no picture. */
  text?: string;
}

export function Picture({ path, kind, sizes, eager, text }: PictureProps): JSX.Element {
  // A poster may stand in a box for another kind; it is made in its own sizes, and
  // no part of it is to be read where it is only a ground for something else.
  const own = path?.split("/").at(-3) ?? "";
  const widths = SIZES[own] ?? SIZES[kind] ?? [400];
  const isOther = own === "poster" && kind !== own ? "from-poster" : "";
  return (
    <div class={`picture ${kind} ${isOther} ${path === null ? "" : tintOf(path)}`}>
      {path === null ? (
        <span class="no-picture" aria-hidden="true">
          {text}
        </span>
      ) : (
        <img
          alt=""
          loading={eager ? "eager" : "lazy"}
          fetchpriority={eager === "first" ? "high" : undefined}
          src={sized(path, widths[1] ?? 400)}
          srcset={widths.map((width) => `${sized(path, width)} ${width}w`).join(", ")}
          sizes={sizes}
          decoding="async"
          draggable={false}
        />
      )}
    </div>
  );
}
