import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as vscode from 'vscode';
import {
  codeOf,
  edit,
  eventuallyFound,
  fileText,
  foundIn,
  openText,
  placesIn,
  requestText,
  useClosedEditors,
} from './support/batchFiles';
import { useExtension, watched } from './support/extension';
import { useFiles } from './support/files';
import { useTestUser } from './support/testUser';
import { eventually } from './support/poll';
import { setSetting } from './support/settings';

useExtension();

const validate = (uri?: unknown): Thenable<unknown> => vscode.commands.executeCommand('syncBatches.validateFile', uri);

describe('Batch files in the editor: what is wrong with them', () => {
  useClosedEditors();
  const files = useFiles();

  const misspelt = requestText('ep-3', (text) => text.replace('lipsync-2', 'lipsnyc-2'));
  const broken = requestText('ep-5', (text) => text.slice(0, -1));
  const twice = requestText('ep-2', (text) => text.replace('loop', 'silence'));

  it('are errors and warnings at the very places, each with its code', async () => {
    const document = await openText(fileText(20, { 3: misspelt, 5: broken, 7: twice }));
    await eventuallyFound(document, [
      '3 unknownModel "lipsnyc-2"',
      '5 jsonUnexpectedEnd }',
      '7 duplicateRequestId "ep-2"',
    ]);
    const [model, end, id] = foundIn(document).sort((a, b) => a.range.start.line - b.range.start.line);
    assert.equal(model?.severity, vscode.DiagnosticSeverity.Warning);
    assert.match(model.message, /^Unknown model “lipsnyc-2”\. Did you mean lipsync-2\?$/);
    assert.equal(end?.severity, vscode.DiagnosticSeverity.Error);
    assert.match(end.message, /ends too early: } is missing/);
    assert.equal(id?.severity, vscode.DiagnosticSeverity.Error);
    const [first] = id.relatedInformation ?? [];
    assert.equal(first?.location.range.start.line, 2);
    assert.equal(document.getText(first.location.range), '"ep-2"');
  });

  it('lead to the page of the documentation about it', async () => {
    const document = await openText(fileText(3, { 1: misspelt }));
    await eventually(() => assert.equal(foundIn(document).length, 2));
    const targets = foundIn(document).map(({ code }) =>
      typeof code === 'object' ? code.target.toString() : undefined,
    );
    assert.deepEqual(targets.sort(), [
      'https://sync.so/docs/api-reference/api/generate-api/create',
      'https://sync.so/docs/api-reference/guides/batch-processing',
    ]);
  });

  it('are shown when a file is opened, and are gone when it is closed', async () => {
    const uri = files.write('episodes.jsonl', fileText(20, { 4: broken }));
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    await eventuallyFound(document, ['4 jsonUnexpectedEnd }']);
    // VS Code closes the document of a tab at an unknown time, but closes it at once if its language changes.
    await vscode.languages.setTextDocumentLanguage(document, 'plaintext');
    assert.deepEqual(placesIn(document), []);
    await vscode.languages.setTextDocumentLanguage(document, 'jsonl');
    await eventuallyFound(document, ['4 jsonUnexpectedEnd }']);
  });

  it('follow while lines are typed above, below and in them', async () => {
    const document = await openText(fileText(20, { 3: misspelt, 5: broken }));
    await eventuallyFound(document, ['3 unknownModel "lipsnyc-2"', '5 jsonUnexpectedEnd }']);
    await edit(document, (edits, uri) => {
      edits.insert(uri, new vscode.Position(0, 0), `${requestText('new-1')}\n${requestText('new-2')}\n`);
      edits.delete(uri, new vscode.Range(4, 0, 5, 0));
      edits.insert(uri, new vscode.Position(9, 0), 'x');
    });
    await eventuallyFound(document, ['5 unknownModel "lipsnyc-2"', '6 jsonUnexpectedEnd }', '10 jsonUnquotedValue x']);
    await vscode.commands.executeCommand('undo');
    await eventuallyFound(document, ['3 unknownModel "lipsnyc-2"', '5 jsonUnexpectedEnd }']);
    await vscode.commands.executeCommand('redo');
    await eventuallyFound(document, ['5 unknownModel "lipsnyc-2"', '6 jsonUnexpectedEnd }', '10 jsonUnquotedValue x']);
  });

  it('follow several edits in one line', async () => {
    const document = await openText(fileText(20));
    await eventuallyFound(document, []);
    await edit(document, (edits, uri) => {
      const { text } = document.lineAt(2);
      const at = text.indexOf('loop');
      edits.replace(uri, new vscode.Range(2, at, 2, at + 4), 'lop');
      edits.insert(uri, new vscode.Position(2, 0), '\n');
      edits.insert(uri, new vscode.Position(2, text.length), '\n\n');
    });
    await eventuallyFound(document, ['2 blankLine ', '3 unknownValue "lop"', '4 blankLine ', '5 blankLine ']);
  });

  it('stay the same when the line breaks become others', async () => {
    const document = await openText(fileText(20, { 3: misspelt }));
    await eventuallyFound(document, ['3 unknownModel "lipsnyc-2"']);
    const editor = vscode.window.activeTextEditor;
    await editor?.edit((builder) => builder.setEndOfLine(vscode.EndOfLine.CRLF));
    await edit(document, (edits, uri) => edits.insert(uri, new vscode.Position(0, 0), `${requestText('new')}\n`));
    await eventuallyFound(document, ['4 unknownModel "lipsnyc-2"']);
  });

  it('are those of a text after any edits', async function () {
    this.timeout(60_000);
    const document = await openText(fileText(20));
    const pieces = [
      '\n',
      '{',
      '}',
      '"',
      ',',
      requestText('ep-1'),
      `${requestText('r')}\n`,
      '\n\n',
      ' ',
      '"request_id"',
    ];
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    for (let round = 0; round < 40; round++) {
      await edit(document, (edits, uri) => {
        const starts = Array.from({ length: 1 + random(4) }, () => random(document.getText().length)).sort(
          (a, b) => a - b,
        );
        starts.forEach((start, index) => {
          const end = Math.min(start + random(150), (starts[index + 1] ?? Infinity) - 1, document.getText().length);
          const range = new vscode.Range(document.positionAt(start), document.positionAt(Math.max(start, end)));
          edits.replace(uri, range, pieces[random(pieces.length)] ?? '');
        });
      });
    }
    // Makes it a batch file again, whatever the earlier edits did.
    await edit(document, (edits, uri) => edits.insert(uri, new vscode.Position(0, 0), `${requestText('top')}\n`));
    const same = await openText(document.getText());
    await validate(same.uri);
    const expected = placesIn(same);
    assert.ok(expected.length > 3, 'there is something to compare');
    await eventuallyFound(document, expected);
  });

  it('are limited to what the editor shows, the worst first, with a word that there is more', async () => {
    const lines = Array.from({ length: 1_200 }, (_, line) =>
      requestText(`ep ${line}`, (text) => (line >= 1_190 ? text.replace('"endpoint"', '"endpiont"') : text)),
    );
    const document = await openText(lines.join('\n'));
    await eventually(() => assert.equal(foundIn(document).length, 1_000));
    const found = foundIn(document);
    assert.equal(found.filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error).length, 10);
    const [more] = found.filter(({ message }) => message.startsWith('Showing '));
    assert.match(more?.message ?? '', /^Showing 999 of 3,621 problems/);
  });

  it('change when the limits do', async () => {
    const document = await openText(fileText(3));
    await eventually(() => assert.deepEqual(foundIn(document).map(codeOf), ['tooFewLines']));
    await setSetting('syncBatches.batchMinLines', 3);
    try {
      await eventuallyFound(document, []);
    } finally {
      await setSetting('syncBatches.batchMinLines', undefined);
    }
    await eventually(() => assert.deepEqual(foundIn(document).map(codeOf), ['tooFewLines']));
  });

  it('are all found in a large file', async function () {
    this.timeout(60_000);
    const uri = files.write('large.jsonl', fileText(20_000, { 3: misspelt, 19_998: broken }));
    const document = await vscode.workspace.openTextDocument(uri);
    await eventually(() => {
      const codes = foundIn(document).map(codeOf).sort();
      assert.deepEqual(codes, ['jsonUnexpectedEnd', 'tooManyBytes', 'tooManyLines', 'unknownModel']);
    });
  });
});

