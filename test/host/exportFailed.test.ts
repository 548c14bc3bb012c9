import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { failure, generation, resultLine } from '../unit/results/lines';
import { picking } from './support/answers';
import { useExtension } from './support/extension';
import { useFiles } from './support/files';
import { useTestUser } from './support/testUser';
import { eventually } from './support/poll';
import { addDone, useResultsApi } from './support/results';
import { useResultsTabs } from './support/resultsTabs';
import { batchFile, useAskedUser, useSubmissionsApi } from './support/submissions';

useExtension();

const exportFailed = (): Thenable<unknown> => vscode.commands.executeCommand('syncBatches.exportFailed', 'batch_done');

const original = 'From the original batch file…';
const rebuilt = 'From the results';
const all = 'All failures';
const worthRetrying = 'Only failures worth retrying';

const idOf = (number: number): string => `ep-${String(number).padStart(2, '0')}`;
const media = (number: number): object[] => [
  { type: 'video', url: `https://media.example/${number}.mp4?sig=a%2Fb+c` },
  { type: 'audio', url: `https://media.example/${number}.wav` },
];

/** A line with unusual spaces, order and escapes, which must stay unchanged. */
const inputLine = (number: number): string =>
  `{ "payload": {"input":${JSON.stringify(media(number))}, "model":"lipsync-2", "x": "\\u00fc ü 1.0e2"},"endpoint":"/v2/generate" ,  "request_id":"${idOf(number)}"}`;

const numbers = Array.from({ length: 25 }, (_, index) => index + 1);
const inputFile = `${numbers.map(inputLine).join('\r\n')}\n`;

/** The errors: 21 timed out, 22 had no audio, 23 was rejected, 24 had an internal error. 25 is missing. */
const errors: Readonly<Record<number, Record<string, unknown>>> = {
  21: { error_code: 'generation_timeout' },
  22: { error_code: 'generation_audio_missing' },
  23: { status: 'REJECTED', error_code: 'generation_input_validation_failed' },
  24: { error_code: 'generation_pipeline_failed' },
};
function outputLine(number: number): string {
  const error = errors[number];
  const input = media(number);
  return resultLine(idOf(number), error === undefined ? generation({ input }) : failure({ input, ...error }));
}
/** In another order than the requests, since the API guarantees no order. */
const resultText = numbers.slice(0, 24).reverse().map(outputLine).join('\n');

