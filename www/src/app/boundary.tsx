// What is shown in place of a screen that breaks while it is drawn: the sentence,
// and a way on. The frame and the other screens stay.
import { Component, type ComponentChildren, type JSX } from "preact";
import { t } from "../lib/messages.ts";
import { Button } from "../ui/button.tsx";
import { Problem } from "../ui/notice.tsx";

interface State {
  error: Error | null;
}

interface BoundaryProps {
  /** A screen that lies below another one says nothing. */
  shown?: boolean;
  children: ComponentChildren;
}

export class Boundary extends Component<BoundaryProps, State> {
  override state: State = { error: null };

  static override getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override render(): JSX.Element | null {
    const { error } = this.state;
    if (error === null) return <>{this.props.children}</>;
    if (this.props.shown === false) return null;
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
