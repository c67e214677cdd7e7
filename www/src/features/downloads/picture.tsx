// The pieces of a torrent drawn on a canvas, with the same said in words.
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { DownloadDetail } from "../../api/index.ts";
import { t } from "../../lib/messages.ts";
import { type Cells, decodeBits, layOut, piecesText } from "./pieces.ts";

const GAP = 2;
// A canvas keeps its colours when the page gets others.
const THEMES = [
  "(prefers-color-scheme: light)",
  "(prefers-contrast: more)",
  "(forced-colors: active)",
];

function paint(canvas: HTMLCanvasElement, cells: Cells): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const scale = globalThis.devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  context.scale(scale, scale);
  const style = getComputedStyle(canvas);
  const ink = (name: string): string => style.getPropertyValue(name).trim();
  const square = (place: number, colour: string, alpha: number): void => {
    const x = (place % cells.columns) * cells.edge;
    const y = Math.floor(place / cells.columns) * cells.edge;
    context.globalAlpha = alpha;
    context.fillStyle = colour;
    context.beginPath();
    context.roundRect(x, y, cells.edge - GAP, cells.edge - GAP, Math.min(3, cells.edge / 5));
    context.fill();
  };
  for (const [place, here] of cells.here.entries()) {
    square(place, ink("--surface-3"), 1);
    const coming = cells.coming[place] ?? 0;
    if (coming > 0) square(place, ink("--accent"), 0.28 * coming);
    if (here > 0) square(place, ink("--accent"), 0.35 + 0.65 * here);
  }
}

export function Pieces({ pieces }: { pieces: DownloadDetail["pieces"] }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { count } = pieces;
  const published = useMemo(() => decodeBits(pieces.published), [pieces.published]);
  const admitted = useMemo(() => decodeBits(pieces.admitted), [pieces.admitted]);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const draw = (): void => {
      const { clientWidth, clientHeight } = element;
      paint(element, layOut(published, admitted, count, clientWidth, clientHeight));
    };
    draw();
    const watcher = new ResizeObserver(draw);
    watcher.observe(element);
    const themes = THEMES.map((theme) => matchMedia(theme));
    for (const theme of themes) theme.addEventListener("change", draw);
    return () => {
      watcher.disconnect();
      for (const theme of themes) theme.removeEventListener("change", draw);
    };
  }, [published, admitted, count]);
  const text = piecesText(published, count);
  return (
    <figure class="pieces">
      <canvas ref={canvas} role="img" aria-label={text} />
      <figcaption class="hint">
        {text}
        <span class="pieces-key" aria-hidden="true">
          <i class="here" />
          {t("downloads.pieces.here")}
          <i class="coming" />
          {t("downloads.pieces.coming")}
          <i />
          {t("downloads.pieces.notyet")}
        </span>
      </figcaption>
    </figure>
  );
}
