// The frame around every screen.
import type { ComponentChildren, JSX } from "preact";
import { type BareKey, t } from "../lib/messages.ts";
import { Icon, type IconName, Mark } from "../ui/icons.tsx";
import { Link } from "../ui/link.tsx";
import "./shell.css";

interface Place {
  to: string;
  name: string;
  label: BareKey;
  icon: IconName;
  admin?: boolean;
}

const PLACES: Place[] = [
  { to: "/", name: "home", label: "app.nav.home", icon: "home" },
  { to: "/library", name: "library", label: "app.nav.library", icon: "folder", admin: true },
  { to: "/downloads", name: "downloads", label: "app.nav.downloads", icon: "down", admin: true },
  { to: "/settings", name: "settings", label: "app.nav.settings", icon: "gear", admin: true },
  { to: "/account", name: "account", label: "app.nav.account", icon: "person" },
];

/** Not among them: a phone's bar has room for five. */
const WHO: Place = { to: "/who", name: "who", label: "app.nav.who", icon: "people" };

function Way({ place, current }: { place: Place; current: string }): JSX.Element {
  return (
    <Link to={place.to} class="place" current={current === place.name}>
      <Icon name={place.icon} />
      <span>{t(place.label)}</span>
    </Link>
  );
}

/** To the page; "#main" by itself would be below the app's base path, which is home. */
function skip(event: Event): void {
  event.preventDefault();
  document.querySelector("main")?.focus();
}

export function Shell(props: {
  bare: boolean;
  current: string;
  /** null while it is not known who is here: the menu then comes whole. */
  isAdmin: boolean | null;
  /** There is somebody else who may watch. */
  isShared: boolean;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <>
      {!props.bare && (
        <>
          <a class="skip" href={`${location.pathname}#main`} onClick={skip}>
            {t("app.skip")}
          </a>
          <header class="top" data-frame>
            <Link to="/" class="brand">
              <Mark />
              Miauflix
            </Link>
            <nav aria-label={t("app.nav")} data-rail data-frame>
              {PLACES.filter(
                ({ admin }) => props.isAdmin !== null && (!admin || props.isAdmin),
              ).map((place) => (
                <Way key={place.name} place={place} current={props.current} />
              ))}
            </nav>
            {props.isAdmin !== null && props.isShared && (
              <Way place={WHO} current={props.current} />
            )}
          </header>
        </>
      )}
      <main id="main" tabIndex={-1}>
        {props.children}
      </main>
    </>
  );
}
