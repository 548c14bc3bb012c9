import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as vscode from 'vscode';
import { picking } from './support/answers';
import { edit, eventuallyFound, openText, useClosedEditors } from './support/batchFiles';
import { useExtension } from './support/extension';
import { useFiles } from './support/files';
import { useTestUser } from './support/testUser';
import { eventually } from './support/poll';
import { replaceMember } from './support/replace';

useExtension();

describe('Batch files in the editor: New Batch File', () => {
  useClosedEditors();
  const files = useFiles();
  const user = useTestUser();

  const make = (): Thenable<unknown> => vscode.commands.executeCommand('syncBatches.newFile');
  const template = 'From a Template';
  const csv = 'From a CSV File…';
  const urls = 'From Media URLs…';

  interface Request {
    request_id: string;
    payload: { model: string; input: { type: string; url?: string; provider?: { voiceId: string; script: string } }[] };
  }

  /** The new file in front, which is not on the disk. */
  async function made(): Promise<{ document: vscode.TextDocument; requests: Request[] }> {
    const document = await eventually(() => {
      const inFront = vscode.window.activeTextEditor?.document;
      assert.equal(inFront?.isUntitled, true);
      return inFront;
    });
    assert.equal(document.languageId, 'jsonl');
    const lines = document.getText().trimEnd().split('\n');
    return { document, requests: lines.map((line) => JSON.parse(line) as Request) };
  }

  it('offers three ways', async () => {
    const [ways] = await picking([], make);
    assert.deepEqual(ways?.labels, [template, csv, urls]);
    assert.deepEqual(user.messages, []);
  });

  it('makes as many requests as a batch has at least, from a template', async () => {
    await picking([template], make);
    const { requests, document } = await made();
    assert.equal(requests.length, 20);
    assert.deepEqual(vscode.languages.getDiagnostics(document.uri), []);
    assert.deepEqual(user.messages, []);
    await edit(document, (edits, uri) => edits.insert(uri, new vscode.Position(3, 0), '{\n'));
    await eventuallyFound(document, ['3 jsonUnexpectedEnd {']);
  });

  describe('from a CSV file', () => {
    const table = 'id,video,audio,model\r\nep-1,https://a.example/1.mp4,https://a.example/1.wav,sync-3\r\n';

    it('makes a request of each row, with Enter only where the columns are clear', async () => {
      files.willPick(files.write('a.csv', table));
      const [, columns] = await picking([csv, 'Create 1 request'], make);
      assert.deepEqual(columns?.labels.slice(0, 5), [
        'Create 1 request',
        'Request ID',
        'Video URL',
        'Audio URL',
        'Model',
      ]);
      const { requests } = await made();
      assert.equal(requests[0]?.request_id, 'ep-1');
      assert.equal(requests[0].payload.model, 'sync-3');
      assert.equal(user.onlyMessage().text, '1 request created. The file is not saved yet.');
      assert.deepEqual(files.names(), ['a.csv'], 'nothing was written');
    });

    it('lets columns be changed, asks for the model and the voice where there is no column, and takes cells as text', async () => {
      const cell = '=HYPERLINK(""https://evil.example"")$(trash)';
      files.willPick(
        files.write('a.csv', `name;clip url;words;$(trash)\nep-1;https://a.example/1.mp4;"${cell}";x\nep-2;;hello;x\n`),
      );
      const restore = replaceMember(vscode.window, 'showInputBox', () => Promise.resolve(' voice-1 '));
      let picks;
      try {
        picks = await picking([csv, 'Text to speak', 'words', 'Create 2 requests', 'sync-3'], make);
      } finally {
        restore();
      }
      assert.deepEqual(picks[2]?.labels, ['name', 'clip url', 'words', '$\u200b(trash)', 'No column']);
      const { requests } = await made();
      assert.equal(requests.length, 1);
      const [request] = requests;
      assert.equal(request?.payload.model, 'sync-3');
      assert.deepEqual(request.payload.input[1]?.provider, {
        name: 'elevenlabs',
        voiceId: 'voice-1',
        script: cell.replaceAll('""', '"'),
      });
    });

    it('says which rows were left out, and why', async () => {
      files.willPick(
        files.write(
          'a.csv',
          `${table}ep-2,,https://a.example/2.wav,sync-3\nep-1,https://a.example/3.mp4,3.wav,sync-3\n`,
        ),
      );
      user.willPress('Show List');
      await picking([csv, 'Create 3 requests'], make);
      const { kind, text } = user.onlyMessage();
      assert.equal(kind, 'warning');
      assert.equal(text, '2 requests created. The file is not saved yet. 1 item was skipped. Check 1 row.');
      await eventually(() => {
        const list = vscode.window.activeTextEditor?.document;
        assert.equal(list?.languageId, 'plaintext');
        assert.deepEqual(list.getText().split('\n'), [
          'Row 3 was skipped. It has no video or image.',
          'Row 4, audio: This is not a web address.',
          'Row 4, id: An earlier row has the same request ID. A number was added.',
        ]);
      });
    });

    it('reads what spreadsheets write, too', async () => {
      const text = table.replace('ep-1', 'épisode');
      files.willPick(files.write('utf16.csv', Buffer.from(`\ufeff${text}`, 'utf16le')));
      await picking([csv, 'Create 1 request'], make);
      assert.equal((await made()).requests[0]?.request_id, 'épisode');
      files.willPick(files.write('old.csv', Buffer.from(text, 'latin1')));
      await picking([csv, 'Create 1 request'], make);
      assert.equal((await made()).requests[0]?.request_id, 'épisode');
    });

    it('makes nothing of a file without rows, or of one that is far too large', async () => {
      files.willPick(files.write('head.csv', 'id,video,audio\n'));
      await picking([csv], make);
      const huge = files.write('huge.csv', '');
      fs.truncateSync(huge.fsPath, 100_000_000);
      files.willPick(huge);
      await picking([csv], make);
      const texts = user.messages.map(({ text }) => text);
      assert.match(texts[0] ?? '', /has no rows/);
      assert.match(texts[1] ?? '', /too large \(100 MB\)/);
      assert.equal(vscode.window.activeTextEditor, undefined);
    });

    it('makes nothing when a question is escaped', async () => {
      files.willPick(files.write('a.csv', table));
      await picking([csv], make);
      files.willPick(files.write('a.csv', table.replace(',model', ',other')));
      await picking([csv, 'Create 1 request'], make);
      await picking([csv], make);
      assert.deepEqual(user.messages, []);
      assert.equal(vscode.window.activeTextEditor, undefined);
    });
  });

  describe('from media URLs', () => {
    const list = ['ep1.mp4', 'ep1-de.wav', 'ep1-fr.wav', 'other.mp4', 'notes.txt']
      .map((name) => `https://media.example/${name}`)
      .join('\n');

    it('pairs what is in the clipboard, and says what nothing goes with', async () => {
      await vscode.env.clipboard.writeText(list);
      await picking([urls, 'From the Clipboard', 'lipsync-2'], make);
      const { requests } = await made();
      assert.deepEqual(
        requests.map(({ request_id, payload }) => [request_id, payload.input[0]?.url]),
        ['ep1-de', 'ep1-fr'].map((id) => [id, 'https://media.example/ep1.mp4']),
      );
      const { text, buttons } = user.onlyMessage();
      assert.equal(text, '2 requests created. The file is not saved yet. 2 items were skipped.');
      assert.deepEqual(buttons, ['Show List']);
    });

    it('pairs what is in the editor or selected there', async () => {
      await openText(list, 'txt');
      const editor = vscode.window.activeTextEditor;
      assert.ok(editor);
      editor.selection = new vscode.Selection(0, 0, 2, 0);
      await eventually(() => assert.equal(editor.selection.isEmpty, false));
      await picking([urls, 'From the Selection in the Editor', 'lipsync-2'], make);
      assert.deepEqual(
        (await made()).requests.map(({ request_id }) => request_id),
        ['ep1-de'],
      );
    });

    it('says what to do where there are no URLs', async () => {
      await vscode.env.clipboard.writeText('nothing');
      await picking([urls, 'From the Clipboard'], make);
      assert.match(user.onlyMessage().text, /^No URLs found\. Copy the URLs .* one per line/);
    });
  });
});