describe('Export Failed Requests', () => {
  const tabs = useResultsTabs();
  const api = useResultsApi();
  const user = useTestUser();
  const files = useFiles();

  const add = (): Promise<void> => addDone(api, { total: 25, succeeded: 20, failed: 4, resultText });
  const exported = (): string => files.read('again.jsonl').toString();

  /** Exports to a file in the folder. @param input The original file. */
  async function exportTo(picks: readonly string[], input?: vscode.Uri) {
    files.willPick(...(input === undefined ? [] : [input]), files.uri('again.jsonl'));
    return picking(picks, exportFailed);
  }

  it('copies lines of the original file byte for byte and in order, including missing requests', async () => {
    await add();
    await exportTo([original, all], files.write('original.jsonl', inputFile));
    assert.equal(exported(), [21, 22, 23, 24, 25].map((number) => `${inputLine(number)}\n`).join(''));
    const message = user.onlyMessage();
    assert.match(message.text, /^5 requests exported\. /);
    assert.doesNotMatch(message.text, /Left out|Look at|another batch/);
  });

  it('does not change the original file or send requests', async () => {
    await add();
    const input = files.write('original.jsonl', inputFile);
    await exportTo([original, all], input);
    assert.equal(files.read('original.jsonl').toString(), inputFile);
    assert.deepEqual(files.names(), ['again.jsonl', 'original.jsonl']);
    assert.ok(
      api.simulator.requests.every(({ method }) => method === 'GET'),
      'nothing is submitted',
    );
  });

  it('opens the new file', async () => {
    await add();
    await exportTo([original, all], files.write('original.jsonl', inputFile));
    await eventually(() => {
      assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), files.uri('again.jsonl').toString());
    });
  });

  it('shows the choices with their counts', async () => {
    await add();
    const [source, which] = await exportTo([original, all], files.write('original.jsonl', inputFile));
    assert.equal(source?.options?.title, 'Export 5 Failed Requests');
    assert.deepEqual(source.labels, [original, rebuilt]);
    assert.deepEqual(which?.labels, [all, worthRetrying]);
    assert.deepEqual(which.details, [
      '4 requests failed or were rejected.',
      '2 of 4: timeouts and temporary server errors.',
    ]);
    const [opening, saving] = files.asked;
    assert.deepEqual([opening?.title, saving?.title], ['Original Batch File', 'Export Failed Requests']);
    assert.equal(path.posix.basename(saving?.defaultUri?.path ?? ''), 'batch_done-retry.jsonl');
  });

  it('exports only failures worth retrying on request, and reports the others', async () => {
    await add();
    await exportTo([original, worthRetrying], files.write('original.jsonl', inputFile));
    assert.equal(exported(), [21, 24, 25].map((number) => `${inputLine(number)}\n`).join(''));
    const { text, buttons, kind } = user.onlyMessage();
    assert.match(text, /^3 requests exported\. .*Left out: not worth retrying \(2\)\./);
    assert.deepEqual([kind, buttons], ['warning', ['Show Log']]);
  });

  it('rebuilds requests from the results, and reports missing requests that it can not rebuild', async () => {
    await add();
    const picks = await exportTo([rebuilt, all]);
    assert.equal(picks.length, 2);
    const lines = exported().trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => JSON.parse(line) as unknown),
      [24, 23, 22, 21].map((number) => ({
        request_id: idOf(number),
        endpoint: '/v2/generate',
        payload: { model: 'lipsync-2', input: media(number) },
      })),
    );
    assert.match(user.onlyMessage().text, /^4 requests exported\. Left out: no result, so only the original .+ \(1\)/);
  });

  it('reports why requests could not be rebuilt', async () => {
    const text = [
      resultLine('ep-01'),
      resultLine('ep-02', failure({ model: undefined })),
      resultLine('ep-03', failure({ input: [] })),
      resultLine('ep-04', failure()),
    ].join('\n');
    await addDone(api, { total: 4, succeeded: 1, failed: 3, resultText: text });
    await exportTo([rebuilt]);
    assert.deepEqual(
      exported()
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { request_id: string }).request_id),
      ['ep-04'],
    );
    const { text: shown } = user.onlyMessage();
    assert.match(shown, /Left out: no model in the result \(1\); no input media in the result \(1\)\./);
  });

  it('writes no file if no request could be rebuilt, and reports why', async () => {
    const text = [resultLine('ep-01'), resultLine('ep-02', failure({ model: undefined }))].join('\n');
    await addDone(api, { total: 2, succeeded: 1, failed: 1, resultText: text });
    await picking([rebuilt], exportFailed);
    const { kind, text: shown } = user.onlyMessage();
    assert.equal(kind, 'warning');
    assert.match(shown, /^No requests exported\. Left out: no model in the result \(1\)\./);
    assert.deepEqual([files.asked, files.names()], [[], []]);
  });

  it('reports that the original file is of another batch, and ignores it', async () => {
    await add();
    const other = inputFile.replaceAll('"ep-', '"other-');
    await exportTo([original, all], files.write('other.jsonl', other));
    assert.doesNotMatch(exported(), /other-/);
    assert.equal(exported().trimEnd().split('\n').length, 4);
    const { kind, text } = user.onlyMessage();
    assert.equal(kind, 'warning');
    assert.match(text, /The original file is of another batch/);
  });

  it('warns that a batch needs at least 20 requests, with what to do', async () => {
    await add();
    await exportTo([original, all], files.write('original.jsonl', inputFile));
    const { kind, text } = user.onlyMessage();
    assert.equal(kind, 'warning');
    assert.match(text, /at least 20 requests: add more to the file, or send these one by one with POST \/v2\/generate/);
  });

  it('shows no warning for a complete export', async () => {
    const timedOut = numbers.map((number) => resultLine(idOf(number), failure({ input: media(number) }))).join('\n');
    await addDone(api, { total: 25, succeeded: 0, failed: 25, resultText: timedOut });
    const picks = await exportTo([original], files.write('original.jsonl', inputFile));
    assert.equal(picks.length, 1, 'there is no choice if all failures are worth retrying');
    assert.equal(exported(), inputFile.replaceAll('\r', ''));
    const message = user.onlyMessage();
    assert.deepEqual([message.kind, message.text, message.buttons], ['information', '25 requests exported.', []]);
  });

  it('uses the singular for 1', async () => {
    const text = [resultLine('ep-01'), outputLine(21)].join('\n');
    await addDone(api, { total: 2, succeeded: 1, failed: 1, resultText: text });
    const [source] = await exportTo([rebuilt]);
    assert.equal(source?.options?.title, 'Export 1 Failed Request');
    assert.match(user.onlyMessage().text, /^1 request exported\./);
  });

  it('keeps its questions open when the results tab takes the focus', async () => {
    await add();
    const picks = await exportTo([original, all], files.write('original.jsonl', inputFile));
    assert.deepEqual(
      picks.map(({ options }) => options?.ignoreFocusOut),
      [true, true],
    );
  });

  it('reports that nothing failed, without a question', async () => {
    await addDone(api, { total: 20, succeeded: 20, failed: 0 });
    assert.deepEqual(await picking([], exportFailed), []);
    const message = user.onlyMessage();
    assert.deepEqual([message.kind, message.text], ['information', 'No request of batch_done failed or is missing.']);
    assert.deepEqual(files.asked, []);
  });

  it('exports nothing of a running batch, and says what to do', async () => {
    await add();
    const outputUrl = `${api.simulator.url}/v2/batches/batch_done/result`;
    api.simulator.updateBatch('batch_done', { status: 'PROCESSING', outputUrl });
    await vscode.commands.executeCommand('syncBatches.refresh');
    assert.deepEqual(await picking([], exportFailed), []);
    const message = user.onlyMessage();
    assert.equal(message.kind, 'information');
    assert.match(message.text, /^Batch batch_done has not finished \(.+\) and .+ Try again when it has finished\.$/);
    assert.deepEqual([message.buttons, files.asked], [['Refresh'], []]);
  });

  it('exports missing requests if none failed', async () => {
    await addDone(api, {
      total: 25,
      succeeded: 20,
      failed: 0,
      resultText: numbers.slice(0, 20).map(outputLine).join('\n'),
    });
    await exportTo([original], files.write('original.jsonl', inputFile));
    assert.equal(exported(), [21, 22, 23, 24, 25].map((number) => `${inputLine(number)}\n`).join(''));
  });

  describe('does nothing when the user cancels', () => {
    afterEach(() => {
      assert.ok(!files.names().includes('again.jsonl'));
      assert.deepEqual(user.messages, []);
    });

    it('the first question', async () => {
      await add();
      assert.equal((await picking([], exportFailed)).length, 1);
      assert.deepEqual(files.asked, []);
    });

    it('the dialog for the original file', async () => {
      await add();
      assert.equal((await picking([original], exportFailed)).length, 1);
      assert.equal(files.asked.length, 1);
    });

    it('the second question', async () => {
      await add();
      files.willPick(files.write('original.jsonl', inputFile));
      assert.equal((await picking([original], exportFailed)).length, 2);
      assert.equal(files.asked.length, 1);
    });

    it('the dialog for the new file', async () => {
      await add();
      files.willPick(files.write('original.jsonl', inputFile));
      await picking([original, all], exportFailed);
      assert.equal(files.asked.length, 2);
    });
  });

  it('rejects an original file that is too large', async () => {
    await add();
    const huge = files.write('huge.jsonl', '');
    fs.truncateSync(huge.fsPath, 100_000_001);
    files.willPick(huge);
    await picking([original], exportFailed);
    const { kind, text } = user.onlyMessage();
    assert.equal(kind, 'error');
    assert.match(text, /too large to be a batch file/);
  });

  it('can be started from the page', async () => {
    await add();
    await vscode.commands.executeCommand('syncBatches.showResults', 'batch_done');
    const tab = tabs.only();
    await eventually(() => assert.ok(tab.messagesOf('done').length > 0));
    files.willPick(files.uri('again.jsonl'));
    await picking([rebuilt, all], async () => {
      tab.send({ type: 'exportFailed' });
      await eventually(() => assert.equal(user.messages.length, 1));
    });
    assert.equal(exported().trimEnd().split('\n').length, 4);
  });
});

