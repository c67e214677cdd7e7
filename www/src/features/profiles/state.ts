// What the pages of profiles are made of.
import type { Profile } from "../../api/index.ts";
import type { Person, ProfileChange } from "../../api/profiles.ts";
import { list } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";

/** Somebody who may watch. */
export interface Watcher {
  person: Person;
  profile: Profile;
  /** Their digit. */
  place: number;
  /** They watch now. */
  isCurrent: boolean;
}

export function watchersOf(known: Person[], own: string | null): Watcher[] {
  return known
    .flatMap((person) => person.profiles.map((profile) => ({ person, profile })))
    .map(({ person, profile }, i) => ({
      person,
      profile,
      place: i + 1,
      isCurrent: person.session === own && person.current === profile.id,
    }));
}

/** A limit in words. */
const limitName = (age: number): string =>
  age === 0 ? t("profiles.limit.everybody") : t("profiles.limit.upto", { age });

/** What a profile may see and what it asks for, in words; "" where there is nothing
 * to say. */
export function facts({ maturityLimit, hasPin }: Profile): string {
  const said = [
    ...(maturityLimit === null ? [] : [limitName(maturityLimit)]),
    ...(hasPin ? [t("profiles.pin")] : []),
  ];
  return list(said);
}

/** Years that are asked for in many countries. */
const AGES = [0, 6, 8, 10, 12, 13, 14, 16, 17, 18];

/** Values and words of a limit; "" is none. */
export function limits(now: number | null): [string, string][] {
  const ages = now === null || AGES.includes(now) ? AGES : [...AGES, now].sort((a, b) => a - b);
  return [
    ["", t("profiles.limit.none")],
    ...ages.map((age): [string, string] => [String(age), limitName(age)]),
  ];
}

/** A profile as it is being edited. */
export interface Draft
  extends Pick<
    Profile,
    "name" | "avatar" | "colour" | "language" | "maturityLimit" | "allowsUnrated"
  > {
  /** "" leaves it as it is. */
  pin: string;
  /** The PIN goes. */
  isUnlocked: boolean;
}

export const draftOf = (profile: Profile): Draft => ({
  ...profile,
  // A profile without a limit sees all; with one it begins closed.
  allowsUnrated: profile.maturityLimit !== null && profile.allowsUnrated,
  pin: "",
  isUnlocked: false,
});

/** What of a draft is another than the profile that is there; all of it when none is. */
export function changesOf(draft: Draft, profile: Profile | null): ProfileChange {
  const change: ProfileChange = {};
  const old = profile === null ? null : draftOf(profile);
  if (old?.name !== draft.name) change.name = draft.name;
  if (old?.avatar !== draft.avatar) change.avatar = draft.avatar;
  if (old?.colour !== draft.colour) change.colour = draft.colour;
  if (old?.language !== draft.language) change.language = draft.language;
  const { maturityLimit, allowsUnrated } = draft;
  if (maturityLimit === null) {
    if (old !== null && old.maturityLimit !== null) change.isLimited = false;
  } else {
    if (old?.maturityLimit !== maturityLimit) change.maturityLimit = maturityLimit;
    if ((old?.allowsUnrated ?? false) !== allowsUnrated) change.allowsUnrated = allowsUnrated;
  }
  if (draft.isUnlocked) change.pin = "";
  else if (draft.pin !== "") change.pin = draft.pin;
  return change;
}
