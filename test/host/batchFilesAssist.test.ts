import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  codeOf,
  edit,
  eventuallyFound,
  fileText,
  foundIn,
  openText,
  requestText,
  useClosedEditors,
} from './support/batchFiles';
import { useExtension } from './support/extension';
import { useTestUser } from './support/testUser';
import { eventually } from './support/poll';

useExtension();

describe('Batch files in the editor: repairs', () => {
  useClosedEditors();

  async function actionsAt(document: vscode.TextDocument, range: vscode.Range, kind?: vscode.CodeActionKind) {
    return await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      range,
      kind?.value,
      20,
    );
  }

  async function apply(action: vscode.CodeAction | undefined): Promise<void> {
    assert.ok(action?.edit, 'there is such a repair, with an edit');
    assert.equal(await vscode.workspace.applyEdit(action.edit), true);
  }

  async function firstFound(document: vscode.TextDocument, code: string): Promise<vscode.Diagnostic> {
    return await eventually(() => {
      const found = foundIn(document).find((each) => codeOf(each) === code);
      assert.ok(found, code);
      return found;
    });
  }

  const faults: readonly (readonly [code: string, text: string, title: string])[] = [
    ['unknownModel', requestText('a', (text) => text.replace('lipsync-2', 'lipsnyc-2')), 'Change to lipsync-2'],
    ['unknownField', requestText('a', (text) => text.replace('request_id', 'requestId')), 'Rename to “request_id”'],
    ['wrongEndpoint', requestText('a', (text) => text.replace('/v2/generate', '/v2/batch')), 'Change to /v2/generate'],
    ['missingField', requestText('a', (text) => text.replace('"endpoint":"/v2/generate",', '')), 'Add “endpoint”'],
    ['removedField', requestText('a', (text) => text.replace('"sync_mode"', '"fps":25,"sync_mode"')), 'Remove “fps”'],
    ['jsonTrailingComma', requestText('a', (text) => `${text.slice(0, -1)},}`), 'Remove ,'],
    ['jsonUnexpectedEnd', requestText('a', (text) => text.slice(0, -2)), 'Insert }}'],
    ['blankLine', '', 'Delete the line'],
  ];
  for (const [code, text, title] of faults) {
    it(`${title}: leaves a file without problems`, async () => {
      const document = await openText(fileText(21, { 4: text }));
      const found = await firstFound(document, code);
      const actions = await actionsAt(document, found.range);
      const repair = actions.find((each) => each.title === title);
      assert.equal(repair?.isPreferred, true, actions.map((each) => each.title).join(', '));
      assert.equal(repair.kind?.value, 'quickfix');
      await apply(repair);
      await eventuallyFound(document, []);
    });
  }

  it('delete a blank line at the end with the line break before it', async () => {
    const document = await openText(`${fileText(20)}  `);
    const found = await firstFound(document, 'blankLine');
    await apply((await actionsAt(document, found.range)).find(({ title }) => title === 'Delete the line'));
    assert.equal(document.getText(), fileText(20).trimEnd());
  });

  it('are offered for all places with the same problem at once', async () => {
    const misspelt = (id: string): string => requestText(id, (text) => text.replace('request_id', 'requestId'));
    const document = await openText(fileText(20, { 2: misspelt('b'), 3: misspelt('c'), 5: misspelt('d') }));
    const found = await firstFound(document, 'unknownField');
    const all = (await actionsAt(document, found.range)).find(({ title }) => title === 'Fix all 3 occurrences');
    await apply(all);
    await eventuallyFound(document, []);
    assert.equal(document.getText(), fileText(20, { 2: requestText('b'), 3: requestText('c'), 5: requestText('d') }));
  });

  it('are one source action for all that is certain, which changes no model', async () => {
    const inPython = requestText('p', (text) => text.replaceAll('"', "'").replace('}}', ',}}'));
    const otherModel = requestText('m', (text) => text.replace('lipsync-2', 'lipsnyc-2'));
    const document = await openText(`\n${fileText(20, { 1: inPython, 2: otherModel, 3: '', 4: '' })}`);
    await firstFound(document, 'unknownModel');
    const [all, ...others] = await actionsAt(
      document,
      new vscode.Range(0, 0, 0, 0),
      vscode.CodeActionKind.SourceFixAll.append('syncBatches'),
    );
    assert.deepEqual(others, []);
    assert.equal(all?.title, 'Fix all auto-fixable problems');
    await apply(all);
    await eventually(() => {
      assert.deepEqual(foundIn(document).map(codeOf).sort(), ['tooFewLines', 'unknownModel']);
    });
    assert.equal(document.lineAt(1).text, requestText('p'));
    assert.equal(document.lineAt(2).text, otherModel);
  });
});

