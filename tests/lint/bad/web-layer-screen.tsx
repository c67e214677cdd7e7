// lint: web-layer www/src/features/home/way.tsx
export const fetchApp = () => import("../../app/app.tsx");
