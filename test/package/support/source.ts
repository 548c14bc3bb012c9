/** Reads the sources with the parser of the TypeScript compiler, so that comments and other strings do not count. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import ts from 'typescript';
import { inRepo, repoRoot } from '../../../scripts/lib/paths';

export type StringNode = ts.StringLiteral | ts.TemplateLiteralToken;

/** Parses a source file, given its path from the repository root with forward slashes. */
export function parse(file: string): ts.SourceFile {
  return parseText(file, fs.readFileSync(inRepo(file), 'utf8'));
}

export function parseText(name: string, text: string): ts.SourceFile {
  const kind = name.endsWith('.ts') ? ts.ScriptKind.TS : ts.ScriptKind.JS;
  return ts.createSourceFile(name, text, ts.ScriptTarget.ESNext, true, kind);
}

/** All source files in a folder of the repository. */
export function sourcesUnder(folder: string): ts.SourceFile[] {
  return fs
    .readdirSync(inRepo(folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .map((file) => parse([folder, ...file.split(path.sep)].join('/')));
}

export function* descendants(node: ts.Node): Generator<ts.Node> {
  yield node;
  // Not `getChildren`, which also returns brackets and commas.
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  for (const child of children) yield* descendants(child);
}

export function callsIn(node: ts.Node): ts.CallExpression[] {
  return [...descendants(node)].filter(ts.isCallExpression);
}

/** The callee of a call: `vscode.window.showQuickPick`. */
export function calleeOf(call: ts.CallExpression | ts.NewExpression): string {
  return call.expression.getText().replace(/\s+/g, '');
}

/** The strings in a node. A template with `${}` has one for each piece of text. */
export function stringsIn(node: ts.Node): StringNode[] {
  return [...descendants(node)].filter(isStringNode);
}

export function isStringNode(node: ts.Node): node is StringNode {
  return ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node);
}

/** The members of an object in a `const`. */
export function objectConst(source: ts.SourceFile, name: string): ts.ObjectLiteralElementLike[] {
  for (const node of descendants(source)) {
    if (!ts.isVariableDeclaration(node) || node.name.getText() !== name || node.initializer === undefined) continue;
    const value = ts.isAsExpression(node.initializer) ? node.initializer.expression : node.initializer;
    if (ts.isObjectLiteralExpression(value)) return [...value.properties];
  }
  throw new Error(`${source.fileName} has no object "${name}"`);
}

/** The declaration of a type or interface. */
export function typeNamed(source: ts.SourceFile, name: string): ts.TypeAliasDeclaration | ts.InterfaceDeclaration {
  for (const node of descendants(source)) {
    if ((ts.isTypeAliasDeclaration(node) || ts.isInterfaceDeclaration(node)) && node.name.text === name) return node;
  }
  throw new Error(`${source.fileName} has no type "${name}"`);
}

/** The texts of a union of string literals. */
export function literalsOf(node: ts.Node): string[] {
  return [...descendants(node)].flatMap((child) =>
    ts.isLiteralTypeNode(child) && ts.isStringLiteral(child.literal) ? child.literal.text : [],
  );
}

/** The name of a member as text. */
export function memberName(member: ts.ObjectLiteralElementLike | ts.TypeElement): string {
  if (member.name === undefined)
    throw new Error(`${whereIs(member)}: the names of these members have to be written out`);
  return ts.isStringLiteral(member.name) ? member.name.text : member.name.getText();
}

/** A position for messages that editors can open: `src/editor/links.ts:3`. */
export function whereIs(node: ts.Node): string {
  const source = node.getSourceFile();
  const { line } = source.getLineAndCharacterOfPosition(node.getStart());
  return `${path.relative(repoRoot, inRepo(source.fileName))}:${line + 1}`;
}
