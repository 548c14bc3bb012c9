import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { SubmissionNode, Node, PartNode } from '../../src/editor/sidebar/nodes';
import { picking } from './support/answers';
import { useExtension, type Watched, watched } from './support/extension';
import { useFiles } from './support/files';
import { eventually } from './support/poll';
import { replaceMember } from './support/replace';
import { setApiBaseUrl, setSetting } from './support/settings';
import { batchFile, useAskedUser, useSubmissionsApi } from './support/submissions';
import { closeView, openView } from './support/view';

useExtension();

const run = (name: string, ...args: unknown[]): Thenable<unknown> =>
  vscode.commands.executeCommand(`syncBatches.${name}`, ...args);
const plain = (text: unknown): string => String(text).replace(/\s/g, ' ');

describe('Submission rows', () => {
  const api = useSubmissionsApi();
  const { user } = useAskedUser();
  const files = useFiles();
  let seen: Watched;

  before(async () => {
    seen = await watched();
    await openView();
    await setSetting('syncBatches.batchMaxLines', 20);
  });
  after(async () => {
    await setSetting('syncBatches.batchMaxLines', undefined);
    await closeView();
  });
  afterEach('close all editors', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  async function childrenOf(node?: Node): Promise<Node[]> {
    return (await seen.tree.getChildren(node)) ?? [];
  }
  async function submissionRows(): Promise<SubmissionNode[]> {
    const [first] = await childrenOf();
    return first?.kind === 'submissions'
      ? (await childrenOf(first)).filter((node): node is SubmissionNode => node.kind === 'submission')
      : [];
  }
  const submissionRow = (): Promise<SubmissionNode> =>
    eventually(async () => (await submissionRows())[0] ?? assert.fail('there is no submission'));
  async function partsOf(node: SubmissionNode): Promise<PartNode[]> {
    return (await childrenOf(node)).filter((part): part is PartNode => part.kind === 'part');
  }
  const describedAs = async (node: Node): Promise<string> => plain((await seen.tree.getTreeItem(node)).description);
  const messageIn = (state: string): Promise<string> =>
    eventually(() => {
      assert.equal(seen.contextKeys.get('syncBatches.viewState'), state);
      return plain(seen.view.message ?? '');
    });

  beforeEach('wait for the load that follows from being in sight', async () => {
    await messageIn('empty');
  });

  async function submit(requests: number, button: string): Promise<void> {
    user.willPress(button);
    await run('submitFile', files.write('season.jsonl', batchFile(requests)));
  }
  /** Submits three batches. The second one is refused, so that the third one waits. */
  async function submitHalf(): Promise<SubmissionNode> {
    api.simulator.faults.add({ path: '/v2/batch', method: 'POST', times: 1, effect: { kind: 'status', status: 402 } });
    await submit(60, 'Submit as 3 Batches');
    return submissionRow();
  }

  it('show files that became several batches, with their total', async () => {
    await submit(60, 'Submit as 3 Batches');
    const node = await submissionRow();
    assert.equal(node.submission.fileName, 'season.jsonl');
    const [first = '', second = ''] = (await api.batchIds()).reverse();
    api.simulator.updateBatch(first, { status: 'COMPLETED', succeeded: 18, failed: 2 });
    api.simulator.updateBatch(second, { status: 'PROCESSING', succeeded: 5 });
    await run('refresh');
    await eventually(async () => {
      assert.equal(await describedAs(node), '3 of 3 batches sent · 25 of 60 requests done · 2 failed');
    });
    assert.equal((await submissionRows())[0], node, 'it is the same row');
    const parts = await partsOf(node);
    assert.deepEqual(
      parts.map(({ batch }) => batch?.id),
      (await api.batchIds()).reverse(),
    );
    const groups = (await childrenOf()).map((group) => (group.kind === 'group' ? group.status : group.kind));
    assert.deepEqual([groups[0], groups.at(-1)], ['submissions', 'COMPLETED']);
  });

  it('have parts that support the batch commands', async () => {
    await submit(60, 'Submit as 3 Batches');
    await run('refresh');
    const node = await submissionRow();
    const part = await eventually(async () => {
      const [, second] = await partsOf(node);
      return second?.batch === undefined ? assert.fail('its batch is not in the list') : second;
    });
    await run('copyBatchId', part);
    assert.equal(await vscode.env.clipboard.readText(), (await api.batchIds()).reverse()[1]);
  });

  it('do not show files that became one batch', async () => {
    await submit(20, 'Submit 20 Requests');
    await run('refresh');
    await messageIn('list');
    assert.deepEqual(await submissionRows(), []);
  });

  it('stay visible with any filter, and make room for the welcome text if nothing is pending', async () => {
    await submit(60, 'Submit as 3 Batches');
    await run('refresh');
    await submissionRow();
    try {
      await filterBy('PENDING');
      assert.match(await messageIn('list'), /^Pending · /);
      assert.equal((await submissionRows()).length, 1);
      await filterBy('FAILED');
      assert.equal(await messageIn('filteredOut'), '');
      assert.deepEqual(await submissionRows(), []);
    } finally {
      await run('clearFilters');
    }
    await messageIn('list');
    assert.equal((await submissionRows()).length, 1);
  });

  it('are shown without batches while parts are pending, with a message', async () => {
    await run('refresh');
    const node = await submitHalf();
    assert.equal(await messageIn('empty'), 'There are no batches yet.');
    assert.equal(await describedAs(node), '0 of 3 batches sent · refused: 1 · pending');
    assert.equal((await seen.tree.getTreeItem(node)).contextValue, 'submission open');
    try {
      await filterBy('FAILED');
      assert.equal(await messageIn('filteredOut'), 'No batch matches the filter: Failed.');
      assert.equal((await submissionRows())[0], node);
    } finally {
      await run('clearFilters');
    }
  });

  it('can be continued from their row', async () => {
    const node = await submitHalf();
    await run('continueSubmission', node);
    await eventually(async () => assert.match(await describedAs(node), /^2 of 3 batches sent/));
    assert.equal((await submissionRows())[0], node);
    assert.equal((await api.batchIds()).length, 2);
  });

  it('stay visible when everything is sent and not in the list yet', async () => {
    await run('refresh');
    const node = await submitHalf();
    await messageIn('empty');
    api.simulator.faults.add({ path: '/v2/batch', method: 'GET', effect: { kind: 'hang' } });
    await run('continueSubmission', node);
    await messageIn('loading');
    assert.match(await describedAs(node), /^2 of 3 batches sent/);
    assert.equal((await submissionRows())[0], node);
  });

  it('show what to do if the outcome is unknown', async () => {
    api.simulator.faults.add({ path: '/v2/batch', method: 'POST', times: 1, effect: { kind: 'reset' } });
    await submit(20, 'Submit 20 Requests');
    const node = await submissionRow();
    const { command, contextValue } = await seen.tree.getTreeItem(node);
    assert.equal(contextValue, 'submission uncertain');
    const [pick] = await picking([], () =>
      vscode.commands.executeCommand(command?.command ?? '', ...((command?.arguments ?? []) as unknown[])),
    );
    assert.match(pick?.options?.title ?? '', /season\.jsonl/);
  });

  it('belong to the current account', async () => {
    await submitHalf();
    await setApiBaseUrl(api.url.replace('127.0.0.1', 'localhost'));
    await eventually(async () => assert.deepEqual(await submissionRows(), []));
    await setApiBaseUrl(api.url);
    await submissionRow();
  });

  async function filterBy(status: string): Promise<void> {
    const restore = replaceMember(vscode.window, 'showQuickPick', ((
      rows: readonly (vscode.QuickPickItem & { readonly status?: string })[],
    ) => Promise.resolve(rows.filter((row) => row.status === status))) as never);
    try {
      await run('filterByStatus');
    } finally {
      restore();
    }
  }
});
