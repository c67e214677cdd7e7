// The frame around every screen.
import type { ComponentChildren, JSX } from "preact";
import { t } from "../lib/messages.ts";
import { Icon, type IconName, Mark } from "../ui/icons.tsx";
import { Link } from "../ui/link.tsx";
import "./shell.css";

interface Place {
  name: "home" | "library" | "downloads" | "settings" | "account" | "who";
  icon: IconName;
  admin?: boolean;
}

const PLACES: Place[] = [
  { name: "home", icon: "home" },
  { name: "library", icon: "folder", admin: true },
  { name: "downloads", icon: "down", admin: true },
  { name: "settings", icon: "gear", admin: true },
  { name: "account", icon: "person" },
];

/** Not among them: a phone's bar has room for five. */
const WHO: Place = { name: "who", icon: "people" };

function Way({ place, current }: { place: Place; current: string }): JSX.Element {
  const { name, icon } = place;
  return (
    <Link to={name === "home" ? "/" : `/${name}`} class="place" current={current === name}>
      <Icon name={icon} />
      <span>{t(`app.nav.${name}`)}</span>
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
