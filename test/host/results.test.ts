import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { ToPage } from '../../src/core/results/protocol';
import type { ResultRow } from '../../src/core/results/row';
import { resultsUri } from '../../src/editor/results/resultsDocument';
import { failure, generation, resultLine } from '../unit/results/lines';
import { answering, picking } from './support/answers';
import type { FaultEffect } from '../simulator/simulator';
import { environmentKey, theExtension, useExtension } from './support/extension';
import { useFiles } from './support/files';
import { useTestUser } from './support/testUser';
import { eventually } from './support/poll';
import { FakeSecrets, activateSecondInstance, type SecondInstance } from './support/secondInstance';
import { replaceMember } from './support/replace';
import { addDone, filesAskedFor, useResultsApi } from './support/results';
import { openResultsTabs, type ResultsTab, useResultsTabs } from './support/resultsTabs';
import { setApiBaseUrl } from './support/settings';
import type { RunningApi } from './support/simulator';
import { rowOf } from './support/view';

useExtension();

const run = (name: string, ...args: unknown[]): Thenable<unknown> =>
  vscode.commands.executeCommand(`syncBatches.${name}`, ...args);

/** A file with blank lines, CRLF, several scripts, a line that is not JSON, and no line ending at the end. */
const oddFile = [
  `${resultLine('ep-01 – Ü 予告編')}\r`,
  '',
  '{"request_id": "ep-02",   "response": {"status":"FAILED","error_code":"generation_timeout"}}',
  'no JSON <b>',
  resultLine('ep-03'),
].join('\n');

/** Adds a batch with the odd result file, or with a generated one: 10 requests, 7 succeeded, 2 failed, 1 missing. */
const addOdd = (api: RunningApi, id?: string): Promise<void> =>
  addDone(api, { ...(id === undefined ? {} : { id }), total: 5, succeeded: 2, failed: 1, resultText: oddFile });
const addMade = (api: RunningApi): Promise<void> => addDone(api, { total: 10, succeeded: 7, failed: 2 });

type Message<T extends ToPage['type']> = Extract<ToPage, { readonly type: T }>;

/** Waits for a message of this type to the page. @returns the last one. */
function lastMessage<T extends ToPage['type']>(tab: ResultsTab, type: T): Promise<Message<T>> {
  return eventually(() => {
    const last = JSON.stringify(tab.messages.at(-1));
    return tab.messagesOf(type).at(-1) ?? assert.fail(`there is no message "${type}", the last one is ${last}`);
  });
}

/** Waits until all rows are sent. */
const allShown = (tab: ResultsTab): Promise<Message<'done'>> => lastMessage(tab, 'done');

