// Icons that the first screen needs none of. A screen that comes later imports this
// file for what it does.
import { addShapes } from "./icons.tsx";

const SHAPES = {
  pause: "M8 5v14M16 5v14",
  forward10:
    "M20 12a8 8 0 1 0-3 6.2M20 12l2-3m-2 3-3-2M9.4 10v5M12.4 11.5v2a1.5 1.5 0 0 0 3 0v-2a1.5 1.5 0 0 0-3 0z",
  back10:
    "M4 12a8 8 0 1 1 3 6.2M4 12l-2-3m2 3 3-2M9.4 10v5M12.4 11.5v2a1.5 1.5 0 0 0 3 0v-2a1.5 1.5 0 0 0-3 0z",
  volume: "M4 9v6h4l5 4V5L8 9zM16.5 8.5a5 5 0 0 1 0 7M19 6a9 9 0 0 1 0 12",
  muted: "M4 9v6h4l5 4V5L8 9zM17 9l5 6M22 9l-5 6",
  captions: "M3 5h18v14H3zM7 13h4M13 13h4M7 16h7",
  full: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  next: "M5 5l9 7-9 7zM19 5v14",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  external: "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
  help: "M9 9a3 3 0 1 1 4 3c-1 .6-1 1-1 2M12 18v.5M12 2.5a9.5 9.5 0 1 0 0 19 9.5 9.5 0 0 0 0-19z",
  plus: "M12 5v14M5 12h14",
  up: "M12 20V5M6 11l6-6 6 6",
  open: "M6 9l6 6 6-6",
  share: "M12 15V3M7 8l5-5 5 5M5 12v8h14v-8",
  lock: "M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3",
  pin: "M9 3h6l-1 7 4 4H6l4-4zM12 14v7",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  speed: "M4 18a9 9 0 1 1 16 0M12 14l4-5",
  chapters: "M5 6h.5M9 6h11M5 12h.5M9 12h11M5 18h.5M9 18h11",
  sound: "M3 10v4M7 7v10M11 4v16M15 8v8M19 10v4",
  show: "M2 12c3-5 6-7 10-7s7 2 10 7c-3 5-6 7-10 7s-7-2-10-7zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
  hide: "M2 12c3-5 6-7 10-7s7 2 10 7c-3 5-6 7-10 7s-7-2-10-7zM4 20L20 4",
  shift: "M12 4l8 9h-4v6H8v-6H4z",
  space: "M4 11v4h16v-4",
  erase: "M8 6h13v12H8l-6-6zM12 10l4 4M16 10l-4 4",
  key: "M8 11a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM11 12l9-9M16 7l3 3M13 10l2 2",
  phone: "M7 2.5h10v19H7zM10.5 18.5h3",
} as const;

export type Shape = keyof typeof SHAPES;

addShapes(SHAPES);
