// What is shown when a screen breaks: the sentence, and a way on. A chunk that
// no longer exists after an update is such a case; loading anew mends it.
import { Component, type ComponentChildren, type JSX } from "preact";
import { t } from "../lib/messages.ts";
import { Button } from "../ui/button.tsx";
import { Problem } from "../ui/notice.tsx";

interface State {
  error: Error | null;
}

export class Boundary extends Component<{ children: ComponentChildren }, State> {
  override state: State = { error: null };

  static override getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override render(): JSX.Element {
    const { error } = this.state;
    if (error === null) return <>{this.props.children}</>;
    return (
      <section class="page centred">
        <h1>{t("app.broken")}</h1>
        <Problem>{error.message}</Problem>
        <Button kind="main" icon="refresh" onClick={() => location.reload()} autoFocus>
          {t("app.reload")}
        </Button>
      </section>
    );
  }
}