describe('Batch files in the editor: which documents are some', () => {
  useClosedEditors();
  const files = useFiles();
  const isBatchFile = async (): Promise<unknown> => (await watched()).contextKeys.get('syncBatches.isBatchFile');

  const others: Readonly<Record<string, string>> = {
    'other JSON Lines': '{"a":1}\n{"a":\n',
    'results of a batch': `{"request_id":"a","response":{"id":"x"},"payload":{}}\n{`,
    'an empty file': '',
  };
  for (const [name, text] of Object.entries(others)) {
    it(`not ${name}: nothing is shown or offered there`, async () => {
      const probe = await openText(fileText(1));
      await eventually(() => assert.equal(foundIn(probe).length, 1));
      const document = await openText(text);
      await eventually(async () => assert.equal(await isBatchFile(), false));
      const [lenses, hovers] = await Promise.all([
        vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri),
        vscode.commands.executeCommand<vscode.Hover[]>(
          'vscode.executeHoverProvider',
          document.uri,
          new vscode.Position(0, 3),
        ),
      ]);
      assert.deepEqual([lenses, hovers, foundIn(document)], [[], [], []]);
    });
  }

  it('becomes one while it is typed, and is one no more when it is emptied', async () => {
    const document = await openText('');
    await eventually(async () => assert.equal(await isBatchFile(), false));
    await edit(document, (edits, uri) =>
      edits.insert(uri, new vscode.Position(0, 0), '{"request_id":"a","endpoint":""'),
    );
    await eventually(async () => assert.equal(await isBatchFile(), true));
    await eventually(() =>
      assert.deepEqual(foundIn(document).map(codeOf).sort(), ['jsonUnexpectedEnd', 'tooFewLines']),
    );
    await edit(document, (edits, uri) => edits.delete(uri, document.lineAt(0).range));
    await eventually(async () => assert.equal(await isBatchFile(), false));
    assert.deepEqual(foundIn(document), []);
  });

  it('a document of another language is one as soon as the user validates it', async () => {
    const document = await openText(fileText(20, { 2: '{' }), 'txt');
    assert.equal(await isBatchFile(), false);
    assert.deepEqual(foundIn(document), []);
    await validate(document.uri);
    assert.deepEqual(placesIn(document), ['2 jsonUnexpectedEnd {']);
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
    );
    assert.ok(lenses.some(({ command }) => command?.title === 'Submit…'));
  });

  it('not an old version of a file', async () => {
    const provider = { provideTextDocumentContent: () => fileText(20, { 2: '{' }) };
    const registration = vscode.workspace.registerTextDocumentContentProvider('git-of-test', provider);
    try {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.parse('git-of-test:/episodes.jsonl'));
      await vscode.window.showTextDocument(document);
      assert.equal(document.languageId, 'jsonl');
      await eventually(async () => assert.equal(await isBatchFile(), false));
      assert.deepEqual(foundIn(document), []);
    } finally {
      registration.dispose();
    }
  });

  it('those are told of that are open in front, to the menus', async () => {
    const document = await openText(fileText(20));
    await eventually(async () => assert.equal(await isBatchFile(), true));
    await vscode.window.showTextDocument(files.write('notes.txt', 'notes'));
    await eventually(async () => assert.equal(await isBatchFile(), false));
    await vscode.window.showTextDocument(document);
    await eventually(async () => assert.equal(await isBatchFile(), true));
  });
});

