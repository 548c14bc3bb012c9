import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { environmentKey, useExtension } from './support/extension';
import { eventually } from './support/poll';
import { openUnsaved, requestLine, useAskedUser, useProgress, useSubmissionsApi } from './support/submissions';

useExtension();

const estimate = (uri: vscode.Uri): Thenable<unknown> =>
  vscode.commands.executeCommand('syncBatches.estimateCost', uri);

/** Requests with few different payloads, because of the rate limit. */
const file = (requests: number, payloads: number, model = 'lipsync-2'): string =>
  Array.from({ length: requests }, (_, index) => {
    const { payload } = JSON.parse(requestLine(`p-${index % payloads}`, model)) as { payload: unknown };
    return `${JSON.stringify({ request_id: `ep-${index}`, endpoint: '/v2/generate', payload })}\n`;
  }).join('');

describe('Estimate Cost of Batch File', () => {
  const api = useSubmissionsApi();
  const { user, modals } = useAskedUser();
  const progress = useProgress();
  const asked = (): number => api.recorded.filter(({ path }) => path === '/v2/analyze/cost').length;

  /** The expected text for the cost of the first payloads, each so many times, according to the API. */
  async function cost(payloads: number, times: number, model?: string): Promise<string> {
    let usd = 0;
    for (const line of file(payloads, payloads, model).trimEnd().split('\n')) {
      const { payload } = JSON.parse(line) as { payload: unknown };
      const headers = { 'x-api-key': environmentKey, 'content-type': 'application/json' };
      const request = { method: 'POST', headers, body: JSON.stringify(payload) };
      const answer = await fetch(`${api.simulator.url}/v2/analyze/cost`, request);
      for (const part of (await answer.json()) as { estimatedGenerationCost: number }[]) {
        usd += times * part.estimatedGenerationCost;
      }
    }
    return new Intl.NumberFormat('en', { style: 'currency', currency: 'USD' }).format(usd);
  }

  afterEach('close all editors', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  // The order matters: the requests of one test count for the rate limit of the next one.
  it('adds up the estimates, sends equal payloads once, and caches the results', async () => {
    const { uri } = await openUnsaved(file(30, 3));
    await estimate(uri);
    const shown = user.onlyMessage();
    assert.deepEqual(
      [shown.kind, shown.text, shown.buttons],
      ['information', `About ${await cost(3, 10)} for 30 requests (estimate by sync.so, not an invoice).`, []],
    );
    assert.equal(asked(), 3);
    await estimate(uri);
    assert.equal(asked(), 3);
    assert.equal(user.messages[1]?.text, shown.text);
  });

  it('is shown in the question before submitting exactly this text', async () => {
    const document = await openUnsaved(file(20, 1, 'sync-3'));
    await estimate(document.uri);
    await vscode.commands.executeCommand('syncBatches.submitFile', document.uri);
    const known = `About ${await cost(1, 20, 'sync-3')}, estimated by sync.so this minute.`;
    assert.ok(modals.asked[0]?.detail.includes(known), modals.asked[0]?.detail);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(20, 0), `${requestLine('one-more')}\n`);
    await vscode.workspace.applyEdit(edit);
    await vscode.commands.executeCommand('syncBatches.submitFile', document.uri);
    assert.match(modals.asked[1]?.detail ?? '', /The cost was not estimated\./);
    assert.deepEqual(api.posts, []);
  });

  it('continues after an invalid request, and shows how many failed and why', async () => {
    const message = 'the video can not be read';
    api.simulator.faults.add({ path: '/v2/analyze/cost', times: 1, effect: { kind: 'status', status: 400, message } });
    const { uri } = await openUnsaved(file(20, 2, 'lipsync-2-pro'));
    await estimate(uri);
    const shown = user.onlyMessage();
    assert.equal(shown.kind, 'warning');
    assert.match(
      shown.text,
      /^About \$\d+\.\d\d for 10 of 20 requests \(.+\)\. 10 could not be estimated: sync\.so refused the request \(400\): the video can not be read\. Correct the batch file and try again\.$/,
    );
  });

  it('stops if the plan does not allow it, says so, and can be continued', async () => {
    api.simulator.faults.add({ path: '/v2/analyze/cost', effect: { kind: 'status', status: 402 } });
    const { uri } = await openUnsaved(file(20, 4, 'react-1'));
    user.willPress('Continue');
    await estimate(uri);
    // The second of two concurrent requests may have been aborted before it arrived.
    api.simulator.faults.clear();
    await eventually(() => assert.equal(user.messages.length, 2));
    assert.match(user.messages[0]?.text ?? '', /^The cost can’t be estimated\. .*402/);
    assert.ok(user.messages[1]?.text.startsWith(`About ${await cost(4, 5, 'react-1')} for 20 requests`));
  });

  it('asks first if it takes long, and offers to extrapolate from a sample', async () => {
    const { uri } = await openUnsaved(file(300, 100));
    await estimate(uri);
    const [question] = modals.asked;
    assert.match(question?.question ?? '', /^Estimating 300 requests takes about \d minutes\.$/);
    assert.match(question?.detail ?? '', /30 a minute/);
    assert.deepEqual(question?.buttons, ['Estimate All', 'Estimate 20 and Extrapolate']);
    assert.deepEqual(
      user.messages.filter(({ modal }) => !modal),
      [],
      'the question was cancelled',
    );
  });

  it('keeps the estimates so far when it is cancelled, and shows how many they are', async () => {
    const { uri } = await openUnsaved(file(20, 2, 'lipsync-1.9.0-beta'));
    // One of the two requests hangs, whichever comes second.
    api.simulator.faults.add({ path: '/v2/analyze/cost', times: 1, effect: { kind: 'hang' } });
    const running = estimate(uri);
    await eventually(() => assert.match(progress.messages.at(-1) ?? '', /^10 of 20, \$\d+\.\d\d so far/));
    progress.cancel();
    await running;
    const shown = user.onlyMessage();
    assert.match(shown.text, /^About \$\d+\.\d\d for 10 of 20 requests so far /);
    assert.deepEqual(shown.buttons, ['Continue']);
  });
});
