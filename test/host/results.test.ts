import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { ToPage } from '../../src/core/results/protocol';
import type { ResultRow } from '../../src/core/results/row';
import { resultsUri } from '../../src/editor/results/resultsText';
import { failure, generation, resultLine } from '../unit/results/lines';
import { answering, picking } from './support/answers';
import type { FaultEffect } from '../simulator/simulator';
import { environmentKey, theExtension, useExtension } from './support/extension';
import { useFiles } from './support/files';
import { usePerson } from './support/person';
import { eventually } from './support/poll';
import { FakeSecrets, rehearse, type Rehearsal } from './support/rehearsal';
import { replaceMember } from './support/replace';
import { addDone, filesAskedFor, useResultsApi } from './support/results';
import { openResultsTabs, type ResultsTab, useResultsTabs } from './support/resultsTabs';
import { setApiBaseUrl } from './support/settings';
import type { RunningApi } from './support/simulator';
import { rowOf } from './support/view';

useExtension();

const run = (name: string, ...args: unknown[]): Thenable<unknown> =>
  vscode.commands.executeCommand(`syncBatches.${name}`, ...args);

/** A file that shows whether bytes stay what they are: blank lines, CRLF, other scripts, no JSON, no line end. */
const oddFile = [
  `${resultLine('ep-01 – Ü 予告編')}\r`,
  '',
  '{"request_id": "ep-02",   "response": {"status":"FAILED","error_code":"generation_timeout"}}',
  'no JSON <b>',
  resultLine('ep-03'),
].join('\n');

/** A batch with an odd result file, or with one that the API makes: 10 requests, 7 succeeded, 2 failed, 1 missing. */
const addOdd = (api: RunningApi, id?: string): Promise<void> =>
  addDone(api, { ...(id === undefined ? {} : { id }), total: 5, succeeded: 2, failed: 1, resultText: oddFile });
const addMade = (api: RunningApi): Promise<void> => addDone(api, { total: 10, succeeded: 7, failed: 2 });

type Told<T extends ToPage['type']> = Extract<ToPage, { readonly type: T }>;

/** The newest of one kind that the page was told, once there is one. */
function told<T extends ToPage['type']>(tab: ResultsTab, type: T): Promise<Told<T>> {
  return eventually(() => {
    const { type: last, ...what } = tab.told.at(-1) ?? { type: undefined };
    return tab.toldOf(type).at(-1) ?? assert.fail(`no "${type}", but at last: ${last ?? ''} ${JSON.stringify(what)}`);
  });
}

/** What the tab says when all rows are there. */
const allShown = (tab: ResultsTab): Promise<Told<'done'>> => told(tab, 'done');

