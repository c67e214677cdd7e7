// lint: script-style www/src/features/x/page.tsx
export const X = () => <div class="x" style={{ width: "50%" }} />;
