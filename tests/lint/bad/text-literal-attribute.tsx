// lint: text-literal www/src/features/x/page.tsx
export const X = ({ on }) => <button type="button" aria-label={on ? `Off, ${on}` : t("app.on")} />;
