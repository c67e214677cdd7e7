// A text for the camera of another device.
import type { JSX } from "preact";
import { encode } from "uqr";
import { t } from "../lib/messages.ts";
import "./qr.css";

/** The squares of a text's QR code as one path, a unit each, from (0, 0). */
export function qrPath(text: string): { size: number; d: string } {
  const { size, data } = encode(text, { ecc: "M", border: 4 });
  let d = "";
  data.forEach((row, y) => {
    row.forEach((isDark, x) => {
      if (isDark) d += `M${x} ${y}h1v1h-1z`;
    });
  });
  return { size, d };
}

export function QrCode(props: { text: string }): JSX.Element {
  const { size, d } = qrPath(props.text);
  return (
    <svg
      class="qr"
      role="img"
      aria-label={t("app.qr", { text: props.text })}
      viewBox={`0 0 ${size} ${size}`}
      shape-rendering="crispEdges"
    >
      <rect class="qr-paper" width={size} height={size} />
      <path class="qr-ink" d={d} />
    </svg>
  );
}
