import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { readAutoRefreshSettings } from '../../src/editor/shared/settings';
import type { Node } from '../../src/editor/sidebar/nodes';
import type { RecordedRequest } from '../simulator/simulator';
import { environmentKey, theExtension, useExtension, type Watched, watched } from './support/extension';
import { useTestUser } from './support/testUser';
import { eventually } from './support/poll';
import { replaceMember } from './support/replace';
import { setApiBaseUrl, setSetting } from './support/settings';
import { useSimulator } from './support/simulator';
import { useTime } from './support/time';
import { closeView, itemOf, openView, rowOf, shownBatches } from './support/view';

useExtension();

const run = (name: string, ...args: unknown[]): Thenable<unknown> =>
  vscode.commands.executeCommand(`syncBatches.${name}`, ...args);
const autoRefresh = 'syncBatches.autoRefresh';
const autoRefreshInterval = 'syncBatches.autoRefreshInterval';
const minute = 60_000;

describe('The tree, during automatic refresh,', () => {
  const api = useSimulator();
  useTestUser();
  let seen: Watched;
  let drawn: (Node | Node[] | null | undefined)[];
  let subscription: vscode.Disposable | undefined;

  before(async () => {
    seen = await watched();
    await openView();
  });
  after(closeView);

  beforeEach('wait for the load that follows from being in sight', async () => {
    await eventually(() => {
      assert.equal(seen.contextKeys.get('syncBatches.viewState'), 'empty');
    });
  });
  beforeEach('watch what is drawn anew', async () => {
    const createdAt = Date.now() - 3_600_000;
    for (const id of ['batch_a', 'batch_b', 'batch_c']) {
      api.simulator.addBatch({ id, createdAt, status: 'PROCESSING', total: 10, succeeded: 1 });
    }
    api.simulator.addBatch({ id: 'batch_done', createdAt, status: 'COMPLETED', total: 10 });
    await run('refresh');
    await shownBatches();
    drawn = [];
    subscription = seen.tree.onDidChangeTreeData?.((event) => drawn.push(event ?? undefined));
    assert.ok(subscription);
  });
  afterEach(() => {
    subscription?.dispose();
  });

  it('redraws only the row of a batch that has changed, and keeps its node', async () => {
    const row = await rowOf('batch_b');
    api.simulator.updateBatch('batch_b', { succeeded: 7 });
    await run('refresh');
    assert.deepEqual(drawn, [[row]]);
    assert.equal(await rowOf('batch_b'), row);
    assert.match(String((await itemOf('batch_b')).description), /^7 of 10 · /);
  });

  it('redraws only the rows of batches that have changed', async () => {
    const rows = [await rowOf('batch_a'), await rowOf('batch_c')];
    api.simulator.updateBatch('batch_a', { succeeded: 2 });
    api.simulator.updateBatch('batch_c', { failed: 3 });
    await run('refresh');
    assert.deepEqual(
      drawn.map((event) => new Set([event].flat())),
      [new Set(rows)],
    );
  });

  it('redraws nothing if a refresh brings no changes or fails', async () => {
    await run('refresh');
    api.simulator.faults.add({ effect: { kind: 'status', status: 402 } });
    await run('refresh');
    assert.equal(seen.contextKeys.get('syncBatches.viewState'), 'stale');
    assert.deepEqual(drawn, []);
  });

  it('keeps the selection on a batch that changes or moves to another group', async () => {
    const row = await rowOf('batch_b');
    const selected = (): unknown => seen.view.selection.map((node) => node.kind === 'batch' && node.batch.id);
    await seen.view.reveal(row, { select: true, focus: true });
    await eventually(() => {
      assert.deepEqual(selected(), ['batch_b']);
    });
    api.simulator.updateBatch('batch_b', { succeeded: 7 });
    await run('refresh');
    assert.deepEqual(selected(), ['batch_b']);
    api.simulator.updateBatch('batch_b', { status: 'COMPLETED' });
    await run('refresh');
    assert.equal(await rowOf('batch_b'), row);
    assert.equal(await seen.tree.getParent?.(row), (await seen.tree.getChildren(undefined))?.[1]);
    // VS Code has drawn the new position of the row when it can reveal it.
    await seen.view.reveal(row, { select: false, focus: false });
    assert.deepEqual(selected(), ['batch_b']);
  });
});

