import * as assert from 'node:assert/strict';
import ts from 'typescript';
import { manifest, nls, nlsKey, textsIn } from './support/manifest';
import { calleeOf, callsIn, parse, sourcesUnder, stringsIn, whereIs, type StringNode } from './support/source';

const { contributes } = manifest;

/** Names that are the same in every language. */
const properNames = new Set([manifest.displayName, 'JSON Lines', 'Sync Batches']);

describe('The texts of package.json', () => {
  const texts = [...textsIn({ contributes, description: manifest.description })];
  const used = texts.flatMap(({ text }) => nlsKey(text) ?? []);

  it('are in package.nls.json, which has no others', () => {
    assert.deepEqual([...new Set(used)].sort(), Object.keys(nls).sort());
  });

  it('are all translatable: none is in package.json itself', () => {
    const shownMembers =
      /^(?:title|shortTitle|category|name|label|contents|contextualTitle|description|tooltip|placeholder)$/;
    const shownSettings =
      /^(?:markdown)?(?:[dD]escription|[eE]numDescriptions|[dD]eprecationMessage)$|^enumItemLabels$/;
    const conditions = /^(?:when|enablement|pattern|default)$/;
    for (const { path, text } of texts) {
      // List members belong to the property that has the list.
      const member = [...path].reverse().find((name) => !/^\d+$/.test(name)) ?? '';
      const isShown = shownMembers.test(member) || shownSettings.test(member);
      const isProse = /\s/.test(text) && !conditions.test(member);
      if (isShown || isProse) assert.ok(nlsKey(text) !== undefined, `${path.join('.')}: ${text}`);
    }
  });

  it('have real ellipses, and are not empty', () => {
    for (const [key, text] of Object.entries(nls)) {
      assert.notEqual(text.trim(), '', key);
      assert.doesNotMatch(text, /\.\.\./, key);
    }
  });
});

describe('The texts of the code', () => {
  const shownSources = [...sourcesUnder('src/editor'), parse('src/extension.ts'), parse('src/app.ts')];
  const translations = sourcesUnder('src')
    .flatMap(callsIn)
    .filter((call) => calleeOf(call) === 'vscode.l10n.t');

  it('are literals in the call that translates them, so that a tool can collect them', () => {
    assert.ok(translations.length > 0);
    for (const call of translations) {
      assert.ok(messageOf(call) !== undefined, `${whereIs(call)}: ${call.getText()}`);
    }
  });

  it('have a placeholder for each value, and a value for each placeholder', () => {
    for (const call of translations) {
      const [first, ...values] = call.arguments;
      if (first === undefined || !ts.isStringLiteralLike(first)) continue;
      const places = new Set([...first.text.matchAll(/\{(\d+)\}/g)].map(([, place]) => Number(place)));
      if (values.length === 0 && isForPage(call)) continue;
      const expected = values.map((_, index) => index);
      assert.deepEqual([...places].sort(), expected, `${whereIs(call)}: ${first.text}`);
    }
  });

  it('have the placeholders that the results page fills in', () => {
    const filled = new Map<string, readonly string[]>();
    for (const call of sourcesUnder('src/webview').flatMap(callsIn)) {
      const [text, ...values] = call.arguments;
      if (calleeOf(call) !== 'fill' || text === undefined || !ts.isPropertyAccessExpression(text)) continue;
      filled.set(
        text.name.text,
        values.map((_, index) => `{${index}}`),
      );
    }
    assert.ok(filled.size > 0);
    for (const call of translations.filter(isForPage)) {
      const places = (messageOf(call) ?? '').match(/\{\d+\}/g) ?? [];
      const word = ts.isPropertyAssignment(call.parent) ? call.parent.name.getText() : '';
      assert.deepEqual([...places].sort(), filled.get(word) ?? [], whereIs(call));
    }
  });

  it('have real ellipses', () => {
    for (const call of translations) assert.doesNotMatch(messageOf(call) ?? '', /\.\.\./, whereIs(call));
  });

  it('are translated wherever the user can see them', () => {
    const logFunctions = functionsForLog(shownSources);
    const plain = shownSources
      .flatMap(stringsIn)
      .filter((string) => isForPeople(string) && !isTranslated(string) && !properNames.has(string.text))
      .filter((string) => !logFunctions.has(functionAround(string) ?? ''))
      .map((string) => `${whereIs(string)}: ${string.text}`);
    assert.deepEqual(plain, []);
  });

  it('would be found if they were not translated', () => {
    // Tests the heuristics of the check above.
    const seen = [
      `vscode.window.showInformationMessage('gone')`,
      `vscode.window.showErrorMessage(failed ? 'gone' : other)`,
      'item.description = `${count} gone`',
      `const pick = { label: 'gone' }`,
      `confirmQuietly('Batch gone')`,
      `vscode.l10n.t('{0} is gone', 'the batch')`,
      `return 'That is gone.'`,
      'return `<p title="${title}">It is gone</p>`',
    ];
    const unseen = [
      `vscode.window.showInformationMessage(vscode.l10n.t('It is gone'))`,
      `item.title = vscode.l10n.t({ message: 'It is gone', comment: 'A batch' })`,
      `log.error('It is gone')`,
      `throw new Error('It is gone')`,
      `if (kind === 'Gone by') {}`,
      'item.id = `batch:${id}`',
      'const label = `$(check) ${text}`',
      'return `<p title="${title}" class="big red">${text}</p>`',
    ];
    const found = (code: string): boolean =>
      stringsIn(ts.createSourceFile('test.ts', code, ts.ScriptTarget.ESNext, true)).some(
        (string) => isForPeople(string) && !isTranslated(string),
      );
    assert.deepEqual(seen.filter(found), seen);
    assert.deepEqual(unseen.filter(found), []);
  });
});

