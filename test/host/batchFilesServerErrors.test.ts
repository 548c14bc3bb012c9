import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { start } from '../../src/editor/batchFiles/batchFiles';
import { Emitter } from '../../src/core/common/emitter';
import type { BatchFiles } from '../../src/editor/batchFiles/batchFilesInterface';
import {
  codeOf,
  edit,
  fileText,
  foundIn,
  openText,
  quietHost,
  requestText,
  useClosedEditors,
} from './support/batchFiles';
import { useExtension } from './support/extension';
import { eventually } from './support/poll';

useExtension();

describe('Batch files in the editor: what the server said', () => {
  useClosedEditors();
  let files: BatchFiles;
  beforeEach('start', () => {
    files = start(quietHost());
  });
  afterEach('end', () => files.dispose());

  const saidIn = (document: vscode.TextDocument): string[] =>
    foundIn(document, 'sync.so')
      .sort((a, b) => a.range.start.line - b.range.start.line)
      .map(({ range, message }) => `${range.start.line} ${message}`);
  const eventuallySaid = (document: vscode.TextDocument, said: readonly string[]): Promise<void> =>
    eventually(() => assert.deepEqual(saidIn(document), said));

  it('stands at its lines as errors', async () => {
    const document = await openText(fileText(20));
    files.setServerErrors(document, [
      { line: 3, message: 'no\u202e such\nproject' },
      { line: 400, message: 'gone meanwhile' },
    ]);
    await eventuallySaid(document, ['3 no\ufffd such\ufffdproject']);
    const [said] = foundIn(document, 'sync.so');
    assert.equal(said?.severity, vscode.DiagnosticSeverity.Error);
    assert.equal(document.getText(said.range), requestText('ep-3'));
  });

  it('goes with its lines, and ends when a line is changed or gone', async () => {
    const document = await openText(fileText(20));
    const lines = [2, 5, 8, 11];
    files.setServerErrors(
      document,
      lines.map((line) => ({ line, message: `of ${line}` })),
    );
    await edit(document, (edits, uri) => {
      edits.insert(uri, new vscode.Position(2, 0), `${requestText('new')}\n`);
      edits.insert(uri, new vscode.Position(5, 3), ' ');
      edits.delete(uri, new vscode.Range(7, 0, 9, 0));
    });
    await eventuallySaid(document, ['3 of 2', '10 of 11']);
    await vscode.commands.executeCommand('undo');
    await eventuallySaid(document, ['2 of 2', '11 of 11']);
  });

  it('stays where only the line breaks become others', async () => {
    const document = await openText(fileText(20));
    files.setServerErrors(document, [{ line: 4, message: 'no' }]);
    await vscode.window.activeTextEditor?.edit((builder) => builder.setEndOfLine(vscode.EndOfLine.CRLF));
    await edit(document, (edits, uri) => edits.insert(uri, new vscode.Position(0, 0), '\n'));
    await eventuallySaid(document, ['5 no']);
  });

  it('ends with the next verdict, and with the file', async () => {
    const document = await openText(fileText(20));
    files.setServerErrors(document, [{ line: 4, message: 'no' }]);
    files.setServerErrors(document, [{ line: 6, message: 'no, either' }]);
    await eventuallySaid(document, ['6 no, either']);
    files.setServerErrors(document, []);
    await eventuallySaid(document, []);
    files.setServerErrors(document, [{ line: 6, message: 'no' }]);
    files.dispose();
    await eventuallySaid(document, []);
  });

  it('is where Show Problems goes when nothing else is an error', async () => {
    const document = await openText(fileText(20, { 1: '' }));
    files.setServerErrors(document, [{ line: 6, message: 'no' }]);
    await files.showProblems(document);
    assert.equal(vscode.window.activeTextEditor?.selection.active.line, 6);
  });

  it('is about the very lines that a check gives: not blank, without their ends, as they are now', async () => {
    const document = await openText(`\ufeff${requestText('a')}\r\n\r\n  \r\n ${requestText('b')} \r\nx`);
    const { requests, errors, version } = files.check(document);
    assert.deepEqual(requests, [
      { line: 0, text: requestText('a') },
      { line: 3, text: ` ${requestText('b')} ` },
      { line: 4, text: 'x' },
    ]);
    assert.deepEqual([errors, version], [1, document.version]);
    await edit(document, (edits, uri) => edits.insert(uri, new vscode.Position(0, 0), 'y\n'));
    assert.equal(files.check(document).requests.length, 4);
    assert.ok(files.check(document).errors >= 2);
  });
});

describe('Batch files in the editor: which models there are', () => {
  useClosedEditors();

  it('is asked when a batch file is opened, and what is said about it changes with the answer', async () => {
    const changes = new Emitter<void>();
    let models = ['lipsync-2'];
    let uses = 0;
    const files = start({
      ...quietHost(),
      models: () => models,
      onDidChangeModels: changes.event,
      onUse: () => (uses += 1),
    });
    try {
      // Files of earlier tests may still be open.
      const before = uses;
      const others = await openText('{"a":1}\n');
      assert.equal(uses, before, 'not for other JSON Lines');
      assert.equal(files.isBatchFile(others), false);
      const document = await openText(fileText(20));
      await eventually(() => assert.ok(uses > before));
      await eventually(() => assert.deepEqual(foundIn(document), []));
      models = ['sync-3'];
      changes.fire();
      await eventually(() => assert.equal(foundIn(document).length, 20));
      assert.ok(foundIn(document).every((each) => codeOf(each) === 'unknownModel'));
    } finally {
      files.dispose();
    }
  });
});
