// What stands below sign-in: the language, and the other ways in. It comes after what
// one is here for.
import type { JSX } from "preact";
import { setup } from "../../api/index.ts";
import { useLoad } from "../../api/load.ts";
import { t } from "../../lib/messages.ts";
import { Link } from "../../ui/link.tsx";
import { ByPasskey } from "./by-passkey.tsx";
import { ByPhone } from "./by-phone.tsx";
import { Tongue } from "./tongue.tsx";
import "./style.css";

export function Foot(): JSX.Element | null {
  const { data, error } = useLoad("setup", setup.state);
  // All of it at once: nothing that is there moves.
  if (data === null && error === null) return null;
  const signup = data?.signup ?? "invite";
  return (
    <>
      <ByPasskey />
      <ByPhone />
      <Tongue />
      <p class="hint">
        {t("door.forgotten", { link: (inner) => <Link to="/reset">{inner}</Link> })}{" "}
        {t("door.forgotten.admin", {
          code: (inner) => <code dir="ltr">{inner}</code>,
        })}
      </p>
      {signup !== "closed" && (
        <p class="hint">
          {t(signup === "open" ? "door.invited.not" : "door.invited", {
            link: (inner) => <Link to="/join">{inner}</Link>,
          })}
        </p>
      )}
    </>
  );
}
