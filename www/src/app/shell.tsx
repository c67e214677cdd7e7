// The frame around every screen, and the screens for when there is none.
import type { ComponentChildren, JSX } from "preact";
import { reachable } from "../api/client.ts";
import { type BareKey, t } from "../lib/messages.ts";
import { Button } from "../ui/button.tsx";
import { Icon, type IconName, Mark } from "../ui/icons.tsx";
import { Link } from "../ui/link.tsx";
import { Problem } from "../ui/notice.tsx";
import { back } from "./router.ts";
import "./shell.css";

const PLACES: { to: string; name: string; label: BareKey; icon: IconName; admin?: boolean }[] = [
  { to: "/", name: "home", label: "app.nav.home", icon: "home" },
  { to: "/library", name: "library", label: "app.nav.library", icon: "folder", admin: true },
  { to: "/downloads", name: "downloads", label: "app.nav.downloads", icon: "down", admin: true },
  { to: "/settings", name: "settings", label: "app.nav.settings", icon: "gear", admin: true },
  { to: "/account", name: "account", label: "app.nav.account", icon: "person" },
];

export function Shell(props: {
  bare: boolean;
  current: string;
  /** null while it is not known who is here: the menu then comes whole. */
  isAdmin: boolean | null;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <>
      {!props.bare && (
        <>
          <a class="skip" href="#main">
            {t("app.skip")}
          </a>
          <header class="top" data-frame>
            <Link to="/" class="brand">
              <Mark />
              Miauflix
            </Link>
            <nav aria-label={t("app.nav")} data-rail data-frame>
              {PLACES.filter(
                (place) => props.isAdmin !== null && (!place.admin || props.isAdmin),
              ).map((place) => (
                <Link key={place.name} to={place.to} current={props.current === place.name}>
                  <Icon name={place.icon} />
                  <span>{t(place.label)}</span>
                </Link>
              ))}
            </nav>
          </header>
        </>
      )}
      {!reachable.value && !props.bare && (
        <div class="banner">
          <Problem>The server cannot be reached. What is shown may be old.</Problem>
        </div>
      )}
      <main id="main" tabIndex={-1}>
        {props.children}
      </main>
    </>
  );
}

export function Missing({ what }: { what?: string }): JSX.Element {
  return (
    <section class="page centred">
      <h1>Nothing here</h1>
      <p>{what ?? "There is no page at this address."}</p>
      <Button kind="main" icon="back" onClick={() => back()} autoFocus>
        Back
      </Button>
    </section>
  );
}

export function Offline({ retry }: { retry: () => void }): JSX.Element {
  return (
    <main class="page centred">
      <h1>The server cannot be reached</h1>
      <p>
        Is the machine on, and is this device in the same network? On the server,{" "}
        <code>miauctl status</code> tells more.
      </p>
      <Button kind="main" icon="refresh" onClick={retry} autoFocus>
        Try again
      </Button>
    </main>
  );
}