describe('Automatic refresh', () => {
  afterEach('put the settings and the view back', async () => {
    await closeView();
    await setSetting(autoRefresh, undefined);
    await setSetting(autoRefreshInterval, undefined);
  });
  const api = useSimulator();
  const user = useTestUser();
  const time = useTime();

  const requests = (): readonly RecordedRequest[] => api.simulator.requests;
  const asked = (): unknown => requests().map(({ path, query }) => [path, ...Object.keys(query)]);
  const list = ['/v2/batch'];
  const changes = ['/v2/batch', 'created_after'];

  beforeEach('add batches', () => {
    const createdAt = Date.now() - 3_600_000;
    api.simulator.addBatch({ id: 'batch_old', createdAt: createdAt - 60_000, status: 'COMPLETED' });
    api.simulator.addBatch({ id: 'batch_a', createdAt, status: 'PROCESSING' });
  });

  /** Shows the view for the first time. */
  async function showFirst(): Promise<void> {
    await openView();
    await eventually(async () => {
      assert.deepEqual(Object.keys(await shownBatches()), ['PROCESSING', 'COMPLETED']);
    });
    assert.deepEqual(asked(), [list]);
    api.simulator.clearRequests();
  }

  /** Hides and shows the view, so that the extension reads the clock. */
  async function hideAndShow(): Promise<void> {
    await closeView();
    await openView();
  }

  /** Changes a setting and restores it, so that the extension schedules the next load again. */
  async function reschedule(): Promise<void> {
    await setSetting(autoRefreshInterval, 3_600);
    await setSetting(autoRefreshInterval, 20);
  }

  /** Finishes the batch, and waits until the list shows it without a click. */
  async function seesItComplete(): Promise<void> {
    await eventually(async () => {
      assert.deepEqual(await shownBatches(), { COMPLETED: ['batch_a', 'batch_old'] });
    });
  }

  it('sends no request while the view is hidden, and one when it is first shown', async () => {
    time.pass(60 * minute);
    await reschedule();
    assert.deepEqual(await shownBatches(), {});
    assert.deepEqual(asked(), []);
    await showFirst();
  });

  it('sends no request to a new address until the view is shown, and then one', async () => {
    await showFirst();
    await closeView();
    await setApiBaseUrl(api.simulator.url.replace('127.0.0.1', 'localhost'));
    await reschedule();
    assert.deepEqual(await shownBatches(), {});
    assert.deepEqual(asked(), []);
    await showFirst();
  });

  it('stops when the view is hidden, and loads changes once when it is shown again', async () => {
    await showFirst();
    await closeView();
    api.simulator.updateBatch('batch_a', { status: 'COMPLETED' });
    time.pass(10 * minute);
    await reschedule();
    assert.deepEqual(await shownBatches(), { PROCESSING: ['batch_a'], COMPLETED: ['batch_old'] });
    assert.deepEqual(asked(), []);
    // On a slow machine too, the two visits must be within ten seconds.
    time.stop();
    await openView();
    await seesItComplete();
    // Switching back and forth causes no request.
    time.pass(4_000);
    await hideAndShow();
    time.pass(4_000);
    await hideAndShow();
    assert.deepEqual(asked(), [changes]);
    // Returning later does.
    api.simulator.addBatch({ id: 'batch_new', createdAt: Date.now(), status: 'PENDING' });
    time.pass(4_000);
    await hideAndShow();
    await eventually(async () => {
      assert.deepEqual((await shownBatches())['PENDING'], ['batch_new']);
    });
    assert.deepEqual(asked(), [changes, changes]);
  });

  it('loads everything if the list is hours old', async () => {
    await showFirst();
    await closeView();
    api.simulator.updateBatch('batch_a', { status: 'COMPLETED' });
    time.pass(180 * minute);
    await openView();
    await seesItComplete();
    assert.deepEqual(asked(), [list]);
  });

  it('polls at the interval while the view is visible', async () => {
    await showFirst();
    api.simulator.updateBatch('batch_a', { status: 'COMPLETED' });
    time.pass(1 * minute);
    await reschedule();
    await seesItComplete();
    assert.deepEqual(asked(), [changes]);
  });

  it('polls rarely if all batches are finished', async () => {
    api.simulator.updateBatch('batch_a', { status: 'COMPLETED' });
    await openView();
    await seesItComplete();
    api.simulator.clearRequests();
    time.pass(4 * minute);
    await reschedule();
    assert.deepEqual(asked(), []);
    api.simulator.addBatch({ id: 'batch_new', createdAt: Date.now(), status: 'PENDING' });
    time.pass(3 * minute);
    await reschedule();
    await eventually(async () => {
      assert.deepEqual((await shownBatches())['PENDING'], ['batch_new']);
    });
    assert.deepEqual(asked(), [changes]);
  });

  it('sends no request while the window has no focus, and one when it gets the focus', async () => {
    await showFirst();
    const restore = replaceMember(vscode.window, 'state', { focused: false, active: false });
    try {
      await hideAndShow();
      api.simulator.updateBatch('batch_a', { status: 'COMPLETED' });
      time.pass(10 * minute);
      await hideAndShow();
      await reschedule();
      assert.deepEqual(asked(), []);
    } finally {
      restore();
    }
    await hideAndShow();
    await seesItComplete();
    assert.deepEqual(asked(), [changes]);
  });

  it('polls a subscribed batch slowly while the view is hidden, until it has finished', async () => {
    await run('notifyWhenFinished', 'batch_a');
    api.simulator.clearRequests();
    time.pass(1 * minute);
    await reschedule();
    assert.deepEqual(asked(), []);
    api.simulator.updateBatch('batch_a', { status: 'COMPLETED' });
    time.pass(2 * minute);
    await reschedule();
    assert.match((await eventually(() => user.onlyMessage())).text, /^The batch batch_a is complete/);
    time.pass(30 * minute);
    await reschedule();
    assert.deepEqual(asked(), [changes]);
  });

  it('does not retry a refused key until it changes or the user refreshes', async () => {
    await showFirst();
    api.simulator.setKeys([]);
    await run('refresh');
    assert.equal(user.messages.length, 1);
    time.pass(30 * minute);
    await hideAndShow();
    await reschedule();
    assert.equal(requests().length, 1);
    api.simulator.setKeys([environmentKey]);
    await run('refresh');
    assert.deepEqual(
      requests().map(({ status }) => status),
      [401, 200],
    );
    // Polling continues after the user has fixed the problem.
    api.simulator.updateBatch('batch_a', { status: 'COMPLETED' });
    time.pass(1 * minute);
    await hideAndShow();
    await seesItComplete();
  });

  it('waits for the Retry-After time, not longer', async () => {
    await showFirst();
    api.simulator.faults.add({ effect: { kind: 'status', status: 429, retryAfter: '1800' }, times: 1 });
    await run('refresh');
    api.simulator.updateBatch('batch_a', { status: 'COMPLETED' });
    time.pass(29 * minute);
    await hideAndShow();
    await reschedule();
    assert.deepEqual(
      requests().map(({ status }) => status),
      [429],
    );
    time.pass(2 * minute);
    await hideAndShow();
    await seesItComplete();
    assert.deepEqual(
      requests().map(({ status }) => status),
      [429, 200],
    );
    assert.equal(user.messages.length, 1, 'one message, for the user action');
  });

  it('recovers when the server is back, without a click', async () => {
    await showFirst();
    api.simulator.faults.add({ effect: { kind: 'status', status: 402 } });
    time.pass(1 * minute);
    await hideAndShow();
    const { contextKeys } = await watched();
    await eventually(() => {
      assert.equal(contextKeys.get('syncBatches.viewState'), 'stale');
    });
    api.simulator.faults.clear();
    api.simulator.updateBatch('batch_a', { status: 'COMPLETED' });
    time.pass(1 * minute);
    await hideAndShow();
    await seesItComplete();
    assert.equal(contextKeys.get('syncBatches.viewState'), 'list');
    assert.deepEqual(user.messages, [], 'nobody waited for it');
  });

  describe('turned off', () => {
    beforeEach(() => setSetting(autoRefresh, 'off'));

    it('loads when the view is first shown, and never again', async () => {
      await showFirst();
      for (let times = 0; times < 3; times++) {
        time.pass(60 * minute);
        await hideAndShow();
        await reschedule();
      }
      assert.deepEqual(asked(), []);
      await run('refresh');
      assert.deepEqual(asked(), [list]);
    });

    it('continues at once when it is turned on', async () => {
      await showFirst();
      api.simulator.updateBatch('batch_a', { status: 'COMPLETED' });
      time.pass(10 * minute);
      await setSetting(autoRefresh, 'whileVisible');
      await seesItComplete();
      assert.deepEqual(asked(), [changes]);
    });
  });
});

