import * as fs from 'node:fs';
import * as path from 'node:path';
import { startSimulator } from '../simulator/simulator';
import type { RecordedRequest, Simulator } from '../simulator/types';
import { expect, test } from './fixtures';
import { asOf } from './parts/text';
import type { Workbench } from './workbench';

const key = 'test-key';
const listPath = '/v2/batch';
const minute = 60_000;
const hour = 60 * minute;

/** The shortest time between two automatic requests: the minimum of the setting. */
const shortestInterval = 15_000;

test.use({ env: { SYNC_API_KEY: key }, settings: { 'syncBatches.autoRefreshInterval': shortestInterval / 1_000 } });

/** The longest time between two: with the jitter. */
const longestInterval = 18_000;

/** The same, plus a reserve for slow machines. */
const oneInterval = { timeout: 40_000 };

// Much of the time of these tests is that between automatic requests.
test.beforeEach(() => {
  test.setTimeout(420_000);
});

test.describe('The view', () => {
  test('refreshes automatically while it is visible, pauses while it is hidden, and then catches up once', async ({
    workbench,
    simulator,
  }) => {
    const now = Date.now();
    addHistory(simulator, now);
    simulator.addBatch({ id: 'batch_old', createdAt: now - 2 * hour, status: 'PENDING', total: 20 });
    simulator.addBatch({ id: 'batch_a', createdAt: now - minute, status: 'PENDING', total: 10 });
    const { view } = workbench;
    await workbench.open();
    await view.open();
    await expect(view.item('batch_a, Pending, 0 of 10 done')).toBeVisible();
    await view.collapse('Failed, 1 batch');
    await view.item('batch_a').click();
    simulator.clearRequests();

    await test.step('a batch goes from Pending to Completed and stays selected', async () => {
      simulator.updateBatch('batch_a', { status: 'PROCESSING', succeeded: 3 });
      await expect(view.item('batch_a, Processing, 3 of 10 done')).toBeVisible(oneInterval);
      await expect(view.item('batch_a')).toHaveAttribute('aria-selected', 'true');
      simulator.updateBatch('batch_a', { status: 'COMPLETED', succeeded: 9, failed: 1 });
      await expect(view.item('batch_a, Completed, 9 of 10 succeeded, 1 failed')).toBeVisible(oneInterval);
      await expect(view.item('batch_a')).toHaveAttribute('aria-selected', 'true');
      await expect(view.item('Failed, 1 batch')).toHaveAttribute('aria-expanded', 'false');
      await expect(view.message).toHaveText(new RegExp(`^${asOf}$`));
      await workbench.screenshot('live-moved');
    });

    await test.step('only possible changes were requested', () => {
      expect(simulator.requests.length).toBeGreaterThan(0);
      for (const request of simulator.requests) expect(isForAll(request), JSON.stringify(request)).toBe(false);
    });

    await test.step('no request is sent while it is hidden, although a batch starts and finishes', async () => {
      await hideView(workbench);
      simulator.clearRequests();
      // A request for the view would come within this time.
      await lifeOf(simulator, 'batch_clock', longestInterval + 2_000);
      expect(simulator.requests).toEqual([]);
    });

    await test.step('showing it again sends one request and shows everything', async () => {
      await view.open();
      await expect(view.item('batch_clock, Completed')).toBeVisible();
      expect(simulator.requests.filter(({ path }) => path === listPath)).toHaveLength(1);
      expect(simulator.requests.some(isForAll)).toBe(false);
    });
  });

  test('polls less after errors and recovers automatically', async ({ workbench, simulator }) => {
    const now = Date.now();
    simulator.addBatch({ id: 'batch_old', createdAt: now - hour, status: 'PROCESSING', total: 20 });
    const { view, notifications } = workbench;
    await workbench.open();
    await view.open();
    await expect(view.item('batch_old, Processing, 0 of 20 done')).toBeVisible();

    await test.step('429: not before the Retry-After time', async () => {
      simulator.clearRequests();
      // Longer than the extension would wait by itself after an error.
      simulator.faults.add({ times: 1, effect: { kind: 'status', status: 429, retryAfter: '20' } });
      await expect(view.message).toContainText('It accepts requests again at', oneInterval);
      await workbench.screenshot('live-429');
      await expect(view.message).toHaveText(new RegExp(`^${asOf}$`), { timeout: 60_000 });
      const [limited, next] = simulator.requests;
      expect(limited?.status).toBe(429);
      expect((next?.at ?? 0) - (limited?.at ?? 0)).toBeGreaterThanOrEqual(20_000);
    });

    await test.step('an unreachable server is reported, and the list recovers without a click', async () => {
      await simulator.stop();
      await expect(view.message).toContainText('could not be reached (ECONNREFUSED)', { timeout: 60_000 });
      await expect(view.item('batch_old, Processing')).toBeVisible();
      await workbench.screenshot('live-gone');
      const again = await startSimulator({ port: Number(new URL(simulator.url).port), keys: [key] });
      try {
        again.addBatch({ id: 'batch_old', createdAt: now - hour, status: 'PROCESSING', total: 20, succeeded: 7 });
        await expect(view.item('batch_old, Processing, 7 of 20 done')).toBeVisible({ timeout: 90_000 });
        await expect(view.message).toHaveText(new RegExp(`^${asOf}$`));

        await test.step('401: once, then not until the key changes', async () => {
          again.setKeys([]);
          await expect(view.welcome).toContainText('sync.so refused the API key', oneInterval);
          // The next request would come within this time.
          await lifeOf(again, 'batch_clock', longestInterval + 2_000);
          expect(again.requests.filter(({ status }) => status === 401)).toHaveLength(1);
          expect(again.requests.at(-1)?.status).toBe(401);
        });
      } finally {
        await again.stop();
      }
    });

    await test.step('none of this caused a notification', async () => {
      expect(await notifications.messages()).toEqual([]);
    });
  });
});