describe('Batch files in the editor: completion and explanation', () => {
  useClosedEditors();

  /** What is offered at the `|` of the third line. */
  async function offeredAt(line: string): Promise<{ document: vscode.TextDocument; items: vscode.CompletionItem[] }> {
    const character = line.indexOf('|');
    const document = await openText(fileText(20, { 2: line.replace('|', '') }));
    // Something is wrong with each such line: so it is seen that the file is known.
    await eventually(() => assert.ok(foundIn(document).length > 0));
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      new vscode.Position(2, character),
      undefined,
      50,
    );
    return { document, items: items.filter(({ kind }) => kind !== vscode.CompletionItemKind.Text) };
  }

  const plain = (markdown: string): string => markdown.replaceAll('&nbsp;', ' ').replaceAll('\\', '');
  const labels = (items: readonly vscode.CompletionItem[]): string[] =>
    items.map(({ label }) => (typeof label === 'string' ? label : label.label));
  const wordsOf = ({ documentation }: vscode.CompletionItem): string =>
    typeof documentation === 'string' ? documentation : plain(documentation?.value ?? '');

  it('offers the fields of a request, those that must be there first', async () => {
    const { items } = await offeredAt('{"request_id":"a",|}');
    assert.deepEqual(labels(items), ['endpoint', 'payload']);
    assert.deepEqual(
      items.map(({ detail }) => detail),
      ['required', 'required'],
    );
  });

  it('offers the models inside the quotes, and takes the place of the whole value', async () => {
    const { document, items } = await offeredAt(requestText('a', (text) => text.replace('lipsync-2', 'lip|sync')));
    assert.ok(labels(items).includes('sync-3'), labels(items).join());
    const pro = items.find(({ label }) => label === 'lipsync-2-pro');
    assert.equal(pro?.insertText, '"lipsync-2-pro"');
    assert.ok(pro.range instanceof vscode.Range);
    assert.equal(document.getText(pro.range), '"lipsync"');
  });

  it('says what a value means, what a field means, and for which models it is', async () => {
    const modes = await offeredAt(requestText('a', (text) => text.replace('"loop"', '|')));
    assert.deepEqual(labels(modes.items), ['bounce', 'loop', 'cut_off', 'silence', 'remap']);
    assert.match(wordsOf(modes.items[3] ?? assert.fail()), /filled up with silence/);
    const fields = await offeredAt(
      requestText('a', (text) => text.replace('"loop"', '"loop",|').replace('lipsync-2', 'react-1')),
    );
    const mode = fields.items.find(({ label }) => label === 'model_mode');
    assert.match(
      wordsOf(mode ?? assert.fail(labels(fields.items).join())),
      /Values: lips, face, head\. Default: face\. For react-1 only\./,
    );
  });

  it('offers a whole request in an empty line', async () => {
    const { items } = await offeredAt('|');
    const [request] = items;
    assert.ok(request?.insertText instanceof vscode.SnippetString);
    assert.match(request.insertText.value, /^\{"request_id":"\$1","endpoint":"\/v2\/generate"/);
  });

  async function hoversAt({ uri }: vscode.TextDocument, character: number): Promise<vscode.Hover[]> {
    const position = new vscode.Position(2, character);
    return await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', uri, position);
  }

  /** What is shown over a value of the third line, once the file is known. */
  async function hoverOverLoop(document: vscode.TextDocument): Promise<vscode.Hover | undefined> {
    const at = document.lineAt(2).text.indexOf('"loop"') + 2;
    return await eventually(async () => {
      const found = await hoversAt(document, at);
      assert.equal(found.length, 1);
      return found[0];
    });
  }

  it('explains the field under the pointer', async () => {
    const document = await openText(fileText(20));
    const hover = await hoverOverLoop(document);
    const text = plain((hover?.contents ?? []).map((each) => (each as vscode.MarkdownString).value).join(''));
    assert.match(text, /payload\.options\.sync_mode/);
    assert.match(text, /Values: bounce, loop, cut_off, silence, remap\./);
    assert.match(text, /is repeated/);
    assert.ok(hover?.range);
    assert.equal(document.getText(hover.range), '"loop"');
  });

  it('explains nothing between the fields', async () => {
    const document = await openText(fileText(20));
    await hoverOverLoop(document);
    assert.deepEqual(await hoversAt(document, 0), []);
  });
});

