// Where other devices open this server: addresses, and the best as a QR code
// for a phone's camera.
import type { JSX } from "preact";
import type { Address } from "../../api/index.ts";
import { t } from "../../lib/messages.ts";
import { QrCode } from "../../ui/qr.tsx";
import { NeedsHttps } from "../account/https.tsx";

/** What another device is best told: a number that each of them reaches. */
export function best(addresses: Address[]): Address | undefined {
  return addresses.find(({ scope }) => scope === "public" || scope === "house");
}

export function Devices({ addresses }: { addresses: Address[] }): JSX.Element {
  const first = best(addresses);
  return (
    <section class="settings-area" aria-labelledby="devices">
      <div class="settings-head">
        <h2 id="devices">{t("settings.devices")}</h2>
        {first === undefined ? (
          <p>{t("settings.devices.alone", { code: (inner) => <code dir="ltr">{inner}</code> })}</p>
        ) : (
          <p>{t("settings.devices.text")}</p>
        )}
      </div>
      <div class="settings-rows panel devices">
        <div>
          <ul>
            {addresses.map(({ url, scope }) => (
              <li key={url}>
                <a href={url} dir="ltr">
                  {url}
                </a>{" "}
                <span class="hint">{t(`settings.scope.${scope}`)}</span>
              </li>
            ))}
          </ul>
          <NeedsHttps>{t("account.https.install")}</NeedsHttps>
        </div>
        {first !== undefined && <QrCode text={first.url} />}
      </div>
    </section>
  );
}
