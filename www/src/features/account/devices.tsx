// The devices on which this person is signed in, and signing out there.
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { type Device, devices } from "../../api/link.ts";
import { useLoad } from "../../api/load.ts";
import { moment } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { Problem } from "../../ui/notice.tsx";
import { say } from "../../ui/page.tsx";

function Row(props: { device: Device; end: () => void }): JSX.Element {
  const { device, current, address, lastUsedAt } = props.device;
  return (
    <li>
      <div>
        <bdi>{device}</bdi>
        <p class="hint">
          {current
            ? t("account.devices.here")
            : t("account.devices.used", { time: moment(lastUsedAt), address })}
        </p>
      </div>
      {!current && (
        <Button onClick={props.end}>
          {t("account.devices.end")}
          <span class="visually-hidden"> {device}</span>
        </Button>
      )}
    </li>
  );
}

export function Devices(): JSX.Element {
  const { data, error, reload } = useLoad("devices", devices.list);
  const [problem, setProblem] = useState<string | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const end = async (what: () => Promise<unknown>): Promise<void> => {
    setProblem(null);
    try {
      await what();
      say(t("account.devices.ended"));
      // What was pressed goes with its row.
      heading.current?.focus();
    } catch (failure) {
      setProblem((failure as Error).message);
    }
    reload();
  };
  const told = problem ?? (data === null && error !== null ? error.message : null);
  return (
    <section class="account-part" aria-labelledby="devices" aria-busy={data === null}>
      <h2 id="devices" ref={heading} tabIndex={-1}>
        {t("account.devices")}
      </h2>
      {told !== null && <Problem>{told}</Problem>}
      {data && (
        <ul>
          {data.map((device) => (
            <Row
              key={device.id}
              device={device}
              end={() => void end(() => devices.end(device.id))}
            />
          ))}
        </ul>
      )}
      {data && data.length > 1 && (
        <Button onClick={() => void end(devices.endOthers)}>{t("account.devices.others")}</Button>
      )}
    </section>
  );
}