describe('Batch files in the editor: Validate Batch File', () => {
  useClosedEditors();
  const files = useFiles();
  const user = useTestUser();

  it('says quietly that there are no problems', async () => {
    const document = await openText(fileText(24));
    await validate(document.uri);
    assert.deepEqual(user.messages, []);
    assert.deepEqual(user.statusBar, ['$(check) 24 requests · no problems']);
  });

  it('takes the file in front when it is called by its name', async () => {
    await openText(fileText(20));
    await validate();
    assert.deepEqual(user.statusBar, ['$(check) 20 requests · no problems']);
  });

  it('goes to the first error, and says how many problems there are', async () => {
    const blankAndBroken = files.write('two.jsonl', fileText(22, { 1: '', 4: '{"request_id":', 9: '[1]' }));
    await validate(blankAndBroken);
    const { kind, text } = user.onlyMessage();
    assert.equal(kind, 'error');
    assert.match(text, /^two\.jsonl: 21 requests · 2 errors, 1 warning$/);
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.uri.toString(), blankAndBroken.toString());
    assert.equal(editor.selection.active.line, 4);
    assert.deepEqual(
      placesIn(editor.document).map((place) => place.split(' ').slice(0, 2).join(' ')),
      ['1 blankLine', '4 jsonUnexpectedEnd', '9 notAnObject'],
    );
  });

  it('checks what is typed and not saved', async () => {
    const uri = files.write('episodes.jsonl', fileText(20));
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    await edit(document, (edits) => edits.insert(uri, new vscode.Position(0, 0), '{\n'));
    await validate(uri);
    assert.match(user.onlyMessage().text, /21 requests · 1 error/);
  });

  it('says that there are no requests in an empty file', async () => {
    await validate(files.write('empty.jsonl', ' \n\n'));
    assert.match(user.onlyMessage().text, /^There are no requests in empty\.jsonl\.$/);
  });

  it('lets a file be picked where none is in front', async () => {
    await vscode.window.showTextDocument(files.write('notes.md', '# Notes'));
    files.willPick(files.write('picked.jsonl', fileText(20)));
    await validate();
    assert.equal(files.asked[0]?.title, 'Choose a Batch File');
    assert.deepEqual(user.statusBar, ['$(check) 20 requests · no problems']);
    await validate();
    assert.equal(files.asked.length, 2, 'and does nothing when that is escaped');
    assert.deepEqual([user.messages, user.statusBar.length], [[], 1]);
  });

  it('refuses a file of 100 MB without reading it', async () => {
    const uri = files.write('huge.jsonl', '');
    fs.truncateSync(uri.fsPath, 100_000_000);
    await validate(uri);
    const { kind, text } = user.onlyMessage();
    assert.equal(kind, 'error');
    assert.match(text, /^huge\.jsonl is too large \(100 MB\)\. .* over 52\.4 MB .* Split it/);
    assert.ok(vscode.workspace.textDocuments.every((each) => each.uri.toString() !== uri.toString()));
  });

  it('refuses politely what is no file, is gone, or is no text', async () => {
    await validate(vscode.Uri.file(files.folder));
    await validate(files.uri('gone.jsonl'));
    await validate(files.write('binary.jsonl', new Uint8Array([0, 1, 2, 0, 255, 0, 0, 1])));
    await validate(vscode.Uri.parse('https://example.com/a.jsonl'));
    const texts = user.messages.map(({ text }) => text);
    assert.equal(texts.length, 4, texts.join('\n'));
    assert.match(texts[0] ?? '', /is a folder/);
    assert.match(texts[1] ?? '', /^Can’t open gone\.jsonl: /);
    assert.match(texts[2] ?? '', /^Can’t open binary\.jsonl: /);
    assert.match(texts[3] ?? '', /^a\.jsonl can’t be used as a batch file/);
  });
});