describe('Export Failed Requests for a batch that the extension submitted', () => {
  const api = useSubmissionsApi();
  const { user } = useAskedUser();
  const files = useFiles();
  afterEach('close all editors', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  const stored = 'From the submitted file';
  const text = batchFile(20);

  /** Submits a file whose batch finishes with two failed requests and a missing one. */
  async function submitAndFail(): Promise<string> {
    // Load the list first: then creating the batch loads only changes, and the refresh below is a separate load.
    await vscode.commands.executeCommand('syncBatches.refresh');
    const uri = files.write('sent.jsonl', text);
    user.willPress('Submit 20 Requests');
    await vscode.commands.executeCommand('syncBatches.submitFile', uri);
    const [id = ''] = await api.batchIds();
    const lines = Array.from({ length: 19 }, (_, index) =>
      index < 2 ? resultLine(`ep-${index + 1}`, failure()) : resultLine(`ep-${index + 1}`, generation()),
    );
    const resultText = lines.join('\n');
    api.simulator.updateBatch(id, { status: 'COMPLETED', succeeded: 17, failed: 2, resultText });
    await vscode.commands.executeCommand('syncBatches.refresh');
    return id;
  }

  it('copies lines of the stored file, even if the original file has changed', async () => {
    const id = await submitAndFail();
    files.write('sent.jsonl', 'something else\n');
    files.willPick(files.uri('again.jsonl'));
    const [source] = await picking([stored], () => vscode.commands.executeCommand('syncBatches.exportFailed', id));
    assert.deepEqual(source?.labels, [stored, original, rebuilt]);
    const sent = text.split('\n');
    assert.equal(files.read('again.jsonl').toString(), [sent[0], sent[1], sent[19], ''].join('\n'));
    assert.deepEqual(
      files.asked.map(({ title }) => title),
      ['Export Failed Requests'],
    );
  });

  it('offers the other sources too', async () => {
    const id = await submitAndFail();
    files.willPick(files.uri('again.jsonl'));
    await picking([rebuilt], () => vscode.commands.executeCommand('syncBatches.exportFailed', id));
    assert.equal(files.read('again.jsonl').toString().trimEnd().split('\n').length, 2);
  });
});
