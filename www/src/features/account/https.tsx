// What browsers forbid over plain http says so where it would be.
import type { ComponentChildren, JSX } from "preact";
import { isAdmin } from "../../api/index.ts";

/** Nothing where the browser trusts the connection. `children` is what needs it:
 * "Installing the app". */
export function NeedsHttps(props: {
  children: ComponentChildren;
  class?: string;
}): JSX.Element | null {
  if (isSecureContext) return null;
  return (
    <p class={props.class ?? "hint"} data-needs="https">
      {props.children} needs https:{" "}
      {isAdmin.value ? (
        <>
          <code>miauctl tls init</code> on the server turns it on.
        </>
      ) : (
        "ask who runs this server."
      )}
    </p>
  );
}
