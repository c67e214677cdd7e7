// All settings, from the rows that the server has of them.
import type { JSX } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import { settings as api, operation, type Setting } from "../../api/index.ts";
import { useLoad } from "../../lib/load.ts";
import { Button } from "../../ui/button.tsx";
import { Live, Problem } from "../../ui/notice.tsx";
import "../../ui/check.css";
import "../../ui/panel.css";
import { Devices } from "./devices.tsx";
import { areas, besides, type Changes, fromText, isFixed, shown } from "./state.ts";
import "./style.css";

interface RowProps {
  setting: Setting;
  value: Setting["value"];
  change: (value: Setting["value"]) => void;
}

/** One of three; the element's type is told as one that has no further rules. */
function inputType(setting: Setting): "text" {
  return (setting.secret ? "password" : setting.type === "integer" ? "number" : "text") as "text";
}

function Control({ setting, value, change, id }: RowProps & { id: string }): JSX.Element {
  const common = { id, disabled: isFixed(setting), "aria-describedby": `${id}-unit ${id}-help` };
  if (setting.type === "boolean")
    return (
      <input
        {...common}
        type="checkbox"
        checked={value === true}
        onChange={(event) => change(event.currentTarget.checked)}
      />
    );
  if (setting.type === "choice")
    return (
      <select
        {...common}
        value={String(value)}
        onChange={(event) => change(event.currentTarget.value)}
      >
        {setting.choices.map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </select>
    );
  return (
    <input
      {...common}
      type={inputType(setting)}
      min={setting.min ?? undefined}
      max={setting.max ?? undefined}
      value={setting.secret && value === setting.value ? "" : String(value ?? "")}
      placeholder={setting.secret ? String(setting.value ?? "") : String(setting.default ?? "")}
      autocomplete="off"
      onInput={(event) => change(fromText(setting, event.currentTarget.value))}
    />
  );
}

function noteOf(setting: Setting): string {
  if (setting.source === "environment")
    return `Set by ${setting.environment ?? "the environment"}.`;
  if (setting.source === "file") return "Set in the configuration file.";
  return setting.restart ? "Takes effect at the next start." : "";
}

/** The unit, and the number as people read it. Without a unit it is empty. */
function Besides(props: { setting: Setting; value: Setting["value"]; id: string }): JSX.Element {
  return (
    <span id={props.id} class="setting-unit">
      {besides(props.setting, props.value).map((text) => (
        <span key={text}>{text}</span>
      ))}
    </span>
  );
}

function SettingRow(props: RowProps): JSX.Element {
  const id = useId();
  const { setting } = props;
  const isSet = setting.source === "database";
  return (
    <div class="setting field" data-type={setting.type}>
      <label for={id}>{setting.label}</label>
      <div class="setting-value">
        <Control {...props} id={id} />
        <Besides setting={setting} value={props.value} id={`${id}-unit`} />
      </div>
      <p id={`${id}-help`} class="hint">
        {setting.help} {noteOf(setting)} <code>{setting.name}</code>
      </p>
      {isSet && (
        <Button kind="quiet" onClick={() => props.change(null)}>
          Back to {shown(setting, setting.default) || "nothing"}
        </Button>
      )}
    </div>
  );
}

export function Settings(_: { params: string[] }): JSX.Element {
  const first = useLoad("settings", api.list);
  const [rows, setRows] = useState<Setting[] | null>(null);
  const [changes, setChanges] = useState<Changes>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [saved, setSaved] = useState(false);
  useEffect(() => {
    document.title = "Settings – Miauflix";
    scrollTo({ top: 0, behavior: "instant" });
  }, []);
  useEffect(() => setRows(first.data?.settings ?? null), [first.data]);
  const status = useLoad("status", operation.status);
  // Both at once: what came later would push the other down.
  const isThere = rows !== null && (status.data !== null || status.error !== null);
  const names = Object.keys(changes);
  const change = (setting: Setting, value: Setting["value"]): void => {
    setSaved(false);
    setChanges(({ [setting.name]: _, ...others }) =>
      value === setting.value ? others : { ...others, [setting.name]: value },
    );
  };
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    setProblem(null);
    try {
      const list = names.map((name) => ({ name, value: changes[name] ?? null }));
      setRows((await api.change(list)).settings);
      setChanges({});
      setSaved(true);
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return (
    <section class="page" aria-busy={!isThere}>
      <h1>Settings</h1>
      {first.error !== null && <Problem>{first.error.message}</Problem>}
      {status.error !== null && <Problem>{status.error.message}</Problem>}
      {isThere && status.data !== null && <Devices addresses={status.data.addresses ?? []} />}
      <form onSubmit={save} hidden={!isThere}>
        {areas(isThere && rows !== null ? rows : []).map((area) => (
          <fieldset key={area.name} class="settings-area panel">
            <legend>{area.title}</legend>
            {area.settings.map((setting) => (
              <SettingRow
                key={setting.name}
                setting={setting}
                value={setting.name in changes ? (changes[setting.name] ?? null) : setting.value}
                change={(value) => change(setting, value)}
              />
            ))}
          </fieldset>
        ))}
        <div class="save-bar">
          {problem !== null && <Problem>{problem}</Problem>}
          <Button kind="main" type="submit" disabled={names.length === 0}>
            {names.length > 1 ? `Save ${names.length} changes` : "Save"}
          </Button>
          <Live>{saved ? "Saved" : ""}</Live>
          {saved && <span class="hint">Saved.</span>}
        </div>
      </form>
    </section>
  );
}
