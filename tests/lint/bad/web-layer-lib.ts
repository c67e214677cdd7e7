// lint: web-layer www/src/lib/wish.ts
import type { Toast } from "../ui/toast.tsx";

export type Wish = Toast;
