import type { BatchSeed, Simulator } from '../simulator/types';
import { expect, test } from './fixtures';
import type { Workbench } from './workbench';

const second = 1_000;
const hour = 3_600 * second;
const day = 24 * hour;
/** Tokyo is nine hours ahead of UTC all year round. */
const tokyo = 9 * hour;

// Automatic refresh is off, because the test checks the requests.
test.use({
  env: { SYNC_API_KEY: 'test-key', TZ: 'Asia/Tokyo' },
  settings: { 'syncBatches.autoRefresh': 'off' },
});

test.describe('A filter', () => {
  test('by date is exact to the second in local time, and by status combines with it and survives a reload', async ({
    workbench,
    simulator,
  }) => {
    const now = Date.now();
    const batches: BatchSeed[] = [
      { id: 'batch_now', createdAt: now - hour, status: 'PROCESSING' },
      // On that day, even if midnight passes during the test.
      { id: 'batch_5_days', createdAt: now - 5 * day + hour, status: 'PROCESSING' },
      { id: 'batch_8_days', createdAt: now - 8 * day, status: 'PROCESSING' },
      { id: 'batch_40_days', createdAt: now - 40 * day, status: 'PROCESSING' },
      // November 1 in Tokyo, and one second before and after it.
      { id: 'batch_next_day', createdAt: '2024-11-01T15:00:00Z', status: 'COMPLETED' },
      { id: 'batch_last_second', createdAt: '2024-11-01T14:59:59Z', status: 'COMPLETED' },
      { id: 'batch_first_second', createdAt: '2024-10-31T15:00:00Z', status: 'COMPLETED' },
      { id: 'batch_day_before', createdAt: '2024-10-31T14:59:59Z', status: 'COMPLETED' },
    ];
    for (const seed of batches) simulator.addBatch(seed);
    const { view, quickInput, page } = workbench;
    const message = quickInput.box.locator('.quick-input-message');
    await workbench.open();
    await view.open();
    await expect(view.item('batch_now')).toBeVisible();

    await test.step('a preset is chosen with a key press', async () => {
      simulator.clearRequests();
      await view.titleAction('Filter by Date…').click();
      await expect
        .poll(() => quickInput.labels())
        .toEqual([
          ...['Last 24 hours', 'Last 7 days', 'Last 30 days', 'This month'],
          ...['Created after…', 'Created before…', 'Between two dates…'],
        ]);
      await workbench.screenshot('filters-date');
      const before = Date.now();
      await quickInput.type('7 days');
      await expect(quickInput.rows).toHaveCount(1);
      await quickInput.accept();
      await expect(view.message).toHaveText(/^Last 7 days · as of \d/);
      await expectBatches(workbench, ['batch_now', 'batch_5_days']);
      await expect.poll(() => Object.keys(lastQuery(simulator) ?? {})).toEqual(['created_after']);
      const asked = utc(lastQuery(simulator)?.['created_after']) + 7 * day + second;
      expect(asked).toBeGreaterThanOrEqual(before);
      expect(asked).toBeLessThanOrEqual(Date.now());
    });

    await test.step('this month starts at local midnight', async () => {
      await filterByDate(workbench, 'This month');
      await expect(view.message).toHaveText(/^This month · as of /);
      const local = new Date(Date.now() + tokyo);
      const begin = Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), 1) - tokyo;
      await expectQuery(simulator, { created_after: new Date(begin - second).toISOString() });
    });

    await test.step('the last 30 days and the last 24 hours', async () => {
      await filterByDate(workbench, 'Last 30 days');
      await expectBatches(workbench, ['batch_now', 'batch_5_days', 'batch_8_days']);
      await filterByDate(workbench, 'Last 24 hours');
      await expectBatches(workbench, ['batch_now']);
    });

    await test.step('after a day: from its start, which is shown before', async () => {
      await filterByDate(workbench, 'Created after…');
      await expect(quickInput.box.locator('.quick-input-title')).toHaveText(/^Created After/);
      await quickInput.type('2024-11-01');
      await expect(message).toContainText('Created on or after Friday, November 1, 2024 at 12:00:00 AM GMT+9');
      await workbench.screenshot('filters-after');
      await quickInput.accept();
      await expect(view.message).toHaveText(/^Since Nov 1, 2024 · as of /);
      await expectBatches(workbench, [
        ...['batch_now', 'batch_5_days', 'batch_8_days', 'batch_40_days'],
        ...['batch_next_day', 'batch_last_second', 'batch_first_second'],
      ]);
      // The request covers one second more than is shown, because the API does not document whether its bounds are inclusive.
      await expectQuery(simulator, { created_after: '2024-10-31T14:59:59.000Z' });
    });

    await test.step('before a day: until its end; the last input can be edited', async () => {
      await filterByDate(workbench, 'Created before…');
      await quickInput.type('2024-11-01');
      await expect(message).toContainText('Created until the end of Nov 1, 2024 (11:59:59 PM)');
      await quickInput.accept();
      await expect(view.message).toHaveText(/^Until Nov 1, 2024 · as of /);
      await expectBatches(workbench, ['batch_last_second', 'batch_first_second', 'batch_day_before']);
      await expectQuery(simulator, { created_before: '2024-11-01T15:00:00.999Z' });
      await filterByDate(workbench, 'Created before…');
      await expect(quickInput.input).toHaveValue('2024-11-01');
      await quickInput.type('2024-11-01 08:59:59');
      await quickInput.accept();
      await expectBatches(workbench, ['batch_first_second', 'batch_day_before']);
    });

    await test.step('between two dates: invalid input and an end before the start are rejected with a reason', async () => {
      await filterByDate(workbench, 'Between two dates…');
      await expect(quickInput.box.locator('.quick-input-title')).toHaveText(/^Created Between \(1\/2\): From/);
      for (const [text, reason] of [
        ['soonish', "Can't read that as a date. Try 2026-11-01"],
        ['2024-02-30', 'There is no such date or time.'],
        ['2024-11-01 25:00', 'There is no such date or time.'],
        ['1 - 3 Nov 2024', 'That is a time span.'],
      ] as const) {
        await quickInput.type(text);
        await expect(message).toContainText(reason);
        await quickInput.accept();
        await expect(quickInput.input).toHaveValue(text);
      }
      await quickInput.type('1 Nov 2024');
      await expect(message).toContainText('Created on or after Friday, November 1, 2024 at 12:00:00 AM GMT+9');
      await quickInput.accept();
      await expect(quickInput.box.locator('.quick-input-title')).toHaveText(/^Created Between \(2\/2\): Until/);
      await quickInput.type('2024-10-31');
      await expect(message).toContainText('The end is before the start.');
      await workbench.screenshot('filters-before-start');
      await quickInput.accept();
      await expect(quickInput.input).toHaveValue('2024-10-31');
      await quickInput.type('2024-11-01');
      await quickInput.accept();
      await expect(view.message).toHaveText(/^Nov 1, 2024 · as of /);
      await expectBatches(workbench, ['batch_last_second', 'batch_first_second']);
      await expectQuery(simulator, {
        created_after: '2024-10-31T14:59:59.000Z',
        created_before: '2024-11-01T15:00:00.999Z',
      });
    });

    await test.step('in words, in local time', async () => {
      await filterByDate(workbench, 'Created after…');
      await quickInput.type('5 days ago');
      const begin = Math.floor((Date.now() + tokyo) / day) * day - 5 * day - tokyo;
      await expect(message).toContainText(/^Created on or after .* at 12:00:00 AM GMT\+9/);
      await quickInput.accept();
      await expectBatches(workbench, ['batch_now', 'batch_5_days']);
      await expectQuery(simulator, { created_after: new Date(begin - second).toISOString() });
    });

    await test.step('Escape changes nothing, at any step', async () => {
      simulator.clearRequests();
      await filterByDate(workbench, 'Between two dates…');
      await quickInput.type('yesterday');
      await quickInput.accept();
      await expect(quickInput.box.locator('.quick-input-title')).toHaveText(/Until/);
      await quickInput.dismiss();
      // When it offers a list again, the extension has handled the Escape.
      await workbench.command('Sync Batches: Filter by Date…');
      await quickInput.row('Any date').waitFor({ state: 'attached' });
      await quickInput.dismiss();
      await expect(view.message).toHaveText(/^Since /);
      expect(simulator.requests).toEqual([]);
    });

    await test.step('it is removed with Any date or with Clear Filters, which exists only with a filter', async () => {
      await filterByDate(workbench, 'Any date');
      await expectBatches(
        workbench,
        batches.map(({ id }) => id),
      );
      await expect(view.titleAction('Clear Filters')).toHaveCount(0);
      const commands = await quickInput.commandsFor('Sync Batches: Filter');
      expect(commands).toContain('Sync Batches: Filter by Date…');
      expect(commands).not.toContain('Sync Batches: Clear Filters');
      await filterByDate(workbench, 'Last 24 hours');
      await expectBatches(workbench, ['batch_now']);
      await view.titleAction('Clear Filters').click();
      await expectBatches(
        workbench,
        batches.map(({ id }) => id),
      );
      await expect(view.titleAction('Clear Filters')).toHaveCount(0);
      await expect(view.message).toHaveText(/^As of /);
      await expectQuery(simulator, {});
      await page.mouse.move(800, 400);
    });

    await test.step('other batches', async () => {
      simulator.clearBatches();
      const later = Date.now();
      for (const seed of [
        { id: 'batch_p1', createdAt: later - hour, status: 'PROCESSING' },
        { id: 'batch_p2', createdAt: later - 9 * day, status: 'PROCESSING' },
        { id: 'batch_f1', createdAt: later - 2 * hour, status: 'FAILED' },
        { id: 'batch_c1', createdAt: later - 3 * hour, status: 'COMPLETED' },
        { id: 'batch_odd', createdAt: later - 4 * hour, status: 'AWAITING_REVIEW' },
      ])
        simulator.addBatch(seed);
      await view.titleAction('Refresh').click();
      await expectBatches(workbench, ['batch_p1', 'batch_p2', 'batch_odd', 'batch_f1', 'batch_c1']);
    });

    await test.step('the statuses are offered with their counts, including unknown ones that occur', async () => {
      await view.titleAction('Filter by Status…').click();
      await expect
        .poll(async () => (await quickInput.accessibleLabels()).map((label) => label.replace(/, (un)?checked$/, '')))
        .toEqual([
          'Processing, 2 batches',
          'Jobs created, 0 batches',
          'Pending, 0 batches',
          'AWAITING_REVIEW, 1 batch',
          'Failed, 1 batch',
          'Completed, 1 batch',
        ]);
      await workbench.screenshot('filters-status');
    });

    await test.step('one status is filtered by the server', async () => {
      await quickInput.toggle('Processing');
      await quickInput.accept();
      await expect(view.message).toHaveText(/^Processing · as of /);
      await expectBatches(workbench, ['batch_p1', 'batch_p2']);
      await expectQuery(simulator, { status: 'PROCESSING' });
    });

    await test.step('two statuses are filtered locally', async () => {
      await filterByStatus(workbench, ['Failed']);
      await expect(view.message).toHaveText(/^Processing, Failed · as of /);
      await expectBatches(workbench, ['batch_p1', 'batch_p2', 'batch_f1']);
      await expectQuery(simulator, {});
    });

    await test.step('together with a date', async () => {
      await filterByDate(workbench, 'Last 7 days');
      await expect(view.message).toHaveText(/^Processing, Failed · Last 7 days · as of /);
      await expectBatches(workbench, ['batch_p1', 'batch_f1']);
      await workbench.screenshot('filters-both');
      await workbench.stored('"preset":"last7Days"');
    });

    await test.step('it survives a reload and applies to the first request', async () => {
      simulator.clearRequests();
      await workbench.reload();
      await view.open();
      await expect(view.message).toHaveText(/^Processing, Failed · Last 7 days · as of /);
      await expectBatches(workbench, ['batch_p1', 'batch_f1']);
      // The list loaded right before the reload may be fresh enough that no request is sent.
      await workbench.command('Sync Batches: Refresh');
      await expect.poll(() => simulator.requests.length).toBeGreaterThan(0);
      for (const { query } of simulator.requests) expect(Object.keys(query)).toEqual(['created_after']);
      await expect(view.titleAction('Clear Filters')).toBeVisible();
    });

    await test.step('if nothing matches, the view says so and offers to clear the filter', async () => {
      await filterByStatus(workbench, ['Processing', 'Failed', 'Jobs created']);
      await expect(view.welcome).toContainText('No batches match the filter.');
      await expect(view.welcome.locator('.monaco-button')).toHaveText(['Clear Filters']);
      await workbench.screenshot('filters-nothing');
      await view.clickWelcome('Clear Filters');
      await expectBatches(workbench, ['batch_p1', 'batch_p2', 'batch_odd', 'batch_f1', 'batch_c1']);
      await expect(view.message).toHaveText(/^As of /);
      await expectQuery(simulator, {});
    });

    await test.step('Clear Filters is in the palette while there is a filter', async () => {
      simulator.clearRequests();
      await filterByStatus(workbench, ['AWAITING_REVIEW']);
      await expectBatches(workbench, ['batch_odd']);
      // Undocumented statuses are not sent to the server.
      await expectQuery(simulator, {});
      await workbench.command('Sync Batches: Clear Filters');
      await expectBatches(workbench, ['batch_p1', 'batch_p2', 'batch_odd', 'batch_f1', 'batch_c1']);
    });
  });
});

