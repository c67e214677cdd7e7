// What browsers forbid over plain http says so where it would be.
import type { JSX } from "preact";
import { isAdmin } from "../../api/index.ts";
import { t } from "../../lib/messages.ts";

/** Nothing where the browser trusts the connection. `children` is what needs it:
 * "Installing the app". */
export function NeedsHttps(props: { children: string; class?: string }): JSX.Element | null {
  if (isSecureContext) return null;
  const what = props.children;
  return (
    <p class={props.class ?? "hint"} data-needs="https">
      {isAdmin.value
        ? t("account.https.admin", { what, code: (inner) => <code dir="ltr">{inner}</code> })
        : t("account.https", { what })}
    </p>
  );
}