describe('Show Results', () => {
  const tabs = useResultsTabs();
  const api = useResultsApi();
  const user = useTestUser();

  async function show(id = 'batch_done'): Promise<ResultsTab> {
    await run('showResults', id);
    const tab = tabs.created.at(-1) ?? assert.fail('there is no tab');
    await allShown(tab);
    return tab;
  }

  /** Opens the tab and waits until its page is ready. */
  async function drawn(): Promise<ResultsTab> {
    const tab = await show();
    await lastMessage(tab, 'begin');
    return tab;
  }

  it('opens a tab with the batch ID as its title', async () => {
    await addMade(api);
    const tab = await show();
    await eventually(() => assert.deepEqual(openResultsTabs(), ['batch_done']));
    assert.equal(tab.messagesOf('begin')[0]?.title, 'batch_done');
    assert.deepEqual(user.messages, []);
  });

  it('uses the name of the batch as the title, and name and ID as the heading', async () => {
    await addMade(api);
    await answering({ text: 'Trailer, French' }, () => run('renameBatch', 'batch_done'));
    const tab = await show();
    await eventually(() => assert.deepEqual(openResultsTabs(), ['Trailer, French']));
    assert.equal(tab.messagesOf('begin')[0]?.title, 'Trailer, French (batch_done)');
  });

  it('updates the title when the user renames the batch or removes the name', async () => {
    await addMade(api);
    const tab = await drawn();
    await answering({ text: 'Trailer, French' }, () => run('renameBatch', 'batch_done'));
    await eventually(() => assert.deepEqual(openResultsTabs(), ['Trailer, French']));
    await answering({ text: '' }, () => run('renameBatch', 'batch_done'));
    await eventually(() => assert.deepEqual(openResultsTabs(), ['batch_done']));
    assert.equal(tabs.only(), tab);
    const begun = tab.messagesOf('begin').map(({ title }) => title);
    assert.deepEqual(new Set(begun), new Set(['batch_done']), 'the rows are not sent again');
  });

  it('gives the tab a title of one short line, whatever the ID is', async () => {
    const id = `batch\n\u202e$(zap) <b>${'x'.repeat(400)}`;
    await addOdd(api, id);
    await show(id);
    await eventually(() => {
      const [label = '', ...others] = openResultsTabs();
      assert.deepEqual(others, []);
      assert.doesNotMatch(label, /[\n\u202e]/);
      assert.ok(label.startsWith('batch') && label.length <= 60, label);
    });
  });

  it('shows a row for each line, the summary and the number of missing requests', async () => {
    await addMade(api);
    const tab = await show();
    const rows = tab.messagesOf('rows').flatMap((message) => message.rows);
    assert.equal(new Set(rows.map(({ requestId }) => requestId)).size, 9);
    const { summary, missing, note } = await allShown(tab);
    assert.deepEqual([summary.succeeded, summary.failed, missing, note], [7, 2, 1, '']);
    assert.deepEqual([tab.messagesOf('begin').length, rows.length], [1, 9], 'a ready page gets all data once');
  });

  it('reveals the open tab of the batch the second time', async () => {
    await addMade(api);
    const { panel } = await show();
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: 'in front' }));
    await eventually(() => assert.equal(panel.active, false));
    await run('showResults', await rowOf('batch_done'));
    await eventually(() => assert.equal(panel.active, true));
    assert.equal(tabs.created.length, 1);
    assert.equal(openResultsTabs().length, 1);
  });

  it('opens a separate tab for each batch', async () => {
    await addMade(api);
    await addOdd(api, 'batch_odd');
    await show('batch_done');
    await show('batch_odd');
    await eventually(() => assert.deepEqual(openResultsTabs(), ['batch_done', 'batch_odd']));
  });

  it('shows the cached results after the tab was closed, without a request', async () => {
    await addMade(api);
    const first = await show();
    first.panel.dispose();
    await eventually(() => assert.deepEqual(openResultsTabs(), []));
    api.simulator.faults.add({ path: /result$/, effect: { kind: 'status', status: 404 } });
    const { note, summary } = await allShown(await show());
    assert.match(note, /^Saved copy from /);
    assert.equal(summary.succeeded, 7);
    assert.equal(filesAskedFor(api).length, 1);
  });

  it('sends the API key to the API only, not to the target of the redirect', async () => {
    await addMade(api);
    await show();
    assert.deepEqual(
      api.simulator.requests.map(({ origin, headers }) => [origin, headers['x-api-key']]),
      [
        ['api', environmentKey],
        ['files', undefined],
      ],
    );
  });

  it('shows an error in the tab, and tries again on request', async () => {
    await addMade(api);
    api.simulator.faults.add({ path: /result$/, times: 1, effect: { kind: 'status', status: 404 } });
    await run('showResults', 'batch_done');
    const tab = tabs.only();
    const failed = await lastMessage(tab, 'failed');
    assert.match(failed.text, /^[A-Zs].+\.$/);
    assert.doesNotMatch(failed.text, /undefined|\{\d\}/);
    assert.deepEqual(user.messages, [], 'the error is shown in the tab only');
    tab.send({ type: 'reload' });
    assert.equal((await allShown(tab)).summary.succeeded, 7);
  });

  it('shows an error instead of partial results if the file is cut off', async () => {
    await addMade(api);
    api.simulator.faults.add({ origin: 'files', times: 1, effect: { kind: 'truncate' } });
    await run('showResults', 'batch_done');
    const tab = tabs.only();
    await lastMessage(tab, 'failed');
    assert.deepEqual(tab.messagesOf('done'), []);
    tab.send({ type: 'reload' });
    assert.equal((await allShown(tab)).note, '', 'the partial file was not cached');
  });

  it('shows rows while they load, and keeps them when loading is cancelled', async () => {
    await addMade(api);
    api.simulator.faults.add({ origin: 'files', times: 1, effect: { kind: 'stall' } });
    await run('showResults', 'batch_done');
    const tab = tabs.only();
    await lastMessage(tab, 'rows');
    assert.match((await lastMessage(tab, 'progress')).text, /^(.+) of (?!\1)(.+) loaded$/);
    tab.send({ type: 'cancel' });
    const { text } = await lastMessage(tab, 'failed');
    assert.match(text, /^Cancelled after \d rows\.$/);
    tab.send({ type: 'reload' });
    assert.equal((await allShown(tab)).note, '');
  });

  describe('with a reload that does not finish', () => {
    /** Loads all rows, then reloads with an error of the server. */
    async function loadAgain(effect: FaultEffect): Promise<ResultsTab> {
      await addMade(api);
      const tab = await drawn();
      await allShown(tab);
      api.simulator.faults.add({ origin: effect.kind === 'status' ? 'api' : 'files', path: /./, times: 1, effect });
      tab.send({ type: 'reload' });
      return tab;
    }
    /** @returns what the page shows after the messages since the last "begin". */
    function shownBy({ messages }: ResultsTab): { rows: number; done: Message<'done'> | undefined } {
      const last = messages.slice(messages.map(({ type }) => type).lastIndexOf('begin'));
      const rows = last.flatMap((message) => (message.type === 'rows' ? message.rows : [])).length;
      return { rows, done: last.find((message): message is Message<'done'> => message.type === 'done') };
    }

    it('restores the earlier rows, and shows why', async () => {
      const tab = await loadAgain({ kind: 'status', status: 404 });
      await eventually(() =>
        assert.match(shownBy(tab).done?.note ?? '', /^You see the rows that were loaded before\. .+\.$/),
      );
      assert.equal(shownBy(tab).rows, 9);
      assert.deepEqual(tab.messagesOf('failed'), []);
    });

    it('restores the earlier rows when the reload is cancelled', async () => {
      const tab = await loadAgain({ kind: 'stall' });
      await lastMessage(tab, 'progress');
      tab.send({ type: 'cancel' });
      await eventually(() =>
        assert.equal(shownBy(tab).done?.note, 'Cancelled. You see the rows that were loaded before.'),
      );
      assert.equal(shownBy(tab).rows, 9);
      tab.send({ type: 'reload' });
      await eventually(() => assert.deepEqual([shownBy(tab).done?.note, shownBy(tab).rows], ['', 9]));
    });
  });

  it('shows no missing requests for a running batch, and all rows after it has finished', async () => {
    await addDone(api, { total: 2, resultText: resultLine('ep-01') });
    const outputUrl = `${api.simulator.url}/v2/batches/batch_done/result`;
    api.simulator.addBatch({ id: 'batch_open', createdAt: Date.now(), status: 'PROCESSING', total: 2, outputUrl });
    await run('refresh');
    const tab = await show('batch_open');
    assert.equal((await allShown(tab)).missing, 0);
    tab.panel.dispose();
    api.simulator.updateBatch('batch_done', { resultText: `${resultLine('ep-01')}\n${resultLine('ep-02')}` });
    api.simulator.updateBatch('batch_open', { status: 'COMPLETED' });
    await run('refresh');
    const { summary, note } = await allShown(await show('batch_open'));
    assert.deepEqual([summary.succeeded, note], [2, '']);
  });

  it('stops the download when the tab is closed', async () => {
    await addMade(api);
    api.simulator.faults.add({ origin: 'files', times: 1, effect: { kind: 'stall' } });
    await run('showResults', 'batch_done');
    await eventually(() => assert.equal(filesAskedFor(api).length, 1));
    tabs.only().panel.dispose();
    await eventually(() => assert.deepEqual(openResultsTabs(), []));
    const { note } = await allShown(await show());
    assert.equal(note, '');
    assert.deepEqual(user.messages, []);
  });

  it('closes the tabs when the account changes', async () => {
    await addMade(api);
    await show();
    await setApiBaseUrl(api.simulator.url.replace('127.0.0.1', 'localhost'));
    await eventually(() => assert.deepEqual(openResultsTabs(), []));
  });

  describe('with a page', () => {
    const safe = 'https://media.example.test/a%2Fb.mp4?sig=1%3d+x#t';
    const lines = [
      resultLine('ep-01', generation({ outputUrl: safe })),
      resultLine('ep-02', generation({ outputUrl: 'javascript:alert(1)' })),
      resultLine('ep-03', failure()),
      'no JSON <script>alert(1)</script>',
    ].join('\n');

    function succeededIn(tab: ResultsTab): ResultRow {
      const rows = tab.messagesOf('rows').flatMap((message) => message.rows);
      return rows.find(({ outcome }) => outcome === 'succeeded') ?? assert.fail('no request succeeded');
    }

    /** @returns the origins of media in the policy of the page. */
    const mediaSources = ({ panel }: ResultsTab): string => /media-src ([^;"]*)/.exec(panel.webview.html)?.[1] ?? '';

    it('that can load only its script and style sheet', async () => {
      await addDone(api, { total: 4, resultText: lines });
      const { panel } = await drawn();
      const { localResourceRoots, enableCommandUris = false } = panel.webview.options;
      assert.deepEqual(
        localResourceRoots?.map(String),
        [vscode.Uri.joinPath(theExtension().extensionUri, 'dist')].map(String),
      );
      assert.equal(enableCommandUris, false);
      const policy = /Content-Security-Policy" content="([^"]*)"/.exec(panel.webview.html)?.[1] ?? '';
      const [, nonce = ''] = /script-src 'nonce-([\w-]+)'/.exec(policy) ?? [];
      assert.ok(nonce.length >= 20);
      assert.equal(
        policy,
        [`default-src 'none'`, `script-src 'nonce-${nonce}'`, `style-src ${panel.webview.cspSource}`].join('; '),
      );
      assert.doesNotMatch(panel.webview.html, /unsafe-|alert\(1\)|media\.example/);
    });

    it('that asks for a line sends the full line and its input media', async () => {
      await addDone(api, { total: 4, resultText: lines });
      const tab = await drawn();
      tab.send({ type: 'detail', line: 0 });
      tab.send({ type: 'detail', line: 3 });
      const [first, last] = await eventually(() => {
        const details = tab.messagesOf('detail');
        assert.equal(details.length, 2);
        return [...details].sort((a, b) => a.line - b.line);
      });
      assert.equal(first?.text, JSON.stringify(JSON.parse(lines.split('\n')[0] ?? ''), undefined, 2));
      assert.deepEqual(
        first.inputs.map(({ kind, isSafe }) => [kind, isSafe]),
        [
          ['video', true],
          ['audio', true],
        ],
      );
      assert.deepEqual([last?.text, last?.inputs], ['no JSON <script>alert(1)</script>', []]);
    });

    it('that asks for a deeply nested or long line sends it formatted or cut', async () => {
      const deep = `{"request_id":"ep-01","x":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
      const long = resultLine('ep-02', generation({ x: 'x'.repeat(250_000) }));
      await addDone(api, { total: 2, resultText: `${deep}\n${long}` });
      const tab = await drawn();
      tab.send({ type: 'detail', line: 0 });
      const { text } = await lastMessage(tab, 'detail');
      assert.equal(text.replace(/\s/g, ''), deep);
      tab.send({ type: 'detail', line: 1 });
      await eventually(() => assert.equal(tab.messagesOf('detail')[1]?.text, `${long.slice(0, 200_000)}…`));
    });

    it('that asks to play sends a working link, and allows its origin only', async () => {
      await addMade(api);
      const tab = await drawn();
      const row = succeededIn(tab);
      assert.equal(mediaSources(tab), '');
      tab.send({ type: 'play', line: row.line });
      const media = await lastMessage(tab, 'media');
      assert.deepEqual(media, { type: 'media', line: row.line, input: undefined, url: row.outputUrl });
      assert.equal(mediaSources(tab), api.simulator.filesUrl);
      const { html } = tab.panel.webview;
      tab.send({ type: 'play', line: row.line });
      await eventually(() => assert.equal(tab.messagesOf('media').length, 2));
      assert.equal(tab.panel.webview.html, html, 'the page is not replaced');
    });

    it('that asks to play an expired link sends a new one', async () => {
      await addMade(api);
      const tab = await drawn();
      const row = succeededIn(tab);
      api.simulator.expireLinks();
      tab.send({ type: 'play', line: row.line });
      const { url } = await lastMessage(tab, 'media');
      assert.notEqual(url, row.outputUrl);
      assert.equal((await fetch(url)).status, 200);
    });

    it('that asks to play or open a missing video sends a message', async () => {
      await addMade(api);
      const tab = await drawn();
      const row = succeededIn(tab);
      api.simulator.expireLinks();
      api.simulator.removeBatch('batch_done');
      for (const [count, type] of (['play', 'openOutput'] as const).entries()) {
        tab.send({ type, line: row.line });
        const message = await eventually(
          () => tab.messagesOf('rowMessage')[count] ?? assert.fail('there is no message'),
        );
        assert.deepEqual([message.line, message.text.includes('is gone')], [row.line, true], message.text);
      }
      assert.deepEqual([user.opened, mediaSources(tab)], [[], '']);
    });

    it('that asks to open a video sends the error of the server', async () => {
      await addMade(api);
      const tab = await drawn();
      const row = succeededIn(tab);
      api.simulator.faults.add({ origin: 'files', effect: { kind: 'html' } });
      tab.send({ type: 'openOutput', line: row.line });
      const message = await lastMessage(tab, 'rowMessage');
      assert.match(message.text, /^[A-Zs].+\.$/);
      assert.deepEqual(user.opened, []);
    });

    it('that asks to open a video opens the unchanged link', async () => {
      await addMade(api);
      const tab = await drawn();
      const row = succeededIn(tab);
      tab.send({ type: 'openOutput', line: row.line });
      await eventually(() => assert.deepEqual(user.opened, [row.outputUrl]));
    });

    it('that asks to copy copies the unchanged text', async () => {
      await addDone(api, { total: 4, resultText: lines });
      const tab = await drawn();
      tab.send({ type: 'copyOutput', line: 0 });
      await eventually(async () => assert.equal(await vscode.env.clipboard.readText(), safe));
      tab.send({ type: 'copyRequestId', line: 2 });
      await eventually(async () => assert.equal(await vscode.env.clipboard.readText(), 'ep-03'));
      await eventually(() => assert.equal(user.statusBar.at(-1), '$(check) Copied: ep-03'));
    });

    for (const type of ['play', 'openOutput'] as const) {
      it(`that asks for an unsafe URL sends a message instead: ${type}`, async () => {
        await addDone(api, { total: 4, resultText: lines });
        const tab = await drawn();
        api.simulator.clearRequests();
        tab.send({ type, line: 1 });
        const message = await lastMessage(tab, 'rowMessage');
        assert.equal(message.line, 1);
        assert.match(message.text, /not an https: address/);
        assert.deepEqual([user.opened, tab.messagesOf('media'), mediaSources(tab)], [[], [], '']);
        assert.deepEqual(api.simulator.requests, []);
      });
    }

    it('that sends invalid messages is ignored', async () => {
      await addDone(api, { total: 4, resultText: lines });
      const tab = await drawn();
      await vscode.env.clipboard.writeText('what was there before');
      const { html } = tab.panel.webview;
      const before = tab.messages.length;
      for (const message of [
        ...[undefined, null, 0, 'ready', [], {}, { type: 'setHtml', html: '<b>' }, { type: 'copyOutput' }],
        ...[
          { type: 'play', line: -1 },
          { type: 'play', line: '0' },
          { type: 'openOutput', line: 0.5 },
        ],
        ...[{ type: 'executeCommand', command: 'workbench.action.closeAllEditors' }],
        ...[
          { type: 'openOutput', url: 'https://evil.example.test' },
          { type: 'copyOutput', text: 'evil' },
        ],
        // A row that does not exist, and rows without an output or an ID.
        ...[
          { type: 'detail', line: 99 },
          { type: 'play', line: 99 },
          { type: 'copyOutput', line: 2 },
        ],
        ...[
          { type: 'copyRequestId', line: 3 },
          { type: 'openOutput', line: 99 },
        ],
      ]) {
        tab.send(message);
      }
      tab.send({ type: 'detail', line: 0 });
      await lastMessage(tab, 'detail');
      assert.deepEqual(
        tab.messages.slice(before).map(({ type }) => type),
        ['detail'],
      );
      assert.equal(tab.panel.webview.html, html);
      assert.equal(await vscode.env.clipboard.readText(), 'what was there before');
      assert.deepEqual([user.opened, user.messages], [[], []]);
      assert.deepEqual(openResultsTabs(), ['batch_done']);
    });
  });
});

describe('Open Results as Text', () => {
  const tabs = useResultsTabs();
  const api = useResultsApi();
  const user = useTestUser();

  const { fs: files } = vscode.workspace;

  async function open(...args: unknown[]): Promise<vscode.TextEditor> {
    await run('openResultsText', ...args);
    return vscode.window.activeTextEditor ?? assert.fail('there is no editor');
  }

  it('opens a document with the exact bytes of the result file', async () => {
    await addOdd(api);
    const { document } = await open('batch_done');
    assert.equal(document.uri.toString(), resultsUri('batch_done').toString());
    assert.equal(path.posix.basename(document.uri.path), 'batch_done.jsonl', 'the tab shows the batch ID');
    assert.deepEqual(Buffer.from(await files.readFile(document.uri)), Buffer.from(oddFile));
    assert.deepEqual(document.getText().split(/\r?\n/), oddFile.split(/\r?\n/));
    assert.equal((await files.stat(document.uri)).size, Buffer.byteLength(oddFile));
    assert.deepEqual(user.messages, []);
  });

  it('opens a read-only document', async () => {
    await addOdd(api);
    const { document } = await open('batch_done');
    assert.equal(files.isWritableFileSystem(document.uri.scheme), false);
    const other = document.uri.with({ path: '/other.jsonl' });
    await assert.rejects(async () => files.writeFile(document.uri, Buffer.from('changed')));
    await assert.rejects(async () => files.delete(document.uri));
    await assert.rejects(async () => files.rename(document.uri, other));
    await assert.rejects(async () => files.createDirectory(other));
    assert.deepEqual(Buffer.from(await files.readFile(document.uri)), Buffer.from(oddFile));
  });

  it('shows the given line', async () => {
    await addOdd(api);
    const editor = await open('batch_done', 4);
    assert.equal(editor.selection.active.line, 4);
    assert.equal(editor.document.lineAt(4).text, resultLine('ep-03'));
  });

  it('shows the start if the line is invalid', async () => {
    await addOdd(api);
    for (const line of [-1, 0.5, NaN, '4', {}, null, { valueOf: () => 4 }]) {
      const { selection } = await open('batch_done', line);
      assert.equal(selection.active.line, 0);
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    }
    assert.deepEqual(user.messages, []);
  });

  for (const id of ['a/b', '../../etc/passwd', 'Ü 予告編 %2F%', '{0} #?&.jsonl']) {
    it(`opens the right batch for an unusual ID: ${id}`, async () => {
      await addOdd(api);
      await addDone(api, { id, resultText: `${resultLine('of the odd one')}\n` });
      const { document } = await open(id);
      assert.equal(document.getText(), `${resultLine('of the odd one')}\n`);
      assert.deepEqual(user.messages, []);
    });
  }

  it('opens the cached file without a request', async () => {
    await addOdd(api);
    await open('batch_done');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    api.simulator.faults.add({ path: /result$/, effect: { kind: 'status', status: 404 } });
    await open('batch_done');
    assert.equal(filesAskedFor(api).length, 1);
    assert.deepEqual(user.messages, []);
  });

  it('updates the document after a reload', async () => {
    await addOdd(api);
    const { document } = await open('batch_done');
    await run('showResults', 'batch_done');
    const tab = tabs.only();
    await allShown(tab);
    api.simulator.updateBatch('batch_done', { resultText: resultLine('ep-new') });
    tab.send({ type: 'reload' });
    await eventually(() => assert.equal(document.getText(), resultLine('ep-new')));
    assert.equal(document.isDirty, false);
    assert.deepEqual(user.messages, []);
  });

  it('closes the documents when the account changes, even if no results tab was ever open', async () => {
    await addOdd(api);
    await open('batch_done');
    const other = await vscode.workspace.openTextDocument({ content: 'mine' });
    await vscode.window.showTextDocument(other, { preview: false });
    await setApiBaseUrl(api.simulator.url.replace('127.0.0.1', 'localhost'));
    await eventually(() => {
      const shown = vscode.window.tabGroups.all
        .flatMap((group) => group.tabs)
        .map(({ input }) => (input instanceof vscode.TabInputText ? input.uri.toString() : ''));
      assert.deepEqual(shown, [other.uri.toString()]);
    });
  });

  it('reports a running batch, whose results are not cached', async () => {
    const outputUrl = `${api.simulator.url}/v2/batches/batch_open/result`;
    api.simulator.addBatch({ id: 'batch_open', createdAt: Date.now(), status: 'PROCESSING', total: 2, outputUrl });
    await run('refresh');
    for (const name of ['openResultsText', 'saveResults']) {
      await run(name, 'batch_open');
      assert.match(user.messages.at(-1)?.text ?? '', /^Batch batch_open has not finished \(.+\) and .+\.$/);
    }
    assert.deepEqual(
      user.messages.map(({ kind, buttons }) => [kind, ...buttons]),
      [
        ['information', 'Refresh'],
        ['information', 'Refresh'],
      ],
    );
    assert.deepEqual(filesAskedFor(api), []);
  });

  it('has no document for a batch that is not cached or an invalid URI', async () => {
    await addOdd(api);
    const { scheme } = resultsUri('batch_done');
    for (const uri of [
      resultsUri('batch_done'),
      resultsUri('batch_of_somebody_else'),
      ...['/', '/batch_done', '/%E0%A4%A.jsonl', '/.jsonl'].map((each) => vscode.Uri.from({ scheme, path: each })),
    ]) {
      await assert.rejects(
        async () => files.readFile(uri),
        (error) => error instanceof vscode.FileSystemError && error.code === 'FileNotFound',
      );
    }
    assert.deepEqual(api.simulator.requests, [], 'nothing is requested');
  });
});

describe('Save Results', () => {
  const tabs = useResultsTabs();
  const api = useResultsApi();
  const user = useTestUser();
  const files = useFiles();

  it('writes the exact bytes of the result file to the selected file', async () => {
    await addOdd(api);
    files.willPick(files.uri('mine.jsonl'));
    await run('saveResults', 'batch_done');
    assert.deepEqual(files.read('mine.jsonl'), Buffer.from(oddFile));
    assert.deepEqual(files.names(), ['mine.jsonl']);
    const message = user.onlyMessage();
    assert.deepEqual([message.kind, message.text], ['information', 'Results of batch_done saved.']);
  });

  it('suggests the batch ID as the name, in the workspace folder', async () => {
    await addOdd(api, 'batch: 1/2');
    await run('saveResults', 'batch: 1/2');
    const [asked] = files.asked;
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    assert.equal(asked?.defaultUri?.toString(), vscode.Uri.joinPath(folder.uri, 'batch_ 1_2.jsonl').toString());
    assert.deepEqual(asked.filters, { 'JSON Lines': ['jsonl'] });
    assert.equal(asked.title, 'Save Results');
  });

  it('does nothing when the dialog is cancelled', async () => {
    await addOdd(api);
    await run('saveResults', 'batch_done');
    assert.deepEqual([files.names(), user.messages], [[], []]);
  });

  it('opens the file with a button', async () => {
    await addOdd(api);
    files.willPick(files.uri('mine.jsonl'));
    user.willPress('Open');
    await run('saveResults', 'batch_done');
    await eventually(() => {
      assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), files.uri('mine.jsonl').toString());
    });
  });

  it('can be started from the page', async () => {
    await addOdd(api);
    await run('showResults', 'batch_done');
    await allShown(tabs.only());
    files.willPick(files.uri('mine.jsonl'));
    tabs.only().send({ type: 'saveResults' });
    await eventually(() => assert.equal(user.messages.length, 1));
    assert.deepEqual(files.read('mine.jsonl'), Buffer.from(oddFile));
  });

  it('reports that the file can not be written', async () => {
    await addOdd(api);
    files.willPick(vscode.Uri.joinPath(files.write('a file', ''), 'below it.jsonl'));
    await run('saveResults', 'batch_done');
    const message = user.onlyMessage();
    assert.equal(message.kind, 'error');
    assert.match(message.text, /^That did not work: ./);
  });

  it('reports that the results could not be cached', async () => {
    await addOdd(api);
    const secrets = new FakeSecrets();
    await secrets.store('syncBatches.apiKey', environmentKey);
    const secondInstance = await activateSecondInstance(secrets);
    try {
      // A file instead of the folder, so that nothing can be written to it.
      fs.writeFileSync(path.join(secondInstance.storage, 'results'), '');
      await vscode.commands.executeCommand('secondInstance.syncBatches.saveResults', 'batch_done');
    } finally {
      secondInstance.end();
    }
    const message = user.onlyMessage();
    assert.equal(message.kind, 'error');
    assert.match(message.text, /could not be cached on this computer/);
    assert.deepEqual(files.asked, [], 'it does not ask where to save them');
  });
});

describe('Unavailable results', () => {
  useResultsTabs();
  const api = useResultsApi();
  const user = useTestUser();
  const files = useFiles();

  for (const name of ['openResultsText', 'saveResults', 'saveMedia', 'exportFailed'] as const) {
    it(`cause an error without a dialog if the server no longer has them: ${name}`, async () => {
      await addOdd(api);
      api.simulator.faults.add({ path: /result$/, effect: { kind: 'status', status: 404 } });
      await run(name, 'batch_done');
      const message = user.onlyMessage();
      assert.equal(message.kind, 'error');
      assert.match(message.text, /^[A-Zs].+\.$/);
      assert.equal(message.buttons.at(-1), 'Show Log');
      assert.deepEqual([files.asked, files.names()], [[], []]);
    });

    it(`are never partial: ${name}`, async () => {
      await addOdd(api);
      api.simulator.faults.add({ origin: 'files', effect: { kind: 'truncate' } });
      await run(name, 'batch_done');
      assert.equal(user.onlyMessage().kind, 'error');
      assert.deepEqual([files.asked, files.names()], [[], []]);
    });

    it(`are not requested from an unsafe URL: ${name}`, async () => {
      const outputUrl = 'http://files.example.test/result.jsonl';
      api.simulator.addBatch({ id: 'batch_done', createdAt: Date.now(), status: 'COMPLETED', outputUrl });
      await run(name, 'batch_done');
      assert.equal(user.onlyMessage().kind, 'error');
      assert.deepEqual(
        api.simulator.requests.map(({ path: target }) => target),
        ['/v2/batch'],
      );
      assert.deepEqual(files.asked, []);
    });
  }
});

describe('Cached results', () => {
  useResultsTabs();
  const api = useResultsApi();
  const user = useTestUser();

  const read = async (): Promise<number> => {
    await run('openResultsText', 'batch_done');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    return filesAskedFor(api).length;
  };

  it('are deleted by Delete Kept Results after a confirmation', async () => {
    await addOdd(api);
    assert.deepEqual([await read(), await read()], [1, 1]);
    user.willPress('Delete');
    await run('deleteKeptResults');
    const message = user.onlyMessage();
    assert.deepEqual([message.modal, message.kind], [true, 'warning']);
    assert.deepEqual(user.statusBar, ['$(check) Saved copies of results deleted']);
    assert.equal(await read(), 2, 'the results are loaded again');
  });

  it('stay if the user cancels', async () => {
    await addOdd(api);
    await read();
    await run('deleteKeptResults');
    assert.equal(user.onlyMessage().modal, true);
    assert.deepEqual(user.statusBar, []);
    assert.equal(await read(), 1);
  });

  /** Starts another instance of the extension, with its own API key and cache. */
  async function secondInstanceWithKey(): Promise<{
    secondInstance: SecondInstance;
    folder: string;
    kept: () => string[];
  }> {
    const secrets = new FakeSecrets();
    await secrets.store('syncBatches.apiKey', environmentKey);
    const secondInstance = await activateSecondInstance(secrets);
    const folder = path.join(secondInstance.storage, 'results');
    const kept = (): string[] =>
      fs.existsSync(folder)
        ? fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jsonl'))
        : [];
    return { secondInstance, folder, kept };
  }
  const runInSecondInstance = (name: string, ...args: unknown[]) =>
    vscode.commands.executeCommand(`secondInstance.syncBatches.${name}`, ...args);
  /** Makes that instance cache results. The document provider is the one of the first instance, so this exports. */
  const exportInSecondInstance = (): Promise<unknown> =>
    picking([], () => runInSecondInstance('exportFailed', 'batch_done'));

  it('are deleted when the API key is removed', async () => {
    await addOdd(api);
    const { secondInstance, folder, kept } = await secondInstanceWithKey();
    try {
      await exportInSecondInstance();
      const [name, ...others] = kept();
      assert.ok(name);
      assert.deepEqual(others, []);
      assert.equal(fs.readFileSync(path.join(folder, name), 'utf8'), oddFile);
      await runInSecondInstance('removeApiKey');
      assert.deepEqual(kept(), [name], 'but not if the user cancels');
      user.willPress('Remove');
      await runInSecondInstance('removeApiKey');
      assert.deepEqual(kept(), []);
    } finally {
      secondInstance.end();
    }
  });

  it('that can not be deleted are reported, and the API key is removed anyway', async () => {
    await addOdd(api);
    const { secondInstance, kept } = await secondInstanceWithKey();
    const restore = replaceMember(fs.promises, 'rm', () => Promise.reject(new Error('EPERM: operation not permitted')));
    try {
      await exportInSecondInstance();
      user.willPress('Remove');
      await runInSecondInstance('removeApiKey');
      const [, message, ...others] = user.messages;
      assert.match(message?.text ?? '', /on this computer could not be deleted\. See the log for the reason\.$/);
      assert.deepEqual([message?.kind, message?.buttons, others], ['warning', ['Show Log'], []]);
      assert.deepEqual(user.statusBar, ['$(check) API key removed']);
      assert.equal(kept().length, 1);
      user.willPress('Delete');
      await runInSecondInstance('deleteKeptResults');
      assert.match(user.messages.at(-1)?.text ?? '', /could not be deleted\. See the log\.$/);
      assert.deepEqual(user.messages.at(-1)?.buttons, ['Show Log']);
    } finally {
      restore();
      secondInstance.end();
    }
  });

  it('of another account are not visible until the user returns to it', async () => {
    await addOdd(api);
    await read();
    await setApiBaseUrl(api.simulator.url.replace('127.0.0.1', 'localhost'));
    assert.equal(await read(), 2);
    await setApiBaseUrl(api.simulator.url);
    assert.equal(await read(), 2);
  });
});
