import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ContextKeyService } from '../../src/editor/shared/contextKeys';
import { demoBatches } from '../simulator/demoData';
import { environmentKey, useExtension, type Watched, watched } from './support/extension';
import { useTestUser } from './support/testUser';
import { eventually } from './support/poll';
import { replaceMember } from './support/replace';
import { setApiBaseUrl } from './support/settings';
import { useSimulator } from './support/simulator';
import { closeView, openView, shownBatches } from './support/view';

useExtension();

const plain = (text: string | undefined): string => (text ?? '').replace(/\s/g, ' ');
const refresh = (): Thenable<unknown> => vscode.commands.executeCommand('syncBatches.refresh');

describe('The view', () => {
  const api = useSimulator();
  const user = useTestUser();
  let seen: Watched;

  before(async () => {
    seen = await watched();
    await openView();
  });
  after(closeView);

  /** Waits for a state, and returns the message above the tree. */
  async function messageIn(state: string): Promise<string> {
    await eventually(() => {
      assert.equal(seen.contextKeys.get('syncBatches.viewState'), state);
    });
    return plain(seen.view.message);
  }

  beforeEach('wait for the load that follows from being in sight', async () => {
    await messageIn('empty');
    api.simulator.clearRequests();
  });

  /** Makes the extension clear the list: the same server under another name is another account. */
  async function beginAnew(): Promise<void> {
    await setApiBaseUrl(api.simulator.url.replace('127.0.0.1', 'localhost'));
  }

  /** Makes all requests fail from now on, and clears the list. */
  async function failFromTheStart(status: number): Promise<void> {
    api.simulator.faults.add({ effect: { kind: 'status', status } });
    await beginAnew();
  }

  it('loads when it is visible, and says that there are no batches yet', async () => {
    await beginAnew();
    assert.equal(await messageIn('empty'), '');
    assert.equal(api.simulator.requests.length, 1);
    assert.deepEqual(await shownBatches(), {});
    assert.deepEqual(user.messages, []);
  });

  it('groups the batches by status, unfinished ones first', async () => {
    for (const seed of demoBatches(Date.now()).slice(0, 10)) {
      api.simulator.addBatch(seed);
    }
    await refresh();
    assert.match(await messageIn('list'), /^As of \d{1,2}:\d{2} [AP]M$/);
    assert.deepEqual(await shownBatches(), {
      PROCESSING: ['batch_def456', 'batch_c6380f', 'batch_e92b5a'],
      JOBS_CREATED: ['batch_a41d08'],
      PENDING: ['batch_5f0c21', 'batch_77b9e4'],
      FAILED: ['batch_8d24fa'],
      COMPLETED: ['batch_abc123', 'batch_1b7f3d', 'batch_30ce96'],
    });
  });

  it('shows an unknown status as its own group, after the unfinished ones', async () => {
    api.simulator.addBatch({ id: 'done', createdAt: Date.now(), status: 'COMPLETED' });
    api.simulator.addBatch({ id: 'odd', createdAt: Date.now(), status: 'PARTIALLY_DONE' });
    await refresh();
    await messageIn('list');
    assert.deepEqual(Object.keys(await shownBatches()), ['PARTIALLY_DONE', 'COMPLETED']);
  });

  it('moves a batch to its new group on refresh, and keeps its node', async () => {
    api.simulator.addBatch({ id: 'b', createdAt: Date.now(), status: 'PROCESSING' });
    await refresh();
    const [before] = (await seen.tree.getChildren(undefined)) ?? [];
    const [row] = (await seen.tree.getChildren(before)) ?? [];
    api.simulator.updateBatch('b', { status: 'COMPLETED' });
    await refresh();
    assert.deepEqual(await shownBatches(), { COMPLETED: ['b'] });
    const [after] = (await seen.tree.getChildren(undefined)) ?? [];
    assert.equal(((await seen.tree.getChildren(after)) ?? [])[0], row);
  });

  it('says that it is loading', async () => {
    api.simulator.faults.add({ effect: { kind: 'hang' } });
    await beginAnew();
    assert.equal(await messageIn('loading'), '');
    assert.deepEqual(await shownBatches(), {});
  });

  it('says that the key is refused', async () => {
    api.simulator.setKeys(['another']);
    await beginAnew();
    assert.equal(await messageIn('keyRefused'), '');
    assert.deepEqual(user.messages, [], 'nobody asked for anything');
  });

  it('hides the batches when the key is refused, and shows them again when it is accepted', async () => {
    api.simulator.addBatch({ id: 'b', createdAt: Date.now() });
    await refresh();
    api.simulator.setKeys([]);
    await refresh();
    await messageIn('keyRefused');
    assert.deepEqual(await shownBatches(), {});
    api.simulator.setKeys([environmentKey]);
    await refresh();
    await messageIn('list');
    assert.deepEqual(await shownBatches(), { PENDING: ['b'] });
  });

  for (const [status, state] of [
    [402, 'unreachable.plan'],
    [403, 'unreachable.plan'],
    [404, 'unreachable.address'],
    [400, 'unreachable.request'],
    [418, 'unreachable.answer'],
    [407, 'unreachable.trust'],
  ] as const) {
    it(`says why there is nothing to show: HTTP ${status}`, async () => {
      await failFromTheStart(status);
      assert.equal(await messageIn(state), '');
      assert.deepEqual(user.messages, [], 'a failure that nobody waits for is no toast');
    });
  }

  it('says that it is a server error, after retries', async () => {
    await failFromTheStart(503);
    await messageIn('unreachable.server');
    assert.equal(api.simulator.requests.filter(({ status }) => status === 503).length, 3);
  });

  it('says that it is the rate limit, and when it ends', async () => {
    api.simulator.addBatch({ id: 'b', createdAt: Date.now() });
    await refresh();
    api.simulator.faults.add({ effect: { kind: 'status', status: 429, retryAfter: '3600' } });
    await refresh();
    assert.match(await messageIn('stale'), /\(429\).* It accepts requests again at \d{1,2}:\d{2}:\d{2} [AP]M\.$/);
  });

  for (const [what, effect] of [
    ['no JSON', { kind: 'garbage' }],
    ['a log-in page', { kind: 'html' }],
    ['nothing', { kind: 'empty' }],
    ['JSON of another shape', { kind: 'wrongShape' }],
  ] as const) {
    it(`says that the response is not a list of batches: ${what}`, async () => {
      api.simulator.faults.add({ effect });
      await beginAnew();
      await messageIn('unreachable.answer');
    });
  }

  it('says that the response is too large', async () => {
    api.simulator.faults.add({ effect: { kind: 'huge', bytes: 40_000_000 } });
    await beginAnew();
    await messageIn('unreachable.size');
  });

  it('keeps the last good list when a refresh fails, and says how old it is and why', async () => {
    api.simulator.addBatch({ id: 'b', createdAt: Date.now() });
    await refresh();
    api.simulator.faults.add({ effect: { kind: 'status', status: 402 } });
    await refresh();
    assert.match(
      await messageIn('stale'),
      /^As of \d{1,2}:\d{2} [AP]M \((?:this minute|1 minute ago)\)\. Your plan does not include the Batch API \(402\)/,
    );
    assert.deepEqual(await shownBatches(), { PENDING: ['b'] });
    assert.equal(user.onlyMessage().kind, 'error', 'a message, for the user action');

    api.simulator.faults.clear();
    await refresh();
    assert.match(await messageIn('list'), /^As of \d{1,2}:\d{2} [AP]M$/);
  });

  it('shows the newest 100 of a long group, and more on demand', async () => {
    const now = Date.now();
    for (let index = 0; index < 150; index++) {
      api.simulator.addBatch({ id: `b${index}`, createdAt: now - index * 1_000 });
    }
    await refresh();
    const shown = async (): Promise<string[]> => (await shownBatches())['PENDING'] ?? [];
    assert.equal((await shown()).length, 101);
    assert.deepEqual((await shown()).slice(-2), ['b99', 'more']);
    await vscode.commands.executeCommand('syncBatches.showMore', 'PENDING');
    assert.equal((await shown()).length, 150);
    await eventually(() => {
      assert.deepEqual(
        seen.view.selection.map((node) => node.kind === 'batch' && node.batch.id),
        ['b100'],
      );
    });
    assert.deepEqual(user.messages, []);
  });

  describe('with a filter', () => {
    /** Chooses rows of the next quick pick by status or text. */
    function choose(wanted: readonly string[]): () => void {
      type Row = vscode.QuickPickItem & { readonly status?: string };
      const pick = (rows: readonly Row[], options?: vscode.QuickPickOptions): Promise<unknown> => {
        const chosen = rows.filter((row) => wanted.includes(row.status ?? row.label));
        return Promise.resolve(options?.canPickMany === true ? chosen : chosen[0]);
      };
      return replaceMember(vscode.window, 'showQuickPick', pick as never);
    }
    async function filter(command: 'filterByStatus' | 'filterByDate', ...wanted: string[]): Promise<void> {
      const restore = choose(wanted);
      try {
        await vscode.commands.executeCommand(`syncBatches.${command}`);
      } finally {
        restore();
      }
    }

    beforeEach(async () => {
      const day = 86_400_000;
      api.simulator.addBatch({ id: 'new_failed', createdAt: Date.now() - 60_000, status: 'FAILED' });
      api.simulator.addBatch({ id: 'old_failed', createdAt: Date.now() - 3 * day, status: 'FAILED' });
      api.simulator.addBatch({ id: 'new_pending', createdAt: Date.now() - 60_000, status: 'PENDING' });
      await refresh();
      api.simulator.clearRequests();
    });
    afterEach(async () => {
      await vscode.commands.executeCommand('syncBatches.clearFilters');
      assert.equal(seen.contextKeys.get('syncBatches.filtered'), false);
    });

    it('for one status, requests that status and shows the filter', async () => {
      await filter('filterByStatus', 'FAILED');
      assert.deepEqual(await shownBatches(), { FAILED: ['new_failed', 'old_failed'] });
      assert.match(plain(seen.view.message), /^Failed · as of /);
      assert.equal(seen.view.description, 'Failed');
      assert.equal(seen.contextKeys.get('syncBatches.filtered'), true);
      assert.deepEqual(
        api.simulator.requests.map(({ query }) => query),
        [{ status: 'FAILED' }],
      );
    });

    it('for several statuses, requests all and shows these', async () => {
      await filter('filterByStatus', 'FAILED', 'PENDING');
      assert.deepEqual(await shownBatches(), { PENDING: ['new_pending'], FAILED: ['new_failed', 'old_failed'] });
      assert.deepEqual(
        api.simulator.requests.map(({ query }) => query),
        [{}],
      );
    });

    it('by date, requests the time span in UTC with a Z, in addition to the status', async () => {
      await filter('filterByStatus', 'FAILED');
      api.simulator.clearRequests();
      await filter('filterByDate', 'Last 24 hours');
      assert.deepEqual(await shownBatches(), { FAILED: ['new_failed'] });
      assert.equal(seen.view.description, 'Failed · Last 24 hours');
      const [request] = api.simulator.requests;
      assert.equal(request?.query['status'], 'FAILED');
      assert.match(request.query['created_after'] ?? '', /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
    });

    it('that matches nothing, says so, and shows everything after it is cleared', async () => {
      await filter('filterByStatus', 'COMPLETED');
      assert.equal(await messageIn('filteredOut'), '');
      assert.deepEqual(await shownBatches(), {});
      await vscode.commands.executeCommand('syncBatches.clearFilters');
      assert.match(await messageIn('list'), /^As of /);
      assert.equal(seen.view.description, '');
      assert.equal(Object.values(await shownBatches()).flat().length, 3);
    });

    it('does not change if the quick pick is canceled', async () => {
      await filter('filterByStatus', 'FAILED');
      const restore = replaceMember(vscode.window, 'showQuickPick', () => Promise.resolve(undefined));
      try {
        await vscode.commands.executeCommand('syncBatches.filterByStatus');
        await vscode.commands.executeCommand('syncBatches.filterByDate');
      } finally {
        restore();
      }
      assert.equal(seen.view.description, 'Failed');
      assert.equal(api.simulator.requests.length, 1);
    });
  });
});

describe('Context keys', () => {
  it('are set only when they change', () => {
    const calls: unknown[][] = [];
    const restore = replaceMember(vscode.commands, 'executeCommand', (...call: unknown[]) => {
      calls.push(call);
      return Promise.resolve(undefined as never);
    });
    try {
      const service = new ContextKeyService();
      const first = { 'syncBatches.hasApiKey': false, 'syncBatches.filtered': false, 'syncBatches.viewState': 'noKey' };
      service.set(first);
      assert.deepEqual(
        calls,
        Object.entries(first).map(([name, value]) => ['setContext', name, value]),
      );
      calls.length = 0;
      service.set({ ...first });
      assert.deepEqual(calls, []);
      service.set({ ...first, 'syncBatches.viewState': 'loading' });
      assert.deepEqual(calls, [['setContext', 'syncBatches.viewState', 'loading']]);
    } finally {
      restore();
    }
  });
});
