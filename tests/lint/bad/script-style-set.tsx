// lint: script-style www/src/features/x/page.tsx
export const wide = (x: HTMLElement) => x.style.setProperty("width", "50%");
