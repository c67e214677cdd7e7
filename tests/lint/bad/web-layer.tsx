// lint: web-layer www/src/ui/shelf.tsx
import { TitleCard } from "../features/home/parts.tsx";

export const Shelf = TitleCard;