describe('Batch files in the editor: the lenses', () => {
  useClosedEditors();

  async function lensesOf({ uri }: vscode.TextDocument): Promise<(vscode.Command | undefined)[]> {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 10);
    return lenses.map(({ command }) => command);
  }

  it('sum up the check and offer what can be done with the file', async () => {
    const document = await openText(fileText(24));
    await eventually(async () => {
      assert.deepEqual(
        (await lensesOf(document)).map((command) => command?.title),
        ['$(check) 24 requests · no problems', 'Validate', 'Dry Run', 'Estimate Cost', 'Submit…'],
      );
    });
    const commands = await lensesOf(document);
    assert.deepEqual(
      commands.slice(1).map((command) => command?.command),
      ['validateFile', 'dryRun', 'estimateCost', 'submitFile'].map((name) => `syncBatches.${name}`),
    );
    assert.equal(String(commands[4]?.arguments?.[0]), document.uri.toString());
  });

  it('are counted anew while the file is typed, and lead to the first problem', async () => {
    const document = await openText(fileText(24));
    await eventually(async () => assert.match((await lensesOf(document))[0]?.title ?? '', /no problems/));
    await edit(document, (edits, uri) => {
      edits.replace(uri, document.lineAt(9).range, '{');
      edits.replace(uri, document.lineAt(7).range, '');
    });
    await eventually(async () => {
      assert.equal((await lensesOf(document))[0]?.title, '$(error) 23 requests · 1 error, 1 warning');
    });
    const [sum] = await lensesOf(document);
    await vscode.commands.executeCommand(sum?.command ?? '', ...((sum?.arguments ?? []) as unknown[]));
    assert.equal(vscode.window.activeTextEditor?.selection.active.line, 9);
  });
});

describe('Batch files in the editor: Show Request', () => {
  useClosedEditors();
  const user = useTestUser();

  const show = (): Thenable<unknown> => vscode.commands.executeCommand('syncBatches.showRequest');
  const shown = (): vscode.TextDocument | undefined =>
    vscode.window.visibleTextEditors.find(({ document }) => document.uri.scheme === 'sync-batches-request')?.document;
  const putCursor = (line: number): void => {
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    editor.selection = new vscode.Selection(line, 5, line, 5);
  };

  it('shows it on many lines beside the file, which keeps the focus, and follows the cursor', async () => {
    const document = await openText(fileText(20, { 3: '{"request_id": 1.50e1, broken' }));
    putCursor(2);
    await show();
    const view = await eventually(() => shown() ?? assert.fail());
    assert.equal(vscode.window.activeTextEditor?.document, document);
    const pretty = (text: string): string => JSON.stringify(JSON.parse(text), null, 2);
    await eventually(() => assert.equal(view.getText(), pretty(requestText('ep-2'))));
    await eventually(() => assert.equal(view.languageId, 'json'));
    putCursor(5);
    await eventually(() => assert.equal(view.getText(), pretty(requestText('ep-5'))));
    await edit(document, (edits, uri) => edits.replace(uri, document.lineAt(5).range, '{"a":1.0}'));
    await eventually(() => assert.equal(view.getText(), '{\n  "a": 1.0\n}'));
    putCursor(3);
    await eventually(() => assert.equal(view.getText(), '{"request_id": 1.50e1, broken'));
    await eventually(() => assert.equal(view.languageId, 'plaintext'));
    putCursor(4);
    await eventually(() => assert.equal(view.getText(), pretty(requestText('ep-4'))));
    await eventually(() => assert.equal(view.languageId, 'json'));
    await show();
    assert.equal(vscode.window.visibleTextEditors.length, 2, 'there is one view of a file');
  });

  it('says which line and request it is, and leads back there', async () => {
    const document = await openText(fileText(20, { 7: requestText('$(bug)-7') }));
    putCursor(7);
    await show();
    const view = await eventually(() => shown() ?? assert.fail());
    assert.match(view.fileName, / – request\.json$/);
    const lens = await eventually(async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        view.uri,
        10,
      );
      assert.equal(lenses.length, 1);
      return lenses[0]?.command;
    });
    assert.equal(lens?.title, 'Line 8 · $\u200b(bug)-7', 'not an icon');
    putCursor(0);
    await vscode.commands.executeCommand(lens.command, ...((lens.arguments ?? []) as unknown[]));
    assert.equal(vscode.window.activeTextEditor?.document, document);
    assert.equal(vscode.window.activeTextEditor.selection.active.line, 7);
  });

  it('says where to put the cursor where there is no request', async () => {
    await openText('notes', 'txt');
    await show();
    assert.match(user.onlyMessage().text, /Put the cursor in a line of a batch file/);
    assert.equal(shown(), undefined);
  });
});