describe('The settings of automatic refresh', () => {
  afterEach('take them back', async () => {
    await setSetting(autoRefresh, undefined);
    await setSetting(autoRefreshInterval, undefined);
  });

  it('are 30 seconds and on by default', () => {
    assert.deepEqual(readAutoRefreshSettings(), { isAutomatic: true, intervalMs: 30_000 });
  });

  for (const [value, isAutomatic] of [
    ['off', false],
    ['whileVisible', true],
    ['OFF', true],
    ['never', true],
    ['', true],
    [0, true],
    [false, true],
    [{}, true],
    [['off'], true],
  ] as const) {
    it(`turn polling ${isAutomatic ? 'on' : 'off'} with ${JSON.stringify(value)}`, async () => {
      await setSetting(autoRefresh, value);
      assert.equal(readAutoRefreshSettings().isAutomatic, isAutomatic);
    });
  }

  for (const [what, value, seconds] of [
    ['as it is', 20, 20],
    ['as it is where it is no whole number', 20.5, 20.5],
    ['as the shortest there is where it is shorter', 14, 15],
    ['as the shortest there is where it is nothing', 0, 15],
    ['as the shortest there is where it is below nothing', -30, 15],
    ['as the longest there is where it is longer', 1e9, 3_600],
    ['as the usual one where it is a text', '60', 30],
    ['as the usual one where it is a truth value', true, 30],
    ['as the usual one where it is an object', { seconds: 20 }, 30],
    ['as the usual one where it is a list', [20], 30],
  ] as const) {
    it(`use the interval ${what}: ${JSON.stringify(value)}`, async () => {
      await setSetting(autoRefreshInterval, value);
      assert.equal(readAutoRefreshSettings().intervalMs, seconds * 1_000);
    });
  }

  it('have the bounds of package.json', async () => {
    const { contributes } = theExtension().packageJSON as {
      contributes: {
        configuration: {
          properties: Record<string, { readonly default: number; readonly minimum: number; readonly maximum: number }>;
        };
      };
    };
    const declared = contributes.configuration.properties[autoRefreshInterval] ?? assert.fail();
    assert.equal(readAutoRefreshSettings().intervalMs, declared.default * 1_000);
    await setSetting(autoRefreshInterval, declared.minimum - 1);
    assert.equal(readAutoRefreshSettings().intervalMs, declared.minimum * 1_000);
    await setSetting(autoRefreshInterval, declared.maximum + 1);
    assert.equal(readAutoRefreshSettings().intervalMs, declared.maximum * 1_000);
  });
});