async function filterByDate(workbench: Workbench, choice: string): Promise<void> {
  await workbench.command('Sync Batches: Filter by Date…');
  await workbench.quickInput.choose(choice);
}

/** Changes the checked statuses. */
async function filterByStatus(workbench: Workbench, changed: string[]): Promise<void> {
  const { quickInput } = workbench;
  await workbench.command('Sync Batches: Filter by Status…');
  await expect(quickInput.rows.first()).toBeVisible();
  for (const status of changed) await quickInput.toggle(status);
  await quickInput.accept();
}

/** The batches in the tree from top to bottom, regardless of groups. */
async function expectBatches({ view }: Workbench, ids: string[]): Promise<void> {
  await expect
    .poll(async () => (await view.readRows()).filter((row) => row.level === 2).map((row) => row.label))
    .toEqual(ids);
  await expect(view.progress).toHaveCount(0);
}

function lastQuery({ requests }: Simulator): Record<string, string> | undefined {
  return requests.at(-1)?.query;
}

/** A new filter applies to the cached list at once; the request follows. */
async function expectQuery(simulator: Simulator, query: Record<string, string>): Promise<void> {
  await expect.poll(() => lastQuery(simulator)).toEqual(query);
}

/** A time in the format of requests: UTC with a Z. */
function utc(text: string | undefined): number {
  expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  return Date.parse(text ?? '');
}
