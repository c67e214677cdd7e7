// lint: text-literal www/src/features/x/page.tsx
export const X = () => <p>Nothing here</p>;
