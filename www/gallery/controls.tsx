// What is pressed, written into and chosen from.
import { useState } from "preact/hooks";
import { Button, IconButton } from "../src/ui/button.tsx";
import { Check, Switch } from "../src/ui/check.tsx";
import { Field } from "../src/ui/field.tsx";
import { Link } from "../src/ui/link.tsx";
import { Select } from "../src/ui/select.tsx";
import { Tabs } from "../src/ui/tabs.tsx";
import { LONG, nothing, type Part, State } from "./state.tsx";

function Seasons() {
  const [season, choose] = useState(2);
  const tabs = [1, 2, 3].map((value) => ({ value, label: `Season ${value}` }));
  return (
    <Tabs label="Season" tabs={tabs} value={season} choose={choose}>
      <p class="hint">What season {season} holds.</p>
    </Tabs>
  );
}

function Boxes({ of: Box, name }: { of: typeof Check; name: string }) {
  const [isOn, set] = useState(true);
  return (
    <>
      <State name={`${name}, on`}>
        <Box checked={isOn} change={set}>
          The next episode starts by itself
        </Box>
      </State>
      <State name={`${name}, off`}>
        <Box checked={!isOn} change={(off) => set(!off)}>
          It does not
        </Box>
      </State>
      <State name={`${name}, focus`} done="focus">
        <Box checked change={nothing}>
          By arrows
        </Box>
      </State>
      <State name={`${name}, disabled`}>
        <Box checked={false} disabled change={nothing}>
          Set elsewhere
        </Box>
      </State>
    </>
  );
}

const KINDS = ["main", "plain", "quiet"] as const;

export const controls: Part[] = [
  {
    name: "button",
    states: (
      <>
        {KINDS.map((kind) => (
          <State key={kind} name={kind}>
            <Button kind={kind} icon={kind === "main" ? "play" : undefined}>
              Press
            </Button>
          </State>
        ))}
        {(["hover", "focus", "active"] as const).map((done) =>
          KINDS.map((kind) => (
            <State key={kind} name={`${kind}, ${done}`} done={done}>
              <Button kind={kind}>Press</Button>
            </State>
          )),
        )}
        {KINDS.map((kind) => (
          <State key={kind} name={`${kind}, disabled`}>
            <Button kind={kind} disabled>
              Press
            </Button>
          </State>
        ))}
        <State name="link">
          <Link to="/ui.html" class="button plain">
            Go
          </Link>
        </State>
        <State name="long text">
          <Button icon="refresh">{LONG}</Button>
        </State>
      </>
    ),
  },
  {
    name: "icon button",
    states: (
      <>
        <State name="normal">
          <IconButton icon="trash" label="Remove" onClick={nothing} />
        </State>
        <State name="hover" done="hover">
          <IconButton icon="trash" label="Remove this" onClick={nothing} />
        </State>
        <State name="focus" done="focus">
          <IconButton icon="trash" label="Remove that" onClick={nothing} />
        </State>
        <State name="pressed">
          <IconButton icon="pin" label="Keep" pressed onClick={nothing} />
        </State>
      </>
    ),
  },
  {
    name: "field",
    states: (
      <>
        <State name="empty">
          <Field label="Name" name="a" />
        </State>
        <State name="with a hint">
          <Field label="E-mail" name="b" hint="For signing in; nothing is sent to it." />
        </State>
        <State name="filled">
          <Field label="Name" name="c" value="Mia" />
        </State>
        <State name="focus" done="focus">
          <Field label="Name" name="d" value="Mia" />
        </State>
        <State name="password">
          <Field label="Password" name="e" type="password" value="correct horse" />
        </State>
        <State name="problem">
          <Field label="E-mail" name="f" value="mia@" problem="This is no e-mail address." />
        </State>
        <State name="long text">
          <Field label={LONG} name="g" value={LONG} hint={LONG} />
        </State>
      </>
    ),
  },
  {
    name: "select",
    states: (
      <>
        {[false, true].map((disabled) => (
          <State key={String(disabled)} name={disabled ? "disabled" : "normal"}>
            <Select
              label="Language"
              value="de"
              options={[
                ["en", "English"],
                ["de", "Deutsch"],
              ]}
              hint="Of titles and descriptions."
              disabled={disabled}
              change={nothing}
            />
          </State>
        ))}
        <State name="focus" done="focus">
          <Select label="Subtitles" value="" options={[["", "Off"]]} change={nothing} />
        </State>
      </>
    ),
  },
  {
    name: "check",
    states: (
      <>
        <Boxes of={Check} name="box" />
        <Boxes of={Switch} name="switch" />
      </>
    ),
  },
  {
    name: "tabs",
    states: (
      <>
        <State name="one is chosen" isWide>
          <Seasons />
        </State>
        <State name="focus" done="focus" isWide>
          <Tabs
            label="Parts"
            tabs={[
              { value: "one", label: "One" },
              { value: "two", label: LONG },
            ]}
            value="one"
            choose={nothing}
          >
            <p class="hint">Inside.</p>
          </Tabs>
        </State>
      </>
    ),
  },
];
