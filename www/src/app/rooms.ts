// The screens besides those of films, each with what it says: known once the first
// of them is wanted, so that the first load need not name the files of all.
import { type Page, page } from "./app.tsx";

export const ROOMS: Record<string, () => Promise<Page>> = {
  library: () => page(import("../features/library/page.tsx"), (m) => m.Library, "library"),
  downloads: () => page(import("../features/downloads/page.tsx"), (m) => m.Downloads, "downloads"),
  settings: () =>
    page(import("../features/settings/page.tsx"), (m) => m.Settings, "settings", "account"),
  people: () => page(import("../features/people/page.tsx"), (m) => m.People, "people", "apikeys"),
  door: () => page(import("../features/door/page.tsx"), (m) => m.Door, "door"),
  account: () =>
    page(import("../features/account/page.tsx"), (m) => m.Account, "account", "apikeys"),
  who: () => page(import("../features/profiles/who.tsx"), (m) => m.Who, "profiles"),
  profiles: () => page(import("../features/profiles/page.tsx"), (m) => m.Profiles, "profiles"),
  audit: () => page(import("../features/audit/page.tsx"), (m) => m.AuditLog, "audit"),
  link: () => page(import("../features/link/page.tsx"), (m) => m.LinkPage, "link"),
};
