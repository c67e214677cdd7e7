// The way in by a phone: a button, and what it opens, which comes when it is pressed.
import type { ComponentType, JSX } from "preact";
import { useState } from "preact/hooks";
import { loadArea, t } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import "../../ui/shapes.ts";

type Offer = ComponentType<{ open: boolean; close: () => void }>;

export function ByPhone(): JSX.Element {
  const [Phone, setPhone] = useState<Offer | null>(null);
  const [isOpen, setOpen] = useState(false);
  const open = (): void => {
    setOpen(true);
    Promise.all([import("./phone.tsx"), loadArea("link")]).then(
      ([m]) => setPhone(() => m.Phone),
      () => setOpen(false), // a password does as well
    );
  };
  return (
    <>
      <Button icon="phone" onClick={open}>
        {t("door.phone")}
      </Button>
      {Phone && <Phone open={isOpen} close={() => setOpen(false)} />}
    </>
  );
}
