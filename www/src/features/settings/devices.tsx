// Where other devices open this server: addresses, and the best as a QR code
// for a phone's camera.
import type { JSX } from "preact";
import type { Address } from "../../api/index.ts";
import { t } from "../../lib/messages.ts";
import { QrCode } from "../../ui/qr.tsx";
import { NeedsHttps } from "../account/https.tsx";

const WHERE: Record<Address["scope"], string> = {
  public: "from everywhere",
  name: "in the house, where the device knows .local names",
  house: "in the house",
  machine: "on the server itself",
};

/** What another device is best told: a number that each of them reaches. */
export function best(addresses: Address[]): Address | undefined {
  return addresses.find(({ scope }) => scope === "public" || scope === "house");
}

export function Devices({ addresses }: { addresses: Address[] }): JSX.Element {
  const first = best(addresses);
  return (
    <section class="settings-area panel devices" aria-labelledby="devices">
      <div>
        <h2 id="devices">On other devices</h2>
        {first === undefined ? (
          <p>
            Miauflix answers on the server itself alone. Started with <code>MIAU_BIND=lan</code>,
            every device in the house can open it.
          </p>
        ) : (
          <p>Point a phone's camera at the code, or type one of these addresses:</p>
        )}
        <ul>
          {addresses.map(({ url, scope }) => (
            <li key={url}>
              <a href={url}>{url}</a> <span class="hint">{WHERE[scope]}</span>
            </li>
          ))}
        </ul>
        <NeedsHttps>{t("app.https.install")}</NeedsHttps>
      </div>
      {first !== undefined && <QrCode text={first.url} />}
    </section>
  );
}