test.describe('A user', () => {
  test('with two windows causes hardly more requests than with one, and gets one notification', async ({
    workbench,
    simulator,
  }) => {
    const now = Date.now();
    addHistory(simulator, now);
    simulator.addBatch({ id: 'batch_mine', createdAt: now - hour, status: 'PROCESSING', total: 20, succeeded: 4 });
    simulator.addBatch({ id: 'batch_other', createdAt: now - hour, status: 'PROCESSING', total: 20 });
    const { view } = workbench;
    await workbench.open();
    await view.open();
    const menu = await view.contextMenu('batch_mine', 'keyboard');
    await menu.chooseByKeyboard('Notify Me When Finished');
    const subscribed = ['aria-label', /notifies you when finished/] as const;
    await expect(view.item('batch_mine, Processing, 4 of 20 done')).toHaveAttribute(...subscribed);
    // Long enough for three refreshes, each of which may need two requests.
    const lifeMs = 60_000;
    simulator.clearRequests();
    await lifeOf(simulator, 'batch_one', lifeMs);
    const forOne = simulator.requests.length;
    expect(forOne).toBeGreaterThan(1);

    const other = await openSecond(workbench, simulator);
    await expect(other.view.item('batch_mine')).toHaveAttribute(...subscribed);
    const windows = [other, workbench];

    await test.step('the windows take turns, and both show what one of them has loaded', async () => {
      simulator.clearRequests();
      await lifeOf(simulator, 'batch_two', lifeMs);
      const forTwo = simulator.requests.length;
      expect(forTwo).toBeGreaterThan(1);
      expect(forTwo).toBeLessThanOrEqual(1.5 * forOne);
      for (const { view: each, page } of windows) {
        await page.bringToFront();
        await expect(each.item('batch_two, Completed')).toBeVisible(oneInterval);
      }
    });

    await test.step('one of the windows tells that the subscribed batch has finished', async () => {
      simulator.updateBatch('batch_mine', { status: 'COMPLETED', succeeded: 19, failed: 1 });
      simulator.updateBatch('batch_other', { status: 'COMPLETED', succeeded: 20 });
      for (const { view: each, page } of windows) {
        await page.bringToFront();
        await expect(each.item('batch_other, Completed')).toBeVisible(oneInterval);
      }
      const messages = async (): Promise<string[]> => [
        ...(await workbench.notifications.messages()),
        ...(await other.notifications.messages()),
      ];
      await expect.poll(messages).toEqual(['The batch batch_mine is complete: 19 of 20 succeeded, 1 failed.']);
      const told = (await workbench.notifications.messages()).length > 0 ? workbench : other;
      await told.page.bringToFront();
      await told.screenshot('live-told');
      await told.notifications.click('batch_mine', 'Show in List');
      await expect(told.view.item('batch_mine, Completed')).toHaveAttribute('aria-selected', 'true');
    });
  });

  test('sees how many batches have finished, and the last list with the names they gave when they come back', async ({
    workbench,
    simulator,
  }) => {
    const createdAt = Date.now() - hour;
    simulator.addBatch({ id: 'batch_one', createdAt, status: 'PROCESSING' });
    simulator.addBatch({ id: 'batch_two', createdAt, status: 'PENDING' });
    simulator.addBatch({ id: 'batch_old', createdAt, status: 'PROCESSING', total: 20, succeeded: 4 });
    simulator.addBatch({ id: 'batch_7f3a', createdAt, status: 'PROCESSING' });
    const { view, quickInput } = workbench;
    const name = 'Trailer, Spanish, batch_7f3a, Processing';
    await workbench.open();
    await view.open();
    await expect(view.item('batch_two')).toBeVisible();

    await test.step('the icon has the number of batches that have finished since the user last looked', async () => {
      await expect.poll(() => view.badge()).toBeUndefined();
      await hideView(workbench);
      simulator.updateBatch('batch_one', { status: 'COMPLETED' });
      simulator.updateBatch('batch_two', { status: 'FAILED' });
      await workbench.command('Sync Batches: Refresh');
      await expect.poll(() => view.badge()).toBe('2');
      await expect(view.activity.locator('.action-label')).toHaveAttribute('aria-label', /2 batches/);
      await workbench.screenshot('live-badge');
      await view.open();
      await expect.poll(() => view.badge()).toBeUndefined();
    });

    await test.step('the user can name a batch', async () => {
      const menu = await view.contextMenu('batch_7f3a', 'keyboard');
      await menu.chooseByKeyboard('Name Batch…');
      await quickInput.type('Trailer, Spanish');
      await quickInput.accept();
      await expect(view.item(name)).toBeVisible();
      await workbench.screenshot('live-named');
    });

    await test.step('the last list is shown before the first response, with the name', async () => {
      await expect.poll(() => storedList(workbench)).toContain('batch_old');
      simulator.clearRequests();
      simulator.faults.add({ effect: { kind: 'hang' } });
      await workbench.reload();
      await view.open();
      await expect(view.item('batch_old, Processing, 4 of 20 done')).toBeVisible();
      await expect(view.item(name)).toBeVisible();
      await expect
        .poll(async () => (await view.readRows()).find(({ label }) => label === 'Trailer, Spanish')?.description)
        .toMatch(/^batch_7f3a · /);
      await expect(view.message).toHaveText(new RegExp(`^${asOf}$`));
      await expect.poll(() => simulator.requests.map(({ status }) => status)).toEqual([undefined]);
      await workbench.screenshot('live-restored');
    });

    await test.step('it stays and is usable if there is no response', async () => {
      await simulator.stop();
      await expect(view.message).toContainText('could not be reached', { timeout: 60_000 });
      await view.inlineAction('batch_old', 'Copy Batch ID');
      await expect.poll(() => workbench.clipboard()).toBe('batch_old');
    });

    await test.step('the batch is found by name and by ID', async () => {
      for (const text of ['Trailer', '7f3a']) {
        await workbench.setClipboard('');
        await workbench.command('Sync Batches: Copy Batch ID');
        await quickInput.type(text);
        await expect(quickInput.rows).toHaveCount(1);
        await quickInput.accept();
        await expect.poll(() => workbench.clipboard()).toBe('batch_7f3a');
      }
    });

    await test.step('an empty name restores the ID', async () => {
      await view.focusItem('Trailer, Spanish');
      await workbench.command('Sync Batches: Name Batch…');
      await quickInput.choose('Trailer, Spanish');
      await quickInput.type('');
      await quickInput.accept();
      await expect(view.item('Trailer, Spanish')).toHaveCount(0);
      await expect(view.item('batch_7f3a')).toBeVisible();
    });
  });
});

