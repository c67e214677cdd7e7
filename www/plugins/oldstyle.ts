// The app's styles for Chromium 68: without layers, logical properties, gaps in
// rows, fixed shapes, least and greatest values. Right-to-left is a sheet of its own.
import layers from "@csstools/postcss-cascade-layers";
import postcss, { type Container, type Declaration, type Root, type Rule } from "postcss";
import { measured, tokensOf, type Values } from "./oldsize.ts";
import { knowsProperty } from "./since.ts";

type Side = "ltr" | "rtl";

/** Ignored without harm: it is less pretty, or it only saves work. */
const HARMLESS =
  /^(accent-color|backdrop-filter|color-scheme|contain-intrinsic.*|content-visibility|forced-color-adjust|overscroll-behavior.*|scroll-(margin|padding).*|scrollbar-(color|width)|text-wrap|box-decoration-break|view-transition.*|line-clamp|src|interpolate-size|text-size-adjust|font-display)$/;

const SIDES = { block: ["top", "bottom"], ltr: ["left", "right"], rtl: ["right", "left"] };

/** The sides that a logical property means: the first and the last of an axis. */
function sidesOf(name: string, side: Side): [pattern: string, sides: string[]] | null {
  const found = /^(.*?)-?(inline|block)(?:-(start|end))?(-(?:color|width|style))?$/.exec(name);
  if (found === null || !/^(margin|padding|inset|border)$/.test(found[1] ?? "")) return null;
  const [, what, axis, end, rest = ""] = found;
  const both = axis === "block" ? SIDES.block : SIDES[side];
  const sides = end === undefined ? both : [both[end === "start" ? 0 : 1] ?? ""];
  return [what === "inset" ? "*" : `${what}-*${rest}`, sides];
}

function physical(decl: Declaration, side: Side): void {
  const values = postcss.list.space(decl.value);
  if (decl.prop === "inset") {
    const [top = "0", right = top, bottom = top, left = right] = values;
    Object.entries({ top, right, bottom, left }).forEach(([prop, value]) => {
      decl.cloneBefore({ prop, value });
    });
    decl.remove();
    return;
  }
  const sizes: Record<string, string> = { "inline-size": "width", "block-size": "height" };
  const size = /^(min-|max-)?(inline-size|block-size)$/.exec(decl.prop);
  if (size !== null) decl.prop = `${size[1] ?? ""}${sizes[size[2] ?? ""]}`;
  const found = sidesOf(decl.prop, side);
  if (found === null) return;
  const [pattern, sides] = found;
  const isList = sides.length === 2 && !pattern.startsWith("border");
  sides.forEach((one, i) => {
    const value = isList ? (values[i] ?? values[0] ?? "0") : decl.value;
    decl.cloneBefore({ prop: pattern.replace("*", one), value });
  });
  decl.remove();
}

/** Every selector of :is() and :not() by itself, and what was not there yet. */
function plain(selector: string): string[] {
  const is = /^(.*?):(?:is|where)\(([^()]*)\)(.*)$/s.exec(selector);
  if (is !== null)
    return (is[2] ?? "").split(",").flatMap((one) => plain(`${is[1]}${one.trim()}${is[3]}`));
  return [
    selector
      .replace(/:not\(([^()]*,[^()]*)\)/g, (_, list: string) =>
        list.replace(/\s*([^,]+)\s*,?/g, (_all, one: string) => `:not(${one.trim()})`),
      )
      .replaceAll(":focus-visible", ":focus"),
  ];
}

const says = (rule: Rule, prop: string): string | undefined =>
  rule.nodes.findLast((node): node is Declaration => node.type === "decl" && node.prop === prop)
    ?.value;

interface Line {
  isFlex: boolean;
  isColumn: boolean;
  isWrapped: boolean;
  gap: string | undefined;
}

