// lint: script-colour www/src/features/x/page.tsx
export const X = () => <path stroke="tomato" />;