/** Hides the view, and waits until the extension knows: it receives events and commands in order. */
async function hideView(workbench: Workbench): Promise<void> {
  const { view, quickInput } = workbench;
  await workbench.command('View: Show Explorer');
  await expect(view.tree).not.toBeVisible();
  await workbench.command('Sync Batches: Copy Batch ID');
  await quickInput.rows.first().waitFor({ state: 'attached' });
  await quickInput.dismiss();
}

/**
 * Opens another window and waits until it has loaded the batches: at first it shows the stored list of the first window.
 * Adds one batch for that.
 */
async function openSecond(workbench: Workbench, simulator: Simulator): Promise<Workbench> {
  const other = await workbench.secondWindow();
  await other.view.open();
  await other.view.rows.first().waitFor();
  simulator.addBatch({ id: 'batch_heard_of', createdAt: Date.now(), status: 'COMPLETED' });
  const before = simulator.requests.length;
  await other.view.titleAction('Refresh').click();
  // The batch can also arrive through the list that the first window shares, before the refresh has sent its request.
  const isFullLoad = ({ path: target, query }: RecordedRequest): boolean =>
    target === listPath && Object.keys(query).length === 0;
  await expect.poll(() => simulator.requests.slice(before).some(isFullLoad)).toBe(true);
  await expect(other.view.item('batch_heard_of')).toBeVisible(oneInterval);
  return other;
}

/** The stored list on disk; empty if there is none yet. */
function storedList({ server: { userDataDir } }: Workbench): string {
  const files = fs.readdirSync(userDataDir, { recursive: true, encoding: 'utf8' });
  const list = files.find((file) => /^list-\w+\.json$/.test(path.basename(file)));
  return list === undefined ? '' : fs.readFileSync(path.join(userDataDir, list), 'utf8');
}

/** Adds batches that finished long ago. */
function addHistory(simulator: Simulator, now: number): void {
  for (let i = 0; i < 30; i++) {
    simulator.addBatch({ id: `batch_done_${i}`, createdAt: now - (24 + i) * hour, status: 'COMPLETED' });
  }
  simulator.addBatch({ id: 'batch_lost', createdAt: now - 60 * hour, status: 'FAILED' });
}

/** Runs a batch in the simulator and waits there until it has finished, whether or not anyone polls. */
async function lifeOf(simulator: Simulator, id: string, lifetimeMs: number): Promise<void> {
  const createdAt = Date.now();
  simulator.addBatch({ id, createdAt, lifetimeMs });
  await expect
    .poll(() => Date.now(), { timeout: lifetimeMs + 10_000, intervals: [500] })
    .toBeGreaterThan(createdAt + lifetimeMs);
}

/** A request for all batches. */
function isForAll({ path, query }: RecordedRequest): boolean {
  return path === listPath && Object.keys(query).length === 0;
}