/** Between the children of a flex box margins stand for its gap. */
function spaced(root: Root, side: Side): void {
  const known = new Map<string, Line>();
  root.walkRules((rule) => {
    for (const selector of rule.selectors) {
      const none = { isFlex: false, isColumn: false, isWrapped: false, gap: undefined };
      const line: Line = { ...(known.get(selector) ?? none) };
      const display = says(rule, "display");
      if (display !== undefined) line.isFlex = display.includes("flex");
      const direction = says(rule, "flex-direction");
      if (direction !== undefined) line.isColumn = direction.startsWith("column");
      line.isWrapped ||= says(rule, "flex-wrap") === "wrap";
      line.gap = says(rule, "gap") ?? line.gap;
      known.set(selector, line);
      const isNew = [display, direction, says(rule, "gap")].some((value) => value !== undefined);
      if (!line.isFlex || line.gap === undefined || !isNew) continue;
      const [between = "0", beside = between] = postcss.list.space(line.gap);
      const [start, end] = side === "ltr" ? ["left", "right"] : ["right", "left"];
      const margins: Record<string, string> = line.isColumn
        ? { "margin-top": between, [`margin-${start}`]: "0" }
        : line.isWrapped
          ? { [`margin-${end}`]: beside, "margin-bottom": between }
          : { [`margin-${start}`]: beside };
      const which = line.isWrapped && !line.isColumn ? "*" : "* + *";
      const children = postcss.rule({ selector: `${selector} > ${which}` });
      for (const [prop, value] of Object.entries(margins)) children.append({ prop, value });
      rule.after(children);
    }
    // Or where it is known it would come on top of that.
    if (rule.selectors.every((selector) => known.get(selector)?.isFlex))
      rule.each((node) => {
        if (node.type === "decl" && node.prop === "gap") node.remove();
      });
  });
}

/** A box of fixed shape is as high as the space before its content. */
function shape(rule: Rule, decl: Declaration): void {
  const [width, height] = decl.value.split("/").map(Number);
  const before = rule.clone({ selectors: rule.selectors.map((one) => `${one}::before`) });
  before.removeAll();
  if (width && height) {
    before.append({ prop: "content", value: '""' }, { prop: "display", value: "block" });
    before.append({ prop: "padding-top", value: `${(100 * height) / width}%` });
  } else before.append({ prop: "display", value: "none" });
  rule.after(before);
  decl.remove();
}

const MOVES = { translate: "translate", scale: "scale", rotate: "rotate" } as const;

function lowered(decl: Declaration, rule: Rule, side: Side): void {
  decl.value = decl.value.replace(/env\([^()]*\)/g, "0px").replace(/(\d)[dsl]v([hw])\b/g, "$1v$2");
  if (decl.prop === "aspect-ratio") shape(rule, decl);
  else if (decl.prop in MOVES) {
    const value = postcss.list.space(decl.value).join(", ");
    decl.value = decl.value === "none" ? "none" : `${decl.prop}(${value})`;
    decl.prop = "transform";
  } else if (decl.prop === "appearance") decl.prop = "-webkit-appearance";
  else physical(decl, side);
}

/** What is still there that Chromium 68 would not take. */
function leftovers(root: Root): string[] {
  const found = new Set<string>();
  root.walkDecls(({ prop, value }) => {
    if (!knowsProperty(prop) && !HARMLESS.test(prop)) found.add(prop);
    const strange = /\b(min|max|clamp|env|color-mix|round)\(|\d[dsl]v[hw]\b/.exec(value);
    if (strange !== null && !HARMLESS.test(prop)) found.add(`${prop}: ${value}`);
  });
  return [...found];
}

/** Rules of which 68 knows no selector are left out, as it would. */
const UNKNOWN = /:has\(|::view-transition|:popover-open|:modal|:user-valid|:user-invalid/;

export function oldStyles(css: string, side: Side): { css: string; problems: string[] } {
  const root = postcss.parse(css);
  const tokens: Values[] = tokensOf(root);
  root.walkComments((comment) => void comment.remove());
  root.walkRules((rule) => {
    const parent = rule.parent as Container & { name?: string };
    if (parent?.name?.endsWith("keyframes")) return;
    rule.selectors = rule.selectors.filter((one) => !UNKNOWN.test(one)).flatMap(plain);
    if (rule.selectors.length === 0 || rule.selector === "") rule.remove();
  });
  root.walkDecls((decl) => {
    if (decl.parent?.type === "rule") lowered(decl, decl.parent as Rule, side);
  });
  spaced(root, side);
  measured(root, tokens);
  root.walkAtRules(/^(view-transition|property|starting-style)$/, (rule) => void rule.remove());
  const flat = postcss([layers()]).process(root, { from: undefined }).root as Root;
  return { css: flat.toString().replace(/\n\s+/g, "\n"), problems: leftovers(flat) };
}
