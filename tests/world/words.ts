// What the app says in a language, for tests that read its screens.
import {
  isPluralElement,
  type MessageFormatElement,
  TYPE,
} from "@formatjs/icu-messageformat-parser";
import type { Page } from "playwright-core";
import { areas, parseMessage, readCatalogue } from "../../www/messages.ts";

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** A message as an expression: its values are anything. */
function pattern(parts: MessageFormatElement[]): string {
  return parts
    .map((part) => {
      if (part.type === TYPE.literal) return escaped(part.value).replace(/\s+/g, "\\s+");
      if (part.type === TYPE.tag) return pattern(part.children);
      if (part.type === TYPE.select || isPluralElement(part))
        return `(?:${Object.values(part.options)
          .map(({ value }) => pattern(value))
          .join("|")})`;
      return ".*";
    })
    .join("");
}

const whole = (text: string): RegExp => new RegExp(`^\\s*${pattern(parseMessage(text))}\\s*$`, "s");

/** What stands under a key: "title.play". */
export function words(language: string, key: string): RegExp {
  const [area = "", ...rest] = key.split(".");
  const text = readCatalogue(language, area)[rest.join(".")];
  if (text === undefined) throw new Error(`no message ${key}`);
  return whole(text);
}

/** Too little to tell a language by: values, figures and signs. */
const LETTERS = /\p{L}.*\p{L}.*\p{L}/su;

/** The expressions of all English texts that this language has otherwise, but for
 * those that this language's own texts would match, too. */
function english(language: string): [key: string, RegExp][] {
  return areas().flatMap((area) => {
    const there = readCatalogue(language, area);
    const own = Object.values(there);
    return Object.entries(readCatalogue("en", area)).flatMap(([key, text]): [string, RegExp][] => {
      const said = whole(text);
      const plain = parseMessage(text).map((part) =>
        part.type === TYPE.literal ? part.value : "",
      );
      if (!LETTERS.test(plain.join("")) && !/plural|select|</.test(text)) return [];
      return own.some((other) => said.test(other)) ? [] : [[`${area}.${key}`, said]];
    });
  });
}

/** All that can be read on a page or is said of it, as far as it is shown. */
function shownOn(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found = new Set<string>([document.title]);
    for (const element of Array.from(document.querySelectorAll("body *"))) {
      if (element.closest("[hidden], [inert], dialog:not([open]), script, noscript, template"))
        continue;
      for (const name of ["aria-label", "aria-valuetext", "title", "placeholder", "alt"])
        found.add(element.getAttribute(name) ?? "");
      if (element.childElementCount === 0 || element.matches("p, li, h1, h2, label, button, a"))
        found.add(element.textContent ?? "");
      for (const node of Array.from(element.childNodes))
        if (node.nodeType === Node.TEXT_NODE) found.add(node.textContent ?? "");
    }
    return [...found].map((text) => text.replace(/\s+/g, " ").trim()).filter((text) => text !== "");
  });
}

/** What a page still says in English. */
export async function leftInEnglish(page: Page, language: string): Promise<string[]> {
  const texts = (await shownOn(page)).map((text) => text.replace(/[\u2068\u2069]/g, ""));
  const known = english(language);
  return texts.flatMap((text) => {
    const found = known.find(([, said]) => said.test(text));
    return found === undefined ? [] : [`${found[0]}: ${text}`];
  });
}

/** The words in Latin letters on a page, which no Arabic text has of itself. */
export async function latinWords(page: Page): Promise<string[]> {
  const texts = await shownOn(page);
  return [
    ...new Set(
      texts.flatMap((text) => text.match(/\p{Script=Latin}[\p{Script=Latin}'’]{2,}/gu) ?? []),
    ),
  ].sort();
}
