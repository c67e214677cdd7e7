// The language of a page that nobody has signed in to yet; what is chosen is
// remembered by this browser.
import type { JSX } from "preact";
import { ownName } from "../../lib/format.ts";
import { LANGUAGES, language, prefer, t } from "../../lib/messages.ts";
import { Select } from "../../ui/select.tsx";
import "./style.css";

export function Tongue(): JSX.Element {
  return (
    <Select
      label={t("app.language")}
      value={language()}
      options={LANGUAGES.map((tag) => [tag, ownName(tag)])}
      change={(tag) => {
        // Where it cannot be loaded, the page stays as it is.
        prefer(tag).catch(() => undefined);
      }}
    />
  );
}
