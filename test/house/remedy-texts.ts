import ts from "typescript";

/** A next step as the sources print it; `…` stands for what a template fills in. */
export interface Remedy {
  readonly line: number;
  readonly text: string;
}

/** Properties and parameters that carry a next step to a person. */
const CARRIERS: ReadonlySet<string> = new Set(["next", "fix", "whenMissing", "instead"]);
/** A sentence to a person, not a word that a program reads. */
const SENTENCE = /^(…|[A-Z]).* .*[.:)…A-Za-z\]]$/s;

/**
 * The next steps in a source file: texts given to a property named `next` or `fix`, or as the argument of a function
 * of the same file that takes it under such a name. Constants of the file are followed.
 */
export function remediesOf(path: string, source: string): Remedy[] {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
  const constants = new Map<string, ts.Expression>();
  const carriers = new Map<string, number>();
  const found: Remedy[] = [];

  const take = (node: ts.Node, depth = 0): void => {
    const line = file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
    const text = textOf(node);
    if (text !== undefined) {
      if (SENTENCE.test(text)) found.push({ line, text });
    } else if (ts.isConditionalExpression(node)) {
      take(node.whenTrue, depth);
      take(node.whenFalse, depth);
    } else if (ts.isArrowFunction(node)) {
      take(node.body, depth);
    } else if (ts.isBinaryExpression(node)) {
      take(node.left, depth);
      take(node.right, depth);
    } else if (ts.isIdentifier(node) && depth < 2) {
      const value = constants.get(node.text);
      if (value !== undefined) take(value, depth + 1);
    }
  };

  const declare = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer !== undefined) {
      constants.set(node.name.text, node.initializer);
      if (ts.isArrowFunction(node.initializer)) note(node.name.text, node.initializer.parameters);
    }
    if (ts.isFunctionDeclaration(node) && node.name !== undefined) note(node.name.text, node.parameters);
    ts.forEachChild(node, declare);
  };
  const note = (name: string, parameters: ts.NodeArray<ts.ParameterDeclaration>): void => {
    const at = parameters.findIndex((each) => ts.isIdentifier(each.name) && CARRIERS.has(each.name.text));
    if (at >= 0) carriers.set(name, at);
  };
  declare(file);

  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && CARRIERS.has(node.name.getText(file))) take(node.initializer);
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      const given = node.arguments[carriers.get(node.expression.text) ?? -1];
      if (given !== undefined) take(given);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return flat(node.text);
  if (!ts.isTemplateExpression(node)) return undefined;
  return flat(node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join(""));
}

function flat(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
