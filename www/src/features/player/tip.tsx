// What stands above the seek bar: the time, the chapter and the picture of the place
// under the pointer or where steps lead.
import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Play } from "../../api/index.ts";
import { clock } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";
import { Part } from "../../ui/part.tsx";

export type Thumbnails = NonNullable<Play["thumbnails"]>;

/** Which picture shows a second of the film: its sheet, and its place there. */
export function pictureAt(
  { step, count, columns, rows, width, height }: Thumbnails,
  second: number,
): { sheet: number; x: number; y: number } {
  const n = Math.min(count - 1, Math.max(0, Math.floor(second / step)));
  const inSheet = n % (columns * rows);
  return {
    sheet: Math.floor(n / (columns * rows)),
    x: (inSheet % columns) * width,
    y: Math.floor(inSheet / columns) * height,
  };
}

/** The sheets of the film that plays, each asked for once. */
const sheets = new Map<string, Promise<HTMLImageElement>>();

function sheetAt(url: string): Promise<HTMLImageElement> {
  const known = sheets.get(url);
  if (known !== undefined) return known;
  const image = new Image();
  const come = new Promise<HTMLImageElement>((resolve, reject) => {
    image.onload = () => resolve(image);
    image.onerror = reject;
  });
  image.src = url;
  sheets.set(url, come);
  // One that did not come may come the next time.
  come.catch(() => sheets.delete(url));
  return come;
}

function Picture({ of, second }: { of: Thumbnails; second: number }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { sheet, x, y } = pictureAt(of, second);
  const url = of.url.replace("{sheet}", String(sheet));
  useLayoutEffect(() => {
    let isOver = false;
    const draw = (image: HTMLImageElement): void => {
      const { width, height } = of;
      const pen = isOver ? null : canvas.current?.getContext("2d");
      pen?.drawImage(image, x, y, width, height, 0, 0, width, height);
    };
    // Without it the time stands there alone, as it does where there are none.
    sheetAt(url).then(draw, () => undefined);
    return () => {
      isOver = true;
    };
  }, [url, x, y, of]);
  return <canvas ref={canvas} class="seek-picture" width={of.width} height={of.height} />;
}

interface TipProps {
  /** Share of the film. */
  place: number;
  duration: number;
  /** "": there is none. */
  chapter: string;
  hasChapters: boolean;
  isHere: boolean;
  thumbnails: Thumbnails | null;
}

export function SeekTip(props: TipProps): JSX.Element {
  const { place, duration, chapter, hasChapters, isHere, thumbnails } = props;
  const tip = useRef<HTMLSpanElement>(null);
  const [half, setHalf] = useState(0.04);
  // Not so near the ends that what stands there would leave the screen.
  useLayoutEffect(() => {
    const bar = tip.current?.closest(".seek")?.clientWidth ?? 0;
    const width = tip.current?.offsetWidth ?? 0;
    setHalf(bar > 0 ? Math.min(0.5, Math.max(0.04, width / 2 / bar)) : 0.04);
  }, [place, chapter, thumbnails]);
  const inside = Math.min(1 - half, Math.max(half, place));
  const second = place * duration;
  return (
    <Part class="seek-tip" from={inside} to={inside}>
      <span ref={tip} aria-hidden="true">
        {thumbnails !== null && <Picture of={thumbnails} second={second} />}
        {clock(second)}
        {hasChapters && <small dir="auto">{chapter}</small>}
        {!isHere && <small>{t("player.place.absent.short")}</small>}
      </span>
    </Part>
  );
}
