// What is told, and what lies over a page.
import { useState } from "preact/hooks";
import { Button } from "../src/ui/button.tsx";
import { Dialog, Sheet } from "../src/ui/dialog.tsx";
import { Empty } from "../src/ui/empty.tsx";
import { Failure } from "../src/ui/failure.tsx";
import { Field } from "../src/ui/field.tsx";
import { isHelpShown } from "../src/ui/help.tsx";
import { show } from "../src/ui/keyboard.tsx";
import { Menu } from "../src/ui/menu.tsx";
import { Notice, Problem } from "../src/ui/notice.tsx";
import { toast } from "../src/ui/toast.tsx";
import { LONG, nothing, type Part, State } from "./state.tsx";
import "../src/ui/panel.css";

function Inside({ close }: { close: () => void }) {
  return (
    <>
      <p>Its films disappear from Miauflix. The files stay where they are.</p>
      <div class="actions" data-rail>
        <Button kind="main" icon="trash" onClick={close} autoFocus>
          Remove
        </Button>
        <Button kind="quiet" onClick={close}>
          Keep it
        </Button>
      </div>
    </>
  );
}

function Over() {
  const [open, setOpen] = useState<string | null>(null);
  // A window tells a moment later that it was closed, when another may be open.
  const close = (name: string) => setOpen((is) => (is === name ? null : is));
  return (
    <div class="over-all">
      <Button onClick={() => setOpen("dialog")}>Dialog</Button>
      <Button onClick={() => setOpen("sheet")}>Sheet</Button>
      <Button
        onClick={() => {
          isHelpShown.value = true;
        }}
      >
        Help
      </Button>
      <Button
        onClick={() => {
          const field = document.querySelector<HTMLInputElement>("[name=letters]");
          if (field !== null) void show(field);
        }}
      >
        Letters
      </Button>
      <Field label="Password" name="letters" type="password" value="correct horse" />
      <Button
        onClick={() => {
          toast({ text: "The folder was removed.", undo: nothing });
          toast({ text: "It could not be saved: the server is not reached.", isProblem: true });
        }}
      >
        Toasts
      </Button>
      <Menu
        icon="tune"
        label="Speed"
        groups={() => [
          {
            kind: "menuitemradio",
            items: [
              { label: "0.5", chosen: false, choose: nothing },
              { label: "Usual", chosen: true, choose: nothing },
              { label: "In the file", chosen: false },
            ],
            note: "Tracks inside cannot be chosen here.",
          },
          {
            title: "More",
            kind: "menuitemcheckbox",
            items: [{ label: "Statistics", chosen: true, choose: nothing }],
          },
          { kind: "menuitem", items: [{ label: "Copy the link", icon: "copy", choose: nothing }] },
        ]}
        open={open === "menu"}
        setOpen={(is) => setOpen(is ? "menu" : null)}
      />
      <Dialog label="Remove this folder?" open={open === "dialog"} onClose={() => close("dialog")}>
        <Inside close={() => close("dialog")} />
      </Dialog>
      <Sheet label="Why it plays" open={open === "sheet"} onClose={() => close("sheet")}>
        <Inside close={() => close("sheet")} />
      </Sheet>
    </div>
  );
}

export const places: Part[] = [
  {
    name: "notice",
    states: (
      <>
        <State name="notice">
          <Notice>No folder yet. Add the one that holds your films.</Notice>
        </State>
        <State name="problem">
          <Problem>The server cannot be reached. What is shown may be old.</Problem>
        </State>
        <State name="long text" isWide>
          <Problem>
            {LONG}. {LONG}.
          </Problem>
        </State>
      </>
    ),
  },
  {
    name: "empty and failed",
    states: (
      <>
        <State name="empty" isWide>
          <Empty icon="down" title="Nothing is being fetched or shared.">
            <p class="hint">Paste a magnet link above.</p>
          </Empty>
        </State>
        <State name="failed" isWide>
          <Failure error={new Error("The list could not be read.")} retry={nothing} />
        </State>
      </>
    ),
  },
  {
    name: "panel",
    states: (
      <State name="normal" isWide>
        <div class="panel">A surface on the page.</div>
      </State>
    ),
  },
  {
    name: "over a page",
    states: (
      <State name="each opens by its button" isWide>
        <Over />
      </State>
    ),
  },
];
