import type { Page } from '@playwright/test';
import { demoBatches, manyBatches } from '../simulator/demoData';
import type { BatchSeed } from '../simulator/types';
import { expect, test } from './fixtures';
import { parkMouse } from './parts/mouse';
import type { Workbench } from './workbench';

const minute = 60_000;
const key = 'test-key';
const listPath = '/v2/batch';

// Automatic refresh is off, because the test counts requests and needs rows that do not move.
test.use({ env: { SYNC_API_KEY: key }, settings: { 'syncBatches.autoRefresh': 'off' } });

test.describe('The list of batches', () => {
  test('shows the state of every batch, and keeps its selection and expansion during a refresh', async ({
    workbench,
    simulator,
  }) => {
    const now = Date.now();
    for (const seed of demoBatches(now)) simulator.addBatch(seed);
    const { view, page } = workbench;
    await workbench.open();
    await view.open();

    await test.step('groups in a fixed order with counts, unfinished ones first', async () => {
      await expect
        .poll(async () => (await groups(workbench)).map(({ accessible }) => accessible))
        .toEqual([
          'Processing, 3 batches',
          'Jobs created, 1 batch',
          'Pending, 2 batches',
          'Failed, 1 batch',
          'Completed, 8 batches',
        ]);
      await expect
        .poll(async () => (await groups(workbench)).map(({ label, description }) => `${label} ${description}`))
        .toEqual(['Processing 3', 'Jobs created 1', 'Pending 2', 'Failed 1', 'Completed 8']);
    });

    await test.step('newest first in each group', async () => {
      await expect
        .poll(async () => (await view.readRows()).map(({ level, label }) => `${level} ${label}`))
        .toEqual([
          '1 Processing',
          ...['2 batch_def456', '2 batch_c6380f', '2 batch_e92b5a'],
          '1 Jobs created',
          '2 batch_a41d08',
          '1 Pending',
          ...['2 batch_5f0c21', '2 batch_77b9e4'],
          '1 Failed',
          '2 batch_8d24fa',
          '1 Completed',
          ...['2 batch_abc123', '2 batch_1b7f3d', '2 batch_30ce96', '2 batch_b05e7c'],
          ...['2 batch_d18a62', '2 batch_f3491e', '2 batch_29d6b0', '2 batch_6ce815'],
        ]);
    });

    await test.step('screen readers get the same information about the two batches of the API reference', async () => {
      await expect
        .poll(() => view.labels())
        .toEqual(
          expect.arrayContaining([
            `batch_abc123, Completed, 4 of 5 succeeded, 1 failed, created ${spoken(now - 180 * minute)}`,
            `batch_def456, Processing, 3 of 10 done, created ${spoken(now - 25 * minute)}`,
            `batch_5f0c21, Pending, 0 of 120 done, created ${spoken(now - 2 * minute)}`,
          ]),
        );
      const description = async (id: string): Promise<string | undefined> =>
        (await view.readRows()).find(({ label }) => label === id)?.description;
      await expect.poll(() => description('batch_abc123')).toMatch(/^4 of 5 · 1 failed · /);
      await expect.poll(() => description('batch_def456')).toMatch(/^3 of 10 · /);
    });

    await test.step('the tooltip has the exact time, all four metrics and both URLs', async () => {
      const completed = await view.tooltip('batch_abc123');
      expect(completed).toContain('Status: Completed (COMPLETED)');
      expect(completed).toContain(`Created: ${exact(now - 180 * minute)} (3 hours ago)`);
      expect(completed).toMatch(/Progress: 5 of 5 \(100 %\)/);
      expect(completed).toContain('Succeeded: 4');
      expect(completed).toContain('Failed: 1');
      expect(completed).toContain('Waiting: 0');
      expect(completed).toContain(`Output URL: ${simulator.url}/v2/batches/batch_abc123/result`);
      expect(completed).toContain('Webhook URL: none');
      await workbench.screenshot('list-tooltip');
      // A link in a tooltip would not open the exact URL, and would open any URL from the API.
      expect.soft(await page.locator('.monaco-hover:visible a').count()).toBe(0);
      expect(await view.tooltip('batch_def456')).toMatch(/Waiting: 7[\s\S]*Output URL: none yet/);
      expect(await view.tooltip('batch_1b7f3d')).toContain(
        'Webhook URL: https://hooks.example.test/sync/batches?team=localization',
      );
      await parkMouse(page);
    });

    await test.step('the key was sent only in the header of list requests', () => {
      expect(simulator.requests.map(({ method, path, origin }) => `${method} ${origin} ${path}`)).toEqual([
        `GET api ${listPath}`,
      ]);
      expect(simulator.requests[0]?.headers['x-api-key']).toBe(key);
    });

    await test.step('a collapsed group stays collapsed, and the selection stays', async () => {
      await view.collapse('Completed, 8 batches');
      await view.item('batch_c6380f').click();
      simulator.addBatch({ id: 'batch_newest', createdAt: now, status: 'PROCESSING', total: 30 });
      simulator.updateBatch('batch_a41d08', { status: 'COMPLETED' });
      await view.titleAction('Refresh').click();
      await expect(view.item('batch_newest')).toBeVisible();
      await expect(view.item('Completed, 9 batches')).toHaveAttribute('aria-expanded', 'false');
      await expect(view.item('Processing, 4 batches')).toHaveAttribute('aria-expanded', 'true');
      await expect(view.item('batch_c6380f')).toHaveAttribute('aria-selected', 'true');
      await expect(view.item('Jobs created')).toHaveCount(0);
    });

    await test.step('a new batch is the first of its group', async () => {
      await expect
        .poll(async () => (await view.readRows()).slice(0, 3).map(({ label }) => label))
        .toEqual(['Processing', 'batch_newest', 'batch_def456']);
    });

    await test.step('the selected batch stays selected when it moves to another group', async () => {
      await view.expand('Completed, 9 batches');
      await view.item('batch_c6380f').click();
      simulator.updateBatch('batch_c6380f', { status: 'COMPLETED' });
      await view.titleAction('Refresh').click();
      await expect(view.item('batch_c6380f, Completed')).toBeVisible();
      await expect(view.item('batch_c6380f')).toHaveAttribute('aria-selected', 'true');
      // The keyboard focus is there.
      await view.tree.focus();
      await expect(focused(workbench)).toHaveAttribute('aria-label', /^batch_c6380f, /);
    });

    await test.step('pressing Refresh repeatedly during a slow response sends one request and shows progress', async () => {
      await expect(view.progress).toHaveCount(0);
      simulator.clearRequests();
      let answer = (): void => undefined;
      simulator.faults.add({ effect: { kind: 'hold', until: new Promise<void>((resolve) => (answer = resolve)) } });
      await view.titleAction('Refresh').click();
      await expect(view.progress).toBeVisible();
      for (let i = 0; i < 4; i++) await view.titleAction('Refresh').click();
      // Commands reach the extension in order: after this one, it has received all of them.
      await view.inlineAction('batch_newest', 'Copy Batch ID');
      await expect.poll(() => workbench.clipboard()).toBe('batch_newest');
      await expect(view.progress).toBeVisible();
      await expect.poll(() => simulator.requests.map(({ status }) => status)).toEqual([undefined]);
      answer();
      await expect(view.progress).toHaveCount(0);
      expect(simulator.requests.map(({ status }) => status)).toEqual([200]);
      expect(await workbench.notifications.messages()).toEqual([]);
    });
  });

  test('shows unknown and hostile values as text, and is usable with 10,000 batches', async ({
    workbench,
    simulator,
  }) => {
    const now = Date.now();
    const hostileId = '<img src=x onerror=alert(1)> $(trash) **b** [go](command:workbench.action.closeSidebar)';
    const hostileStatus = '<b>ODD</b> $(flame) hasOutput';
    const batches: BatchSeed[] = [
      { id: hostileId, createdAt: now, status: hostileStatus, outputUrl: 'javascript:alert(document.domain)' },
      { id: 'batch_\u202egnp.exe\u0007', createdAt: now, status: 'AWAITING_REVIEW', total: 0 },
      { id: 'batch_when', createdAt: 'the other day', status: 'PENDING', total: 5 },
      { id: 'batch_over', createdAt: now, status: 'PROCESSING', total: 5, succeeded: 7, failed: 2 },
      {
        id: 'batch_done',
        createdAt: now,
        status: 'COMPLETED',
        webhookUrl: '[hook](command:workbench.action.closeSidebar) <script>alert(1)</script> http://elsewhere.test/x',
      },
    ];
    for (const seed of batches) simulator.addBatch(seed);
    const { view, quickInput, page } = workbench;
    const dialogs = workbench.recordDialogs();
    await workbench.open();
    await view.open();

    await test.step('an unknown status is its own group, before the finished ones', async () => {
      await expect
        .poll(async () => (await groups(workbench)).map(({ label }) => label))
        .toEqual(['Processing', 'Pending', hostileStatus, 'AWAITING_REVIEW', 'Completed']);
    });

    await test.step('texts from the API are shown unchanged, without invisible and direction characters', async () => {
      await expect
        .poll(async () => (await view.readRows()).map(({ label }) => label))
        .toEqual(expect.arrayContaining([hostileId, 'batch_\ufffdgnp.exe\ufffd']));
      await expect(view.tree.locator('img, b, .codicon-trash, .codicon-flame')).toHaveCount(0);
      await workbench.screenshot('list-hostile');
    });

    await test.step('counts that do not add up never exceed the total', async () => {
      await expect
        .poll(() => view.labels())
        .toEqual(
          expect.arrayContaining([
            expect.stringContaining('batch_over, Processing, 5 of 5 done, 2 failed'),
            expect.stringContaining('AWAITING_REVIEW, no requests counted yet'),
            'batch_when, Pending, 0 of 5 done',
          ]),
        );
      expect(await view.tooltip('batch_over')).toContain('Progress: 5 of 5 (100 %)');
      expect(await view.tooltip('batch_when')).toContain('Created: at an unknown time');
    });

    await test.step('the tooltip has no links from the API', async () => {
      const tooltip = await view.tooltip('<img src=x');
      expect(tooltip).toContain(hostileId);
      expect(tooltip).toContain(`Status: ${hostileStatus}`);
      expect(tooltip).toContain('Output URL: javascript:alert(document.domain)');
      const done = await view.tooltip('batch_done');
      expect(done).toContain('[hook](command:workbench.action.closeSidebar) <script>alert(1)</script>');
      const hover = page.locator('.monaco-hover:visible');
      expect.soft(await hover.locator('a, img, script, .codicon-trash').count()).toBe(0);
    });

    await test.step('a hostile status enables no menu entries and draws no icons in a quick pick', async () => {
      await page.keyboard.press('Escape');
      const menu = await view.contextMenu('batch_when');
      expect(await menu.labels()).toEqual(['Copy Batch ID', 'Name Batch…', 'Notify Me When Finished']);
      await menu.dismiss();
      await workbench.command('Sync Batches: Copy Batch ID');
      await expect(quickInput.rows).toHaveCount(batches.length);
      expect.soft(await quickInput.rows.locator('.codicon-trash, .codicon-flame').count()).toBe(0);
      await quickInput.dismiss();
      await workbench.command('Sync Batches: Filter by Status…');
      await expect(quickInput.rows).toHaveCount(7);
      expect.soft(await quickInput.rows.locator('.codicon-flame').count()).toBe(0);
      await quickInput.dismiss();
      expect(dialogs).toEqual([]);
    });

    const seeds = manyBatches(10_000, Date.now());
    // The seeds come newest first.
    const completed = seeds.filter((seed) => seed.status === 'COMPLETED').map((seed) => seed.id);
    await test.step('a group of many shows its newest 100 batches and the total', async () => {
      simulator.clearBatches();
      for (const seed of seeds) simulator.addBatch(seed);
      await view.titleAction('Refresh').click();
      await expect(view.item(/^Processing, \d+ batches$/)).toBeVisible();
      await expectLast(workbench, `Completed: show 100 more, 100 of ${completed.length} shown`);
      await expect(view.item(`${completed[99]}, `)).toBeVisible();
    });

    await test.step('Enter shows the next 100 and selects the first of them', async () => {
      await page.keyboard.press('Enter');
      await expect(focused(workbench)).toHaveAttribute('aria-label', new RegExp(`^${completed[100]}, Completed, `));
      await page.keyboard.press('ArrowDown');
      await expect(focused(workbench)).toHaveAttribute('aria-label', new RegExp(`^${completed[101]}, Completed, `));
      await expectLast(workbench, `Completed: show 100 more, 200 of ${completed.length} shown`);
      await workbench.screenshot('list-show-more');
    });

    await test.step('the same number is shown after a refresh', async () => {
      simulator.addBatch({ id: 'batch_newest', createdAt: Date.now(), status: 'PROCESSING' });
      await view.titleAction('Refresh').click();
      await view.tree.focus();
      await page.keyboard.press('Home');
      await expect(view.item('batch_newest')).toBeVisible();
      await expectLast(workbench, `Completed: show 100 more, 200 of ${completed.length} shown`);
    });
  });
});

async function groups({ view }: Workbench) {
  return (await view.readRows()).filter((row) => row.level === 1);
}

function focused({ view, page }: { view: Workbench['view']; page: Page }) {
  return view.rows.and(page.locator('.focused'));
}

/** Goes to the last row, which may still be one of an earlier list: the rows of a group come after those of all groups. */
async function expectLast(workbench: Workbench, label: string): Promise<void> {
  const { view, page } = workbench;
  await expect(async () => {
    await view.tree.focus();
    await page.keyboard.press('End');
    await expect(focused(workbench)).toHaveAttribute('aria-label', label, { timeout: 3_000 });
  }).toPass({ timeout: 30_000 });
}

/** A time in the format for screen readers. The API has whole seconds. */
function spoken(at: number): string {
  return new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(at);
}

function exact(at: number): string {
  return new Intl.DateTimeFormat('en', {
    weekday: 'long',
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
    timeZone: 'UTC',
  }).format(at);
}