describe('Show Results', () => {
  const tabs = useResultsTabs();
  const api = useResultsApi();
  const person = usePerson();

  async function show(id = 'batch_done'): Promise<ResultsTab> {
    await run('showResults', id);
    const tab = tabs.made.at(-1) ?? assert.fail('there is no tab');
    await allShown(tab);
    return tab;
  }

  /** The tab, once its page is drawn: that is when it is told everything. */
  async function drawn(): Promise<ResultsTab> {
    const tab = await show();
    await told(tab, 'begin');
    return tab;
  }

  it('opens a tab that is called by the ID of the batch', async () => {
    await addMade(api);
    const tab = await show();
    await eventually(() => assert.deepEqual(openResultsTabs(), ['batch_done']));
    assert.equal(tab.toldOf('begin')[0]?.title, 'batch_done');
    assert.deepEqual(person.messages, []);
  });

  it('opens a tab that is called by the name that the person gave the batch, with the ID in its head', async () => {
    await addMade(api);
    await answering({ text: 'Trailer, French' }, () => run('renameBatch', 'batch_done'));
    const tab = await show();
    await eventually(() => assert.deepEqual(openResultsTabs(), ['Trailer, French']));
    assert.equal(tab.toldOf('begin')[0]?.title, 'Trailer, French (batch_done)');
  });

  it('calls the tab by another name as soon as the person gives the batch one, or takes it away', async () => {
    await addMade(api);
    const tab = await drawn();
    await answering({ text: 'Trailer, French' }, () => run('renameBatch', 'batch_done'));
    await eventually(() => assert.deepEqual(openResultsTabs(), ['Trailer, French']));
    await answering({ text: '' }, () => run('renameBatch', 'batch_done'));
    await eventually(() => assert.deepEqual(openResultsTabs(), ['batch_done']));
    assert.equal(tabs.only(), tab);
    const begun = tab.toldOf('begin').map(({ title }) => title);
    assert.deepEqual(new Set(begun), new Set(['batch_done']), 'the rows are not sent anew for that');
  });

  it('opens a tab whose name is one bearable line, whatever the ID is', async () => {
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

  it('fills it with a row for each line, the sum, and what is missing', async () => {
    await addMade(api);
    const tab = await show();
    const rows = tab.toldOf('rows').flatMap((message) => message.rows);
    assert.equal(new Set(rows.map(({ requestId }) => requestId)).size, 9);
    const { summary, missing, note } = await allShown(tab);
    assert.deepEqual([summary.succeeded, summary.failed, missing, note], [7, 2, 1, '']);
    assert.deepEqual([tab.toldOf('begin').length, rows.length], [1, 9], 'a page that is there is told everything once');
  });

  it('is one tab for a batch, which comes to the front the second time', async () => {
    await addMade(api);
    const { panel } = await show();
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: 'in front' }));
    await eventually(() => assert.equal(panel.active, false));
    await run('showResults', await rowOf('batch_done'));
    await eventually(() => assert.equal(panel.active, true));
    assert.equal(tabs.made.length, 1);
    assert.equal(openResultsTabs().length, 1);
  });

  it('is a tab of its own for every batch', async () => {
    await addMade(api);
    await addOdd(api, 'batch_odd');
    await show('batch_done');
    await show('batch_odd');
    await eventually(() => assert.deepEqual(openResultsTabs(), ['batch_done', 'batch_odd']));
  });

  it('shows what is kept after the tab was closed, without asking the server again', async () => {
    await addMade(api);
    const first = await show();
    first.panel.dispose();
    await eventually(() => assert.deepEqual(openResultsTabs(), []));
    api.simulator.faults.add({ path: /result$/, effect: { kind: 'status', status: 404 } });
    const { note, summary } = await allShown(await show());
    assert.match(note, /^As kept on this computer, /);
    assert.equal(summary.succeeded, 7);
    assert.equal(filesAskedFor(api).length, 1);
  });

  it('sends the key to the API alone, and not along with the redirect to the file', async () => {
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

  it('says in the tab why there are no rows, and tries again when that is wanted', async () => {
    await addMade(api);
    api.simulator.faults.add({ path: /result$/, times: 1, effect: { kind: 'status', status: 404 } });
    await run('showResults', 'batch_done');
    const tab = tabs.only();
    const failed = await told(tab, 'failed');
    assert.match(failed.text, /^[A-Zs].+\.$/);
    assert.doesNotMatch(failed.text, /undefined|\{\d\}/);
    assert.deepEqual(person.messages, [], 'it is said where it is looked at');
    tab.say({ type: 'reload' });
    assert.equal((await allShown(tab)).summary.succeeded, 7);
  });

  it('takes a file that was cut off for an error and not for a short result', async () => {
    await addMade(api);
    api.simulator.faults.add({ origin: 'files', times: 1, effect: { kind: 'truncate' } });
    await run('showResults', 'batch_done');
    const tab = tabs.only();
    await told(tab, 'failed');
    assert.deepEqual(tab.toldOf('done'), []);
    tab.say({ type: 'reload' });
    assert.equal((await allShown(tab)).note, '', 'nothing was kept of it');
  });

  it('shows rows while they are still arriving, and keeps those that are there when it is cancelled', async () => {
    await addMade(api);
    api.simulator.faults.add({ origin: 'files', times: 1, effect: { kind: 'stall' } });
    await run('showResults', 'batch_done');
    const tab = tabs.only();
    await told(tab, 'rows');
    assert.match((await told(tab, 'progress')).text, /^(.+) of (?!\1)(.+) loaded$/);
    tab.say({ type: 'cancel' });
    const { text } = await told(tab, 'failed');
    assert.match(text, /^Cancelled: \d rows are there\.$/);
    tab.say({ type: 'reload' });
    assert.equal((await allShown(tab)).note, '');
  });

  describe('and Load Again, where that does not come to its end,', () => {
    /** The tab with all of its rows, which then asks the server and gets something worse. */
    async function loadAgain(effect: FaultEffect): Promise<ResultsTab> {
      await addMade(api);
      const tab = await drawn();
      await allShown(tab);
      api.simulator.faults.add({ origin: effect.kind === 'status' ? 'api' : 'files', path: /./, times: 1, effect });
      tab.say({ type: 'reload' });
      return tab;
    }
    /** What the page shows by what it was told since it last began. */
    function shownBy({ told: all }: ResultsTab): { rows: number; done: Told<'done'> | undefined } {
      const last = all.slice(all.map(({ type }) => type).lastIndexOf('begin'));
      const rows = last.flatMap((message) => (message.type === 'rows' ? message.rows : [])).length;
      return { rows, done: last.find((message): message is Told<'done'> => message.type === 'done') };
    }

    it('brings the rows back, and says why they are those', async () => {
      const tab = await loadAgain({ kind: 'status', status: 404 });
      await eventually(() => assert.match(shownBy(tab).done?.note ?? '', /^These are the rows from before\. .+\.$/));
      assert.equal(shownBy(tab).rows, 9);
      assert.deepEqual(tab.toldOf('failed'), []);
    });

    it('brings them back when it is cancelled', async () => {
      const tab = await loadAgain({ kind: 'stall' });
      await told(tab, 'progress');
      tab.say({ type: 'cancel' });
      await eventually(() => assert.equal(shownBy(tab).done?.note, 'Cancelled: these are the rows from before.'));
      assert.equal(shownBy(tab).rows, 9);
      tab.say({ type: 'reload' });
      await eventually(() => assert.deepEqual([shownBy(tab).done?.note, shownBy(tab).rows], ['', 9]));
    });
  });

  it('of a batch that still runs misses nothing, and is not short for ever', async () => {
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

  it('lets go of the file when the tab is closed while it arrives', async () => {
    await addMade(api);
    api.simulator.faults.add({ origin: 'files', times: 1, effect: { kind: 'stall' } });
    await run('showResults', 'batch_done');
    await eventually(() => assert.equal(filesAskedFor(api).length, 1));
    tabs.only().panel.dispose();
    await eventually(() => assert.deepEqual(openResultsTabs(), []));
    const { note } = await allShown(await show());
    assert.equal(note, '');
    assert.deepEqual(person.messages, []);
  });

  it('closes the tabs of an account that is left', async () => {
    await addMade(api);
    await show();
    await setApiBaseUrl(api.simulator.url.replace('127.0.0.1', 'localhost'));
    await eventually(() => assert.deepEqual(openResultsTabs(), []));
  });

  describe('with a page that', () => {
    const safe = 'https://media.example.test/a%2Fb.mp4?sig=1%3d+x#t';
    const lines = [
      resultLine('ep-01', generation({ outputUrl: safe })),
      resultLine('ep-02', generation({ outputUrl: 'javascript:alert(1)' })),
      resultLine('ep-03', failure()),
      'no JSON <script>alert(1)</script>',
    ].join('\n');

    function succeededIn(tab: ResultsTab): ResultRow {
      const rows = tab.toldOf('rows').flatMap((message) => message.rows);
      return rows.find(({ outcome }) => outcome === 'succeeded') ?? assert.fail('no request succeeded');
    }

    /** The origins from which it may load videos, as its document says. */
    const mediaSources = ({ panel }: ResultsTab): string => /media-src ([^;"]*)/.exec(panel.webview.html)?.[1] ?? '';

    it('may load its own script, style and nothing else', async () => {
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

    it('asks for a line gets it in full, with the media that went in', async () => {
      await addDone(api, { total: 4, resultText: lines });
      const tab = await drawn();
      tab.say({ type: 'detail', line: 0 });
      tab.say({ type: 'detail', line: 3 });
      const [first, last] = await eventually(() => {
        const details = tab.toldOf('detail');
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

    it('asks for a line that is nested deep gets it soon, and no longer than it need be', async () => {
      const deep = `{"request_id":"ep-01","x":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
      const long = resultLine('ep-02', generation({ x: 'x'.repeat(250_000) }));
      await addDone(api, { total: 2, resultText: `${deep}\n${long}` });
      const tab = await drawn();
      tab.say({ type: 'detail', line: 0 });
      const { text } = await told(tab, 'detail');
      assert.equal(text.replace(/\s/g, ''), deep);
      tab.say({ type: 'detail', line: 1 });
      await eventually(() => assert.equal(tab.toldOf('detail')[1]?.text, `${long.slice(0, 200_000)}…`));
    });

    it('asks to play gets a link that works, and may load from its origin and no other', async () => {
      await addMade(api);
      const tab = await drawn();
      const row = succeededIn(tab);
      assert.equal(mediaSources(tab), '');
      tab.say({ type: 'play', line: row.line });
      const media = await told(tab, 'media');
      assert.deepEqual(media, { type: 'media', line: row.line, input: undefined, url: row.outputUrl });
      assert.equal(mediaSources(tab), api.simulator.filesUrl);
      const { html } = tab.panel.webview;
      tab.say({ type: 'play', line: row.line });
      await eventually(() => assert.equal(tab.toldOf('media').length, 2));
      assert.equal(tab.panel.webview.html, html, 'what it shows stays as it is');
    });

    it('asks to play a link that has expired gets a new one', async () => {
      await addMade(api);
      const tab = await drawn();
      const row = succeededIn(tab);
      api.simulator.expireLinks();
      tab.say({ type: 'play', line: row.line });
      const { url } = await told(tab, 'media');
      assert.notEqual(url, row.outputUrl);
      assert.equal((await fetch(url)).status, 200);
    });

    it('asks to play or to open what is gone is told so', async () => {
      await addMade(api);
      const tab = await drawn();
      const row = succeededIn(tab);
      api.simulator.expireLinks();
      api.simulator.removeBatch('batch_done');
      for (const [count, type] of (['play', 'openOutput'] as const).entries()) {
        tab.say({ type, line: row.line });
        const said = await eventually(() => tab.toldOf('rowMessage')[count] ?? assert.fail('nothing was said'));
        assert.deepEqual([said.line, said.text.includes('is gone')], [row.line, true], said.text);
      }
      assert.deepEqual([person.opened, mediaSources(tab)], [[], '']);
    });

    it('asks to play or to open while the server can not be asked is told why', async () => {
      await addMade(api);
      const tab = await drawn();
      const row = succeededIn(tab);
      api.simulator.faults.add({ origin: 'files', effect: { kind: 'html' } });
      tab.say({ type: 'openOutput', line: row.line });
      const said = await told(tab, 'rowMessage');
      assert.match(said.text, /^[A-Zs].+\.$/);
      assert.deepEqual(person.opened, []);
    });

    it('asks to open opens the link letter by letter as it came', async () => {
      await addMade(api);
      const tab = await drawn();
      const row = succeededIn(tab);
      tab.say({ type: 'openOutput', line: row.line });
      await eventually(() => assert.deepEqual(person.opened, [row.outputUrl]));
    });

    it('asks to copy copies letter by letter as it came', async () => {
      await addDone(api, { total: 4, resultText: lines });
      const tab = await drawn();
      tab.say({ type: 'copyOutput', line: 0 });
      await eventually(async () => assert.equal(await vscode.env.clipboard.readText(), safe));
      tab.say({ type: 'copyRequestId', line: 2 });
      await eventually(async () => assert.equal(await vscode.env.clipboard.readText(), 'ep-03'));
      await eventually(() => assert.equal(person.statusBar.at(-1), '$(check) Copied: ep-03'));
    });

    for (const type of ['play', 'openOutput'] as const) {
      it(`never loads or opens an address that is not safe, and says why: ${type}`, async () => {
        await addDone(api, { total: 4, resultText: lines });
        const tab = await drawn();
        api.simulator.clearRequests();
        tab.say({ type, line: 1 });
        const said = await told(tab, 'rowMessage');
        assert.equal(said.line, 1);
        assert.match(said.text, /not an https: address/);
        assert.deepEqual([person.opened, tab.toldOf('media'), mediaSources(tab)], [[], [], '']);
        assert.deepEqual(api.simulator.requests, []);
      });
    }

    it('says what no page says is not listened to', async () => {
      await addDone(api, { total: 4, resultText: lines });
      const tab = await drawn();
      await vscode.env.clipboard.writeText('what was there before');
      const { html } = tab.panel.webview;
      const before = tab.told.length;
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
        // A row that there is not, and rows without an output or an ID.
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
        tab.say(message);
      }
      tab.say({ type: 'detail', line: 0 });
      await told(tab, 'detail');
      assert.deepEqual(
        tab.told.slice(before).map(({ type }) => type),
        ['detail'],
      );
      assert.equal(tab.panel.webview.html, html);
      assert.equal(await vscode.env.clipboard.readText(), 'what was there before');
      assert.deepEqual([person.opened, person.messages], [[], []]);
      assert.deepEqual(openResultsTabs(), ['batch_done']);
    });
  });
});

describe('Open Results as Text', () => {
  const tabs = useResultsTabs();
  const api = useResultsApi();
  const person = usePerson();

  const { fs: files } = vscode.workspace;

  async function open(...args: unknown[]): Promise<vscode.TextEditor> {
    await run('openResultsText', ...args);
    return vscode.window.activeTextEditor ?? assert.fail('there is no editor');
  }

  it('opens a document with exactly the bytes of the result file', async () => {
    await addOdd(api);
    const { document } = await open('batch_done');
    assert.equal(document.uri.toString(), resultsUri('batch_done').toString());
    assert.equal(path.posix.basename(document.uri.path), 'batch_done.jsonl', 'the tab says which batch it is of');
    assert.deepEqual(Buffer.from(await files.readFile(document.uri)), Buffer.from(oddFile));
    assert.deepEqual(document.getText().split(/\r?\n/), oddFile.split(/\r?\n/));
    assert.equal((await files.stat(document.uri)).size, Buffer.byteLength(oddFile));
    assert.deepEqual(person.messages, []);
  });

  it('opens a document that can not be changed', async () => {
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

  it('goes to the line that is asked for', async () => {
    await addOdd(api);
    const editor = await open('batch_done', 4);
    assert.equal(editor.selection.active.line, 4);
    assert.equal(editor.document.lineAt(4).text, resultLine('ep-03'));
  });

  it('goes to the start for what is no line', async () => {
    await addOdd(api);
    for (const line of [-1, 0.5, NaN, '4', {}, null, { valueOf: () => 4 }]) {
      const { selection } = await open('batch_done', line);
      assert.equal(selection.active.line, 0);
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    }
    assert.deepEqual(person.messages, []);
  });

  for (const id of ['a/b', '../../etc/passwd', 'Ü 予告編 %2F%', '{0} #?&.jsonl']) {
    it(`opens the batch with an odd ID, and no other: ${id}`, async () => {
      await addOdd(api);
      await addDone(api, { id, resultText: `${resultLine('of the odd one')}\n` });
      const { document } = await open(id);
      assert.equal(document.getText(), `${resultLine('of the odd one')}\n`);
      assert.deepEqual(person.messages, []);
    });
  }

  it('opens what is kept, without asking the server again', async () => {
    await addOdd(api);
    await open('batch_done');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    api.simulator.faults.add({ path: /result$/, effect: { kind: 'status', status: 404 } });
    await open('batch_done');
    assert.equal(filesAskedFor(api).length, 1);
    assert.deepEqual(person.messages, []);
  });

  it('shows the new file as soon as it was loaded again', async () => {
    await addOdd(api);
    const { document } = await open('batch_done');
    await run('showResults', 'batch_done');
    const tab = tabs.only();
    await allShown(tab);
    api.simulator.updateBatch('batch_done', { resultText: resultLine('ep-new') });
    tab.say({ type: 'reload' });
    await eventually(() => assert.equal(document.getText(), resultLine('ep-new')));
    assert.equal(document.isDirty, false);
    assert.deepEqual(person.messages, []);
  });

  it('closes the documents of an account that is left, where no tab with results was ever shown, too', async () => {
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

  it('says that a batch still runs, whose results are not kept', async () => {
    const outputUrl = `${api.simulator.url}/v2/batches/batch_open/result`;
    api.simulator.addBatch({ id: 'batch_open', createdAt: Date.now(), status: 'PROCESSING', total: 2, outputUrl });
    await run('refresh');
    for (const name of ['openResultsText', 'saveResults']) {
      await run(name, 'batch_open');
      assert.match(person.messages.at(-1)?.text ?? '', /^The batch batch_open is not finished \(.+\): .+\.$/);
    }
    assert.deepEqual(
      person.messages.map(({ kind, buttons }) => [kind, ...buttons]),
      [
        ['information', 'Refresh'],
        ['information', 'Refresh'],
      ],
    );
    assert.deepEqual(filesAskedFor(api), []);
  });

  it('has no document for what is not kept, or is no result file', async () => {
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
    assert.deepEqual(api.simulator.requests, [], 'to look is no reason to load');
  });
});

describe('Save Results', () => {
  const tabs = useResultsTabs();
  const api = useResultsApi();
  const person = usePerson();
  const files = useFiles();

  it('writes exactly the bytes of the result file where the person wants them', async () => {
    await addOdd(api);
    files.willPick(files.uri('mine.jsonl'));
    await run('saveResults', 'batch_done');
    assert.deepEqual(files.read('mine.jsonl'), Buffer.from(oddFile));
    assert.deepEqual(files.names(), ['mine.jsonl']);
    const message = person.onlyMessage();
    assert.deepEqual([message.kind, message.text], ['information', 'The results of batch_done are saved.']);
  });

  it('proposes a name after the batch, in the folder that is open', async () => {
    await addOdd(api, 'batch: 1/2');
    await run('saveResults', 'batch: 1/2');
    const [asked] = files.asked;
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    assert.equal(asked?.defaultUri?.toString(), vscode.Uri.joinPath(folder.uri, 'batch_ 1_2.jsonl').toString());
    assert.deepEqual(asked.filters, { 'JSON Lines': ['jsonl'] });
    assert.equal(asked.title, 'Save Results');
  });

  it('writes nothing and says nothing when the dialog is escaped', async () => {
    await addOdd(api);
    await run('saveResults', 'batch_done');
    assert.deepEqual([files.names(), person.messages], [[], []]);
  });

  it('opens the file from there', async () => {
    await addOdd(api);
    files.willPick(files.uri('mine.jsonl'));
    person.willPress('Open');
    await run('saveResults', 'batch_done');
    await eventually(() => {
      assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), files.uri('mine.jsonl').toString());
    });
  });

  it('is what the page asks for, too', async () => {
    await addOdd(api);
    await run('showResults', 'batch_done');
    await allShown(tabs.only());
    files.willPick(files.uri('mine.jsonl'));
    tabs.only().say({ type: 'saveResults' });
    await eventually(() => assert.equal(person.messages.length, 1));
    assert.deepEqual(files.read('mine.jsonl'), Buffer.from(oddFile));
  });

  it('says so where the file can not be written', async () => {
    await addOdd(api);
    files.willPick(vscode.Uri.joinPath(files.write('a file', ''), 'below it.jsonl'));
    await run('saveResults', 'batch_done');
    const message = person.onlyMessage();
    assert.equal(message.kind, 'error');
    assert.match(message.text, /^That did not work: ./);
  });

  it('says so where the results could not be kept, and so can not be saved', async () => {
    await addOdd(api);
    const secrets = new FakeSecrets();
    await secrets.store('syncBatches.apiKey', environmentKey);
    const rehearsal = await rehearse(secrets);
    try {
      // In the place of the folder: nothing can be written into it.
      fs.writeFileSync(path.join(rehearsal.storage, 'results'), '');
      await vscode.commands.executeCommand('rehearsal.syncBatches.saveResults', 'batch_done');
    } finally {
      rehearsal.end();
    }
    const message = person.onlyMessage();
    assert.equal(message.kind, 'error');
    assert.match(message.text, /could not be kept on this computer/);
    assert.deepEqual(files.asked, [], 'it does not ask first where to save them');
  });
});

describe('Results that can not be had', () => {
  useResultsTabs();
  const api = useResultsApi();
  const person = usePerson();
  const files = useFiles();

  for (const name of ['openResultsText', 'saveResults', 'saveMedia', 'exportFailed'] as const) {
    it(`are said to be gone where the server has them no more, and nothing is asked: ${name}`, async () => {
      await addOdd(api);
      api.simulator.faults.add({ path: /result$/, effect: { kind: 'status', status: 404 } });
      await run(name, 'batch_done');
      const message = person.onlyMessage();
      assert.equal(message.kind, 'error');
      assert.match(message.text, /^[A-Zs].+\.$/);
      assert.equal(message.buttons.at(-1), 'Show Log');
      assert.deepEqual([files.asked, files.names()], [[], []]);
    });

    it(`are never half of a file: ${name}`, async () => {
      await addOdd(api);
      api.simulator.faults.add({ origin: 'files', effect: { kind: 'truncate' } });
      await run(name, 'batch_done');
      assert.equal(person.onlyMessage().kind, 'error');
      assert.deepEqual([files.asked, files.names()], [[], []]);
    });

    it(`are not asked for at an address that is not safe: ${name}`, async () => {
      const outputUrl = 'http://files.example.test/result.jsonl';
      api.simulator.addBatch({ id: 'batch_done', createdAt: Date.now(), status: 'COMPLETED', outputUrl });
      await run(name, 'batch_done');
      assert.equal(person.onlyMessage().kind, 'error');
      assert.deepEqual(
        api.simulator.requests.map(({ path: target }) => target),
        ['/v2/batch'],
      );
      assert.deepEqual(files.asked, []);
    });
  }
});

describe('Kept results', () => {
  useResultsTabs();
  const api = useResultsApi();
  const person = usePerson();

  const read = async (): Promise<number> => {
    await run('openResultsText', 'batch_done');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    return filesAskedFor(api).length;
  };

  it('are deleted by Delete Kept Results, once the person says so', async () => {
    await addOdd(api);
    assert.deepEqual([await read(), await read()], [1, 1]);
    person.willPress('Delete');
    await run('deleteKeptResults');
    const message = person.onlyMessage();
    assert.deepEqual([message.modal, message.kind], [true, 'warning']);
    assert.deepEqual(person.statusBar, ['$(check) Kept results deleted']);
    assert.equal(await read(), 2, 'they are loaded again');
  });

  it('stay on second thoughts', async () => {
    await addOdd(api);
    await read();
    await run('deleteKeptResults');
    assert.equal(person.onlyMessage().modal, true);
    assert.deepEqual(person.statusBar, []);
    assert.equal(await read(), 1);
  });

  /** The extension with a key of its own, so that it can be removed, and the result files that it keeps. */
  async function rehearseWithKey(): Promise<{ rehearsal: Rehearsal; folder: string; kept: () => string[] }> {
    const secrets = new FakeSecrets();
    await secrets.store('syncBatches.apiKey', environmentKey);
    const rehearsal = await rehearse(secrets);
    const folder = path.join(rehearsal.storage, 'results');
    const kept = (): string[] =>
      fs.existsSync(folder)
        ? fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jsonl'))
        : [];
    return { rehearsal, folder, kept };
  }
  const rehearsed = (name: string, ...args: unknown[]) =>
    vscode.commands.executeCommand(`rehearsal.syncBatches.${name}`, ...args);
  /** Has it keep results. Not by opening them: the documents are those of the real extension, which keeps others. */
  const keepRehearsed = (): Promise<unknown> => picking([], () => rehearsed('exportFailed', 'batch_done'));

  it('go with the key: they are deleted when it is removed', async () => {
    await addOdd(api);
    const { rehearsal, folder, kept } = await rehearseWithKey();
    try {
      await keepRehearsed();
      const [name, ...others] = kept();
      assert.ok(name);
      assert.deepEqual(others, []);
      assert.equal(fs.readFileSync(path.join(folder, name), 'utf8'), oddFile);
      await rehearsed('removeApiKey');
      assert.deepEqual(kept(), [name], 'but not on second thoughts');
      person.willPress('Remove');
      await rehearsed('removeApiKey');
      assert.deepEqual(kept(), []);
    } finally {
      rehearsal.end();
    }
  });

  it('that can not be deleted are said to be there still, and the key is removed all the same', async () => {
    await addOdd(api);
    const { rehearsal, kept } = await rehearseWithKey();
    const restore = replaceMember(fs.promises, 'rm', () => Promise.reject(new Error('EPERM: operation not permitted')));
    try {
      await keepRehearsed();
      person.willPress('Remove');
      await rehearsed('removeApiKey');
      const [, message, ...others] = person.messages;
      assert.match(message?.text ?? '', /kept on this computer .+ could not be deleted; the log says why\.$/);
      assert.deepEqual([message?.kind, message?.buttons, others], ['warning', ['Show Log'], []]);
      assert.deepEqual(person.statusBar, ['$(check) API key removed']);
      assert.equal(kept().length, 1);
      person.willPress('Delete');
      await rehearsed('deleteKeptResults');
      assert.match(person.messages.at(-1)?.text ?? '', /could not be deleted; the log says why\.$/);
      assert.deepEqual(person.messages.at(-1)?.buttons, ['Show Log']);
    } finally {
      restore();
      rehearsal.end();
    }
  });

  it('of another account are not seen, and come back with it', async () => {
    await addOdd(api);
    await read();
    await setApiBaseUrl(api.simulator.url.replace('127.0.0.1', 'localhost'));
    assert.equal(await read(), 2);
    await setApiBaseUrl(api.simulator.url);
    assert.equal(await read(), 2);
  });
});
