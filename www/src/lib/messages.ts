// What people read, in their language. A text is asked for by its key and the
// values in it; both are checked by the compiler (docs/frontend.md, "Languages").

import { type Catalogues, type Make, others, source } from "virtual:messages";
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { Area, Language, Messages, RichKey } from "../messages/keys.d.ts";

export type { Area, Language } from "../messages/keys.d.ts";
export type Key = keyof Messages;
export type PlainKey = Exclude<Key, RichKey>;
/** The keys of texts that say all by themselves. */
export type BareKey = { [K in Key]: Messages[K] extends undefined ? K : never }[Key];

type Wanted<K extends Key> = Messages[K] extends undefined ? [] : [values: Messages[K]];
type Table = ReturnType<Make>;
type Forms = Record<string, unknown>;

interface State {
  language: Language;
  /** By area. */
  tables: Record<string, Table>;
}

const RTL = /^(ar|fa|he|ur)\b/;
const RTL_LETTER = /[\u0590-\u08ff]/;
const KEY = "miauflix.language";

export const LANGUAGES = ["en", ...Object.keys(others)] as Language[];

/** What names the language's rules to Intl: the region as the browser has it. Ciphers
 * are the same everywhere, because clocks and episodes are written without Intl. */
function localeOf(language: Language): string {
  const own = (globalThis.navigator?.languages ?? []).find(
    (tag) => tag === language || tag.startsWith(`${language}-`),
  );
  const tag = own ?? language;
  return RTL.test(language) && !tag.includes("-u-") ? `${tag}-u-nu-latn` : tag;
}

function build(make: Make, language: Language): Table {
  const locale = localeOf(language);
  const numbers = new Intl.NumberFormat(locale);
  const rules = new Intl.PluralRules(locale);
  const isRtl = RTL.test(language);
  const show = (value: unknown): string => {
    if (typeof value === "number") return numbers.format(value);
    const text = String(value ?? "");
    // A name in other letters keeps its own order within the sentence.
    return text !== "" && (isRtl || RTL_LETTER.test(text)) ? `\u2068${text}\u2069` : text;
  };
  return make(
    show,
    (n: number, forms: Forms) => forms[`=${n}`] ?? forms[rules.select(n)] ?? forms.other,
    (word: string, forms: Forms) => forms[word] ?? forms.other,
  );
}

const state = signal<State>({ language: "en", tables: { app: build(source.first, "en") } });
const wanted = new Set<string>();
let catalogues: Catalogues = source;
let asked: Language = "en";

/** The language of the app; who reads it while drawing is drawn anew with it. */
export const language = (): Language => state.value.language;
export const locale = (): string => localeOf(state.value.language);
export const isRtl = (): boolean => RTL.test(state.value.language);

async function tableOf(from: Catalogues, area: string, language: Language): Promise<Table> {
  const make = from.later[area];
  if (make === undefined) throw new RangeError(area);
  return build((await make()).default, language);
}

/** Loads what a screen says; at once when it is there. */
export async function loadArea(area: Area): Promise<void> {
  while (!(area in state.value.tables)) {
    wanted.add(area);
    const { language } = state.value;
    const table = await tableOf(catalogues, area, language);
    if (language !== state.value.language) continue; // changed meanwhile
    state.value = { language, tables: { ...state.value.tables, [area]: table } };
  }
}

/** Changes the language, all that is shown at once. */
export async function speak(language: Language): Promise<void> {
  asked = language;
  const next = language === "en" ? source : (await others[language]?.())?.default;
  if (next === undefined) return;
  const tables: State["tables"] = { app: build(next.first, language) };
  const lacking = (): string[] => [...wanted].filter((area) => !(area in tables));
  // While these come a screen may want further ones.
  for (let areas = lacking(); areas.length > 0; areas = lacking())
    await Promise.all(
      areas.map(async (area) => {
        tables[area] = await tableOf(next, area, language);
      }),
    );
  if (asked !== language) return;
  catalogues = next;
  state.value = { language, tables };
  const { documentElement } = document;
  documentElement.lang = language;
  documentElement.dir = RTL.test(language) ? "rtl" : "ltr";
  // What the server says comes beside, for whom its English is no help.
  if (language !== "en") loadArea("codes").catch(() => undefined);
}

/** The first of these languages that there is: "de-AT" is German. */
export function bestOf(tags: readonly string[]): Language | null {
  for (const tag of tags) {
    const found = LANGUAGES.find((known) => known === tag.toLowerCase().split("-")[0]);
    if (found !== undefined) return found;
  }
  return null;
}

function remembered(): string[] {
  try {
    return [localStorage.getItem(KEY) ?? ""];
  } catch {
    return []; // storage is switched off
  }
}

/** The language as this browser knows it; null when it is there already, so that
 * nothing waits. */
export function firstLanguage(): Promise<void> | null {
  const best = bestOf([...remembered(), ...(navigator.languages ?? [])]);
  return best === null || best === "en" ? null : speak(best);
}

/** What the signed-in person has chosen, here also for the next sign-in. A language
 * that the app does not have leaves it as it is. */
export async function prefer(tag: string): Promise<void> {
  const best = bestOf([tag]);
  if (best === null) return;
  try {
    localStorage.setItem(KEY, best);
  } catch {
    // as above
  }
  // Asked for, it may have failed to come.
  if (best !== asked || best !== language()) await speak(best);
}

function find(key: string): Table[string] | undefined {
  const dot = key.indexOf(".");
  return state.value.tables[key.slice(0, dot)]?.[key.slice(dot + 1)];
}

/** A text; where parts of it are marked, a list of its parts. */
export function t<K extends PlainKey>(key: K, ...values: Wanted<K>): string;
export function t<K extends RichKey>(key: K, ...values: Wanted<K>): ComponentChildren;
export function t(key: string, values: Record<string, unknown> = {}): unknown {
  const message = find(key) ?? key;
  return typeof message === "function" ? message(values) : message;
}

/** What is called by a name of the server's; the name, where it has no other. */
export function named(key: string, name: string): string {
  const message = find(key);
  return typeof message === "string" ? message : name;
}

/** What the server says, which speaks English and knows more than its code does:
 * in other languages by the code, where that is known. */
export function said(key: string, sentence: string): string {
  return state.value.language === "en" ? sentence : named(key, sentence);
}