/** Hosts that occur in texts but are never opened: the placeholder host, and hosts whose links are pages, not files. */
const namedHosts = new Set(['media.example.com', 'drive.google.com', 'docs.google.com']);

describe('Links', () => {
  it('lead to sync.so and nowhere else', () => {
    const inCode = sourcesUnder('src').flatMap(stringsIn);
    const texts = [...Object.entries(nls), ...inCode.map((string): [string, string] => [whereIs(string), string.text])];
    let count = 0;
    for (const [place, text] of texts) {
      for (const [link] of text.matchAll(/\bhttps?:\/\/\w[^\s)\]"'<>]*/g)) {
        count++;
        const { protocol, hostname } = new URL(link);
        assert.equal(protocol, 'https:', `${place}: ${link}`);
        if (!namedHosts.has(hostname)) assert.match(hostname, /^(?:[\w-]+\.)*sync\.so\.?$/, `${place}: ${link}`);
      }
    }
    assert.ok(count > 0);
  });
});

/** True for texts of the results page, which fills in the placeholders itself. */
function isForPage(call: ts.CallExpression): boolean {
  return functionAround(call) === 'pageTexts';
}

/** The functions whose texts go only to the log. */
function functionsForLog(sources: readonly ts.SourceFile[]): ReadonlySet<string> {
  const isInLog = new Map<string, boolean>();
  for (const call of sources.flatMap(callsIn)) {
    const name = calleeOf(call);
    isInLog.set(name, (isInLog.get(name) ?? true) && isLogged(call));
  }
  return new Set([...isInLog].flatMap(([name, isOnly]) => (isOnly ? name : [])));
}

/** True if an expression is part of the argument of a log call. */
function isLogged(node: ts.Node): boolean {
  let value = node;
  while (passesOn(value)) value = value.parent;
  const { parent } = value;
  return ts.isCallExpression(parent) && logCalls.test(calleeOf(parent));
}

/** The name of the innermost named function. */
function functionAround(node: ts.Node): string | undefined {
  for (let around = node.parent; !ts.isSourceFile(around); around = around.parent) {
    if (ts.isFunctionDeclaration(around)) return around.name?.text;
  }
  return undefined;
}

/** The text to translate; undefined if it is not a literal. */
function messageOf(call: ts.CallExpression): string | undefined {
  const [first] = call.arguments;
  if (first === undefined) return undefined;
  if (ts.isStringLiteralLike(first)) return first.text;
  // The form with a comment for translators: `{ message: '...', comment: '...' }`.
  if (!ts.isObjectLiteralExpression(first)) return undefined;
  for (const member of first.properties) {
    if (!ts.isPropertyAssignment(member) || member.name.getText() !== 'message') continue;
    if (ts.isStringLiteralLike(member.initializer)) return member.initializer.text;
  }
  return undefined;
}

