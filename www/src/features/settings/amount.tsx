// A number with its unit: seconds and bytes in the largest unit that needs no
// fraction, which can be changed for another.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Setting } from "../../api/index.ts";
import { said, t } from "../../lib/messages.ts";
import { Choice } from "../../ui/select.tsx";
import { fromText, type Scale, scaleOf, scalesOf, unitName } from "./state.ts";

interface AmountProps {
  setting: Setting;
  value: Setting["value"];
  change: (value: Setting["value"]) => void;
  id: string;
  described: string;
  label: string;
}

export function AmountInput(props: AmountProps): JSX.Element {
  const { setting, value, change, id } = props;
  const [kept, keep] = useState<{ value: Setting["value"]; scale: Scale } | null>(null);
  // The unit that somebody chose holds for what he typed in it.
  const scale = kept !== null && kept.value === value ? kept.scale : scaleOf(setting, value);
  const [size] = scale;
  const put = (text: string, to: Scale): void => {
    const typed = fromText(setting, text);
    const next = typeof typed === "number" ? typed * to[0] : typed;
    keep({ value: next, scale: to });
    change(next);
  };
  const inUnit = typeof value === "number" ? String(value / size) : "";
  const scales = scalesOf(setting, scale);
  return (
    <>
      <input
        id={id}
        type="number"
        min={setting.min === null ? undefined : Math.ceil(setting.min / size)}
        max={setting.max === null ? undefined : Math.floor(setting.max / size)}
        value={inUnit}
        placeholder={typeof setting.default === "number" ? String(setting.default / size) : ""}
        autocomplete="off"
        aria-describedby={`${id}-unit ${props.described}`}
        onInput={(event) => put(event.currentTarget.value, scale)}
      />
      {scales.length > 1 && (
        <Choice
          name={t("settings.unit.of", { label: props.label })}
          value={scale[1]}
          options={scales.map((one) => [one[1], unitName(setting, one)])}
          change={(name) => put(inUnit, scales.find((one) => one[1] === name) ?? scale)}
        />
      )}
      <span id={`${id}-unit`} class="setting-unit">
        {value === 0 && setting.zero !== null
          ? said(`codes.setting.${setting.name}.zero`, setting.zero)
          : scales.length === 1 && unitName(setting, scale)}
      </span>
    </>
  );
}
