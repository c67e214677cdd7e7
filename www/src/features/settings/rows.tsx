// The rows of the settings' form, one for each.
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import type { Setting } from "../../api/index.ts";
import { said, t } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { type Area, besides, type Changes, fromText, isFixed, shown } from "./state.ts";

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
          <option key={choice} value={choice}>
            {said(`codes.choice.${choice}`, choice)}
          </option>
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
    return setting.environment === null
      ? t("settings.note.environment.some")
      : t("settings.note.environment", { name: setting.environment });
  if (setting.source === "file") return t("settings.note.file");
  return setting.restart ? t("settings.note.restart") : "";
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
  const fallback = shown(setting, setting.default);
  return (
    <div class="setting field" data-type={setting.type}>
      <label for={id}>{said(`codes.setting.${setting.name}.label`, setting.label)}</label>
      <div class="setting-value">
        <Control {...props} id={id} />
        <Besides setting={setting} value={props.value} id={`${id}-unit`} />
      </div>
      <p id={`${id}-help`} class="hint">
        {said(`codes.setting.${setting.name}.help`, setting.help)} {noteOf(setting)}{" "}
        <code>{setting.name}</code>
      </p>
      {isSet && (
        <Button kind="quiet" onClick={() => props.change(null)}>
          {fallback === "" ? t("settings.back.nothing") : t("settings.back", { value: fallback })}
        </Button>
      )}
    </div>
  );
}

interface AreaProps {
  area: Area;
  changes: Changes;
  change: (setting: Setting, value: Setting["value"]) => void;
}

/** An area with all its rows. */
export function AreaFields({ area, changes, change }: AreaProps): JSX.Element {
  return (
    <fieldset class="settings-area panel">
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
  );
}
