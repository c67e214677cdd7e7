// What the audit log is asked, and how its entries are told.
import type { AuditEntry } from "../../api/admin.ts";
import { address } from "../../api/base.ts";
import { t } from "../../lib/messages.ts";

/** What the log tells (lib/auth/audit_events.def), in the order of its names. */
export const EVENTS = [
  "audit.erased",
  "device.approved",
  "device.denied",
  "download.added",
  "download.changed",
  "download.evicted",
  "download.removed",
  "download.shared",
  "folder.added",
  "folder.removed",
  "invitation.created",
  "invitation.removed",
  "key.created",
  "key.revoked",
  "masterkey.rotated",
  "passkey.added",
  "passkey.copied",
  "passkey.removed",
  "profile.changed",
  "profile.created",
  "profile.removed",
  "profile.used",
  "reset.created",
  "reset.used",
  "segment.marked",
  "segment.unmarked",
  "session.ended",
  "session.reused",
  "session.started",
  "setting.changed",
  "title.rated",
  "user.changed",
  "user.created",
  "user.disabled",
  "user.enabled",
  "user.password",
  "user.removed",
  "user.role_changed",
] as const;

type Event = (typeof EVENTS)[number];

/** As it is typed; "" where nothing is narrowed. */
export interface Filter {
  actor: string;
  event: string;
  /** Days of the calendar here, both included. */
  from: string;
  to: string;
}

export const ALL: Filter = { actor: "", event: "", from: "", to: "" };

/** Midnight here, so many days after that of a day. */
function midnight(day: string, later: number): string | undefined {
  const at = new Date(`${day}T00:00`);
  if (Number.isNaN(at.getTime())) return undefined;
  at.setDate(at.getDate() + later);
  return at.toISOString();
}

export function queryOf({ actor, event, from, to }: Filter) {
  return {
    actor: actor || undefined,
    event: event || undefined,
    from: midnight(from, 0),
    to: midnight(to, 1),
  };
}

/** Where the same comes as a table. A link sends no header: the session is named in it. */
export function tableAddress(filter: Filter, session: string | null): string {
  const query = new URLSearchParams({ format: "csv" });
  if (session !== null) query.set("session", session);
  for (const [name, value] of Object.entries(queryOf(filter)))
    if (value !== undefined) query.set(name, value);
  return address(`/api/audit?${query}`);
}

/** A server that is newer than this page knows more of them. */
export function eventText(event: string): string {
  const isKnown = (EVENTS as readonly string[]).includes(event);
  return isKnown ? t(`audit.event.${event as Event}`) : event;
}

export function whoText({ by, actorName }: AuditEntry): string {
  if (actorName !== null) return actorName;
  if (by === "terminal") return t("audit.who.terminal");
  return by === "nobody" ? t("audit.who.nobody") : t("audit.who.gone");
}

/** To what; the id of a session says nothing to a person. */
export function targetText({ event, target, targetName }: AuditEntry): string {
  return targetName ?? (event.startsWith("session.") ? "" : (target ?? ""));
}

export function detailText({ detail }: AuditEntry): string {
  return detail.map(({ name, value }) => `${name}: ${value}`).join(", ");
}
