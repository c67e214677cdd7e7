// The session has ended while its person's page is open: signing in over the page,
// under which everything goes on; a film plays, what was typed stays.
import type { JSX } from "preact";
import { t } from "../../lib/messages.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { SignInForm } from "./page.tsx";

export function SignInAgain(props: { open: boolean; close: () => void }): JSX.Element {
  return (
    <Dialog label={t("later.again.title")} open={props.open} onClose={props.close}>
      <SignInForm>
        <p>{t("later.again.text")}</p>
      </SignInForm>
    </Dialog>
  );
}
