// A page as a screen reader has it: Chromium's accessibility tree, with roles, names
// and states, and what can be done with its nodes. No selector, no text of the
// document, no place on the screen.
import assert from "node:assert/strict";
import type { CDPSession, Page } from "playwright-core";
import { answered, until } from "./place.ts";

type Raw = Awaited<ReturnType<typeof readTree>>[number];

const readTree = async (session: CDPSession) =>
  (await answered("the tree", session.send("Accessibility.getFullAXTree"))).nodes;

export interface Node {
  role: string;
  name: string;
  value: string;
  /** What else is told of it: "checked", "expanded", "valuetext" … */
  states: Record<string, unknown>;
  /** Names of those around it, the nearest first. */
  around: string[];
  id: number;
}

/** Roles that say nothing to anybody without a name. */
const NAMED = new Set(
  (
    "alertdialog button checkbox combobox dialog heading image img link listbox menu menuitem " +
    "menuitemcheckbox menuitemradio meter navigation option progressbar radio region RootWebArea " +
    "searchbox slider spinbutton switch tab tabpanel textbox"
  ).split(" "),
);

/** The page as a whole, to which one can jump. */
const PLACES = new Set(["main"]);

function nodesOf(raw: Raw[]): Node[] {
  const known = new Map(raw.map((one) => [one.nodeId, one]));
  const around = (one: Raw): string[] => {
    const parent = one.parentId === undefined ? undefined : known.get(one.parentId);
    if (parent === undefined) return [];
    const name = parent.ignored ? "" : String(parent.name?.value ?? "");
    return [...(name === "" ? [] : [name]), ...around(parent)];
  };
  return raw
    .filter((one) => !one.ignored)
    .map((one) => ({
      role: String(one.role?.value ?? ""),
      name: String(one.name?.value ?? "").trim(),
      value: String(one.value?.value ?? ""),
      states: Object.fromEntries((one.properties ?? []).map((p) => [p.name, p.value.value])),
      around: around(one),
      id: one.backendDOMNodeId ?? 0,
    }));
}

const told = ({ role, name, states }: Node): string =>
  `${role} "${name}" ${JSON.stringify(states)}`;

export class Tree {
  readonly #session: CDPSession;

  private constructor(session: CDPSession) {
    this.#session = session;
  }

  static async of(page: Page): Promise<Tree> {
    const session = await page.context().newCDPSession(page);
    await session.send("Accessibility.enable");
    return new Tree(session);
  }

  async nodes(): Promise<Node[]> {
    return nodesOf(await readTree(this.#session));
  }

  async all(role: string, name: RegExp): Promise<Node[]> {
    return (await this.nodes()).filter((one) => one.role === role && name.test(one.name));
  }

  /** Waits for the first of this role and name, and until it is as it is asked for. */
  async find(role: string, name: RegExp, is: (node: Node) => boolean = () => true): Promise<Node> {
    let seen: Node[] = [];
    return until(
      `${role} ${name}`,
      async () => {
        seen = await this.nodes();
        return seen.find((one) => one.role === role && name.test(one.name) && is(one));
      },
      {
        why: () =>
          seen
            .filter((one) => one.role === role || one.states.focusable)
            .map(told)
            .join(),
      },
    );
  }

  /** Waits until none is left. */
  async gone(role: string, name: RegExp): Promise<void> {
    await until(`no ${role} ${name}`, async () => (await this.all(role, name)).length === 0);
  }

  /** Goes to it and does what one does with such a thing. */
  async press(node: Node): Promise<void> {
    const { id } = node;
    await this.focus(node);
    const found = this.#session.send("DOM.resolveNode", { backendNodeId: id });
    const { object } = await answered("a node", found);
    const pressed = this.#session.send("Runtime.callFunctionOn", {
      objectId: object.objectId as string,
      functionDeclaration: "function () { this.click(); }",
    });
    await answered("a press", pressed);
  }

  async focus({ id }: Node): Promise<void> {
    await answered("the focus", this.#session.send("DOM.focus", { backendNodeId: id }));
  }

  async write(into: Node, text: string): Promise<void> {
    await this.focus(into);
    await answered("writing", this.#session.send("Input.insertText", { text }));
  }

  /** What is said of a slider's place: of the browser's own sliders the tree tells the
   * bare figure alone. */
  async spoken({ id }: Node): Promise<string> {
    const asked = this.#session.send("DOM.describeNode", { backendNodeId: id });
    const { attributes = [] } = (await answered("a node", asked)).node;
    return attributes[attributes.indexOf("aria-valuetext") + 1] ?? "";
  }

  /** What the live regions say. */
  async says(text: RegExp): Promise<void> {
    await until(`${text} to be said`, async () => {
      const nodes = await this.nodes();
      const regions = nodes.filter((one) => "live" in one.states && one.states.live !== "off");
      const ids = new Set(regions.map((one) => one.id));
      const said = await Promise.all([...ids].map((id) => this.#textIn(id)));
      return said.some((one) => text.test(one));
    });
  }

  async #textIn(backendNodeId: number): Promise<string> {
    const raw = await readTree(this.#session);
    const known = new Map(raw.map((one) => [one.nodeId, one]));
    const top = raw.find((one) => one.backendDOMNodeId === backendNodeId && !one.ignored);
    const textOf = (one: Raw | undefined): string => {
      if (one === undefined) return "";
      if (one.role?.value === "StaticText") return String(one.name?.value ?? "");
      return (one.childIds ?? []).map((id) => textOf(known.get(id))).join("");
    };
    return textOf(top);
  }

  /** Nothing that is worked or read by its name lacks one. */
  async hasNames(where: string): Promise<void> {
    const nodes = await this.nodes();
    const nameless = nodes.filter(
      ({ role, name, states }) =>
        name === "" && !PLACES.has(role) && (states.focusable === true || NAMED.has(role)),
    );
    assert.deepEqual(nameless.map(told), [], `without a name: ${where}`);
    assert.ok(
      nodes.some((one) => one.role === "heading" && one.states.level === 1),
      `no h1: ${where}`,
    );
  }
}
