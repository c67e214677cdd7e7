// The rows of the settings' form, one for each.
import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import type { Setting } from "../../api/index.ts";
import { said, t } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { Choice } from "../../ui/select.tsx";
import { AmountInput } from "./amount.tsx";
import { ServiceTest } from "./service.tsx";
import { type Area, type Changes, fromText, isAdvanced, isFixed, shown } from "./state.ts";

interface RowProps {
  setting: Setting;
  value: Setting["value"];
  isUnsaved: boolean;
  /** Whether the name that files and commands know is shown. */
  isNamed: boolean;
  change: (value: Setting["value"]) => void;
}

const labelOf = (setting: Setting): string =>
  said(`codes.setting.${setting.name}.label`, setting.label);

/** Whether it is on says `checked`. */
const SWITCH = { role: "switch" } as const;

const SECRET = { type: "password" } as const;
const PLAIN = { type: "text" } as const;

type ControlProps = Pick<RowProps, "setting" | "value" | "change"> & { id: string };

function OneOf({ setting, value, change, id }: ControlProps): JSX.Element {
  return (
    <Choice
      id={id}
      value={String(value)}
      describedBy={`${id}-help`}
      options={setting.choices.map((choice) => [choice, said(`codes.choice.${choice}`, choice)])}
      change={change}
    />
  );
}

function Control(props: ControlProps): JSX.Element {
  const { setting, value, change, id } = props;
  if (setting.type === "boolean")
    return (
      <span class="check">
        <input
          id={id}
          type="checkbox"
          {...SWITCH}
          checked={value === true}
          aria-describedby={`${id}-help`}
          onChange={(event) => change(event.currentTarget.checked)}
        />
      </span>
    );
  if (setting.type === "choice") return <OneOf {...props} />;
  if (setting.type === "integer")
    return (
      <AmountInput
        setting={setting}
        value={value}
        change={change}
        id={id}
        described={`${id}-help`}
        label={labelOf(setting)}
      />
    );
  return (
    <input
      id={id}
      {...(setting.secret ? SECRET : PLAIN)}
      value={setting.secret && value === setting.value ? "" : String(value ?? "")}
      placeholder={setting.secret ? String(setting.value ?? "") : String(setting.default ?? "")}
      autocomplete="off"
      aria-describedby={`${id}-help`}
      onInput={(event) => change(fromText(setting, event.currentTarget.value))}
    />
  );
}

function noteOf(setting: Setting): string {
  if (setting.source === "file") return t("settings.note.file");
  if (setting.source === "environment")
    return setting.environment === null
      ? t("settings.note.environment.some")
      : t("settings.note.environment", { name: setting.environment });
  if (isFixed(setting)) return t("settings.note.start", { name: setting.environment ?? "" });
  return setting.restart ? t("settings.note.restart") : "";
}

function Name(props: { setting: Setting; isUnsaved: boolean; id: string }): JSX.Element {
  const { setting, isUnsaved } = props;
  const isFree = !isFixed(setting);
  return (
    <span class="setting-name">
      {isFree ? (
        <label for={props.id}>{labelOf(setting)}</label>
      ) : (
        <strong>{labelOf(setting)}</strong>
      )}
      {isUnsaved && <span class="setting-mark">{t("settings.unsaved")}</span>}
      {!isUnsaved && setting.source === "database" && (
        <span class="setting-mark">{t("settings.changed")}</span>
      )}
    </span>
  );
}

/** To its default; a switch needs no way of its own. */
const canGoBack = (setting: Setting, value: Setting["value"]): boolean =>
  setting.type !== "boolean" &&
  !isFixed(setting) &&
  setting.source === "database" &&
  value !== setting.default;

function SettingRow({ setting, value, isUnsaved, isNamed, change }: RowProps): JSX.Element {
  const id = useId();
  const fallback = shown(setting, setting.default);
  const isFree = !isFixed(setting);
  return (
    <div
      class="setting field"
      data-type={setting.type}
      data-fixed={!isFree || undefined}
      data-unsaved={isUnsaved || undefined}
    >
      <Name setting={setting} isUnsaved={isUnsaved} id={id} />
      <div class="setting-value">
        {isFree ? (
          <Control setting={setting} value={value} change={change} id={id} />
        ) : (
          <span class="setting-fixed">{shown(setting, value) || t("settings.nothing")}</span>
        )}
      </div>
      <p id={`${id}-help`} class="hint">
        {said(`codes.setting.${setting.name}.help`, setting.help)} {noteOf(setting)}{" "}
        {isNamed && <code dir="ltr">{setting.name}</code>}
      </p>
      {canGoBack(setting, value) && (
        <Button kind="quiet" onClick={() => change(null)}>
          {fallback === "" ? t("settings.back.nothing") : t("settings.back", { value: fallback })}
        </Button>
      )}
    </div>
  );
}

/** As it stands in the form. What goes back to its default is shown as that, but for
 * a number that is just being typed. */
function standing(setting: Setting, changes: Changes): Setting["value"] {
  if (!(setting.name in changes)) return setting.value;
  const value = changes[setting.name] ?? null;
  return value === null && setting.type !== "integer" ? setting.default : value;
}

interface AreaProps {
  area: Area;
  changes: Changes;
  isNamed: boolean;
  change: (setting: Setting, value: Setting["value"]) => void;
}

/** An area: its heading with a sentence, the rows that people look for, and behind
 * a button those that hardly anybody needs. */
export function AreaFields({ area, changes, isNamed, change }: AreaProps): JSX.Element {
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const further = area.settings.filter(isAdvanced);
  const isWhole = further.length === area.settings.length;
  const isShown = (setting: Setting): boolean => isOpen || isWhole || !isAdvanced(setting);
  return (
    <section class="settings-area" aria-labelledby={id}>
      <div class="settings-head">
        <h2 id={id}>{area.title}</h2>
        {area.text !== "" && <p>{area.text}</p>}
      </div>
      <div class="settings-rows panel">
        {area.settings.filter(isShown).map((setting) => (
          <SettingRow
            key={setting.name}
            setting={setting}
            value={standing(setting, changes)}
            isUnsaved={setting.name in changes}
            isNamed={isNamed}
            change={(value) => change(setting, value)}
          />
        ))}
        {area.name === "opensubtitles" && (
          <ServiceTest isUnsaved={area.settings.some(({ name }) => name in changes)} />
        )}
        {further.length > 0 && !isWhole && (
          <button
            type="button"
            class="button quiet settings-further"
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? t("settings.fewer") : t("settings.further", { n: further.length })}
          </button>
        )}
      </div>
    </section>
  );
}
