// lint: web-call www/src/features/home/page.tsx
export const load = (): Promise<Response> => fetch("api/lists");
