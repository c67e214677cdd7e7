// Finds what a person would read that stands in a source instead of a catalogue:
// text between tags, in attributes and properties that are shown, in errors and in
// the page's title. "file<TAB>file:line: text-literal: what" for each. Run by
// tools/lint with the sources to look at.
import { readFileSync } from "node:fs";
import ts from "typescript";

/** What of an element, or of an object that describes one, is read. */
const SHOWN =
  /^(aria-(label|description|roledescription|valuetext)|alt|help|hint|label|note|placeholder|problem|text|title)$/;
/** Names are the same in every language; keys of catalogues stand for texts. */
const NAME = /^\W*(Miauflix|https?:\/\/\S*|[a-z]+(\.[A-Za-z0-9_-]+)+)?\W*$/;
const LETTERS = /\p{L}{2}/u;
/** Commands and keys, which are typed as they stand. */
const VERBATIM = new Set(["code", "kbd"]);

const isText = (text: string): boolean => LETTERS.test(text) && !NAME.test(text.trim());

/** The literals that an expression may turn out to be. */
function* outcomes(node: ts.Expression): Generator<ts.Node & { text: string }> {
  if (ts.isStringLiteralLike(node)) yield node;
  else if (ts.isTemplateExpression(node)) {
    yield node.head;
    for (const { literal } of node.templateSpans) yield literal;
  } else if (ts.isConditionalExpression(node)) {
    yield* outcomes(node.whenTrue);
    yield* outcomes(node.whenFalse);
  } else if (ts.isParenthesizedExpression(node)) yield* outcomes(node.expression);
  else if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken;
    const isChoice =
      kind === ts.SyntaxKind.AmpersandAmpersandToken ||
      kind === ts.SyntaxKind.BarBarToken ||
      kind === ts.SyntaxKind.QuestionQuestionToken;
    if (isChoice || kind === ts.SyntaxKind.PlusToken) {
      if (kind !== ts.SyntaxKind.AmpersandAmpersandToken) yield* outcomes(node.left);
      yield* outcomes(node.right);
    }
  }
}

/** The expressions of a node that are read by people. */
function shownIn(node: ts.Node): ts.Expression[] {
  if (ts.isJsxExpression(node) && !ts.isJsxAttribute(node.parent))
    return node.expression === undefined ? [] : [node.expression];
  if (ts.isJsxAttribute(node) && SHOWN.test(node.name.getText())) {
    const { initializer } = node;
    if (initializer === undefined) return [];
    if (ts.isJsxExpression(initializer))
      return initializer.expression === undefined ? [] : [initializer.expression];
    return ts.isStringLiteral(initializer) ? [initializer] : [];
  }
  if (ts.isPropertyAssignment(node) && SHOWN.test(node.name.getText().replace(/["']/g, "")))
    return [node.initializer];
  if (ts.isNewExpression(node) && /Error$/.test(node.expression.getText()))
    return [...(node.arguments ?? [])];
  const isTitle =
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    node.left.getText() === "document.title";
  return isTitle ? [node.right] : [];
}

function textsOf(file: string): { line: number; text: string }[] {
  const kind = file.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const text = readFileSync(file, "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, kind);
  const found: { line: number; text: string }[] = [];
  const note = (node: ts.Node, words: string): void => {
    if (!isText(words)) return;
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    found.push({ line: line + 1, text: words.trim().replace(/\s+/g, " ").slice(0, 40) });
  };
  const walk = (node: ts.Node): void => {
    if (ts.isJsxElement(node) && VERBATIM.has(node.openingElement.tagName.getText())) return;
    if (ts.isJsxText(node)) note(node, node.text);
    for (const shown of shownIn(node))
      for (const literal of outcomes(shown)) note(literal, literal.text);
    ts.forEachChild(node, walk);
  };
  walk(source);
  return found;
}

for (const file of process.argv.slice(2))
  for (const { line, text } of textsOf(file))
    console.log(`${file}\t${file}:${line}: text-literal: “${text}” belongs to a catalogue`);