/** Properties of VS Code objects that are shown to the user. */
const shownMembers = new Set([
  ...['title', 'prompt', 'placeholder', 'placeHolder', 'label', 'description', 'detail', 'tooltip', 'message'],
  ...['validationMessage', 'badge', 'step', 'text'],
]);
const shownCalls = /\b(?:show\w+Message|setStatusBarMessage|createQuickPick|appendText|TreeItem)$/;
const logCalls = /(?:^|\.)(?:log|channel)\.(?:trace|debug|info|warn|error)$/;
const hiddenCalls = new RegExp(`${logCalls.source}|^\\w*Error$`);

/** True if the user can see the string, judging by its content and use. */
function isForPeople(string: StringNode): boolean {
  // `$(name)` is an icon, and only the text between HTML tags is visible.
  const text = withoutTags(string.text.replace(/\$\([\w~-]+\)/g, ''));
  const isProse = /\p{L}{2,}[,;:]?\s+\p{L}{2,}/u.test(text) || /^\p{Lu}\p{Ll}+/u.test(text);
  const hasWords = /\p{L}{2,}/u.test(text);
  return (isShownThere(string) ?? (isProse && !isHiddenThere(string))) ? hasWords : false;
}

/** Removes HTML tags, including tags that a template splits. */
function withoutTags(text: string): string {
  return text.replace(/^[^<>]*">/, '').replace(/<[!/]?\w[^<>]*(?:>|"$)/g, '');
}

/** True if the value of an expression is shown; undefined if the surrounding code does not tell. */
function isShownThere(node: ts.Node): true | undefined {
  let value = node;
  while (passesOn(value)) value = value.parent;
  const { parent } = value;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) {
    return parent.arguments?.some((argument) => argument === value) === true && shownCalls.test(calleeOf(parent))
      ? true
      : undefined;
  }
  if (ts.isPropertyAssignment(parent)) {
    return parent.initializer === value && shownMembers.has(parent.name.getText()) ? true : undefined;
  }
  const isAssignment = ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  return isAssignment && ts.isPropertyAccessExpression(parent.left) && shownMembers.has(parent.left.name.text)
    ? true
    : undefined;
}

/** True if the value of an expression becomes (part of) the value of its parent. */
function passesOn(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isConditionalExpression(parent)) return parent.condition !== node;
  if (ts.isBinaryExpression(parent)) return joining.has(parent.operatorToken.kind);
  return (
    ts.isParenthesizedExpression(parent) ||
    ts.isAsExpression(parent) ||
    ts.isTemplateExpression(parent) ||
    ts.isTemplateSpan(parent)
  );
}

const joining = new Set([
  ts.SyntaxKind.PlusToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.AmpersandAmpersandToken,
]);

/** True if a string is logged, is an error message for the log, or is only compared, imported or a type. */
function isHiddenThere(string: StringNode): boolean {
  let value: ts.Node = string;
  while (passesOn(value)) value = value.parent;
  const { parent } = value;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return hiddenCalls.test(calleeOf(parent));
  const isComparison = ts.isBinaryExpression(parent) && !joining.has(parent.operatorToken.kind);
  return (
    (isComparison && parent.operatorToken.kind !== ts.SyntaxKind.EqualsToken) ||
    ts.isCaseClause(parent) ||
    ts.isLiteralTypeNode(parent) ||
    ts.isImportDeclaration(parent) ||
    ts.isExportDeclaration(parent)
  );
}

/** True if a string is the text that a call translates, not a value for a placeholder. */
function isTranslated(string: StringNode): boolean {
  let node: ts.Node = string;
  while (passesOn(node) || ts.isPropertyAssignment(node.parent) || ts.isObjectLiteralExpression(node.parent)) {
    node = node.parent;
  }
  const { parent } = node;
  return ts.isCallExpression(parent) && calleeOf(parent) === 'vscode.l10n.t' && parent.arguments[0] === node;
}
