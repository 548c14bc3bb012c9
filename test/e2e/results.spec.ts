import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Simulator } from '../simulator/types';
import { expect, test } from './fixtures';
import { ResultsPage } from './parts/resultsPage';
import type { Workbench } from './workbench';

const key = 'test-key';
const hour = 3_600_000;

/** The properties of a video that tests read. */
interface PageVideo {
  readonly videoWidth: number;
  readonly currentSrc: string;
}

const good = (id: string, more: object = {}): string =>
  JSON.stringify({ request_id: id, response: { id: `g-${id}`, status: 'COMPLETED', model: 'lipsync-2', ...more } });
const oddLines = [
  good('fine', { outputUrl: 'javascript:alert(document.domain)' }),
  'this is no JSON',
  good('<img src=x onerror=alert(1)>'),
  good('fine'),
  JSON.stringify({ request_id: 'bad', response: { status: 'FAILED', error: '<script>alert(2)</script>\u202e' } }),
  '{"response":{"status":"COMPLETED"}}',
];

const manyLines = Array.from({ length: 50_000 }, (_, index) =>
  good(`request-${index}`, { status: index % 100 === 0 ? 'FAILED' : 'COMPLETED' }),
);

test.use({ env: { SYNC_API_KEY: key } });

test.describe('The results of a batch', () => {
  test('open with Enter, and can be used with the keyboard only', async ({ workbench, simulator }) => {
    addDone(simulator, 'batch_done', { total: 40, succeeded: 35, failed: 4 });
    const { view, page } = workbench;
    await workbench.open();
    await view.open();
    await expect(view.item('batch_done')).toBeVisible();
    await view.focusItem('batch_done');
    await page.keyboard.press('Enter');
    const results = await opened(workbench, 'batch_done');

    await test.step('the head shows the totals', async () => {
      await expect(results.heading).toHaveText('batch_done');
      await expect.poll(() => results.rowCount()).toBe(39);
      await expect
        .poll(() => results.summary())
        .toEqual(['Failed 4', 'Succeeded 35', 'Missing 1', expect.stringMatching(/^\d+:\d\d\.\d of output$/)]);
    });

    await test.step('arrow keys move the focus, also for a screen reader', async () => {
      await expect(results.grid).toBeFocused();
      const ids = async (): Promise<string[]> => (await results.readRows()).map(({ requestId }) => requestId);
      await expect.poll(async () => (await results.focusedRow()) === (await ids())[0]).toBe(true);
      const [first = '', next = ''] = await ids();
      await page.keyboard.press('ArrowDown');
      await expect.poll(() => results.focusedRow()).toBe(next);
      await page.keyboard.press('End');
      await expect.poll(async () => ['', first, next].includes(await results.focusedRow())).toBe(false);
      await page.keyboard.press('Home');
      await expect.poll(() => results.focusedRow()).toBe(first);
    });

    await test.step('Space and Shift select rows, and the button shows how many', async () => {
      await page.keyboard.press('Space');
      await expect(results.action('Save Media of 1 Selected…')).toBeVisible();
      await page.keyboard.press('Shift+ArrowDown');
      await page.keyboard.press('Shift+ArrowDown');
      await expect(results.action('Save Media of 3 Selected…')).toBeVisible();
      await page.keyboard.press('ControlOrMeta+A');
      await expect(results.action('Save Media of 39 Selected…')).toBeVisible();
    });

    await test.step('Enter opens the details, and Escape returns to the row', async () => {
      await page.keyboard.press('Enter');
      await expect(results.details).toBeVisible();
      await expect(results.details.getByRole('heading', { level: 2 })).toBeFocused();
      await expect(results.details.locator('pre')).toContainText('"request_id"');
      await workbench.screenshot('results-details');
      await page.keyboard.press('Escape');
      await expect(results.details).toBeHidden();
      await expect(results.grid).toBeFocused();
    });

    await test.step('filters by text and outcome apply immediately', async () => {
      await page.keyboard.press('ControlOrMeta+F');
      await expect(results.search).toBeFocused();
      await page.keyboard.type('timed out');
      await expect(results.status).toHaveText(/^\d of 39 rows shown$/);
      await page.keyboard.press('ArrowDown');
      await expect(results.grid).toBeFocused();
      await results.search.fill('');
      await results.chip('Failed').focus();
      await page.keyboard.press('Space');
      await expect(results.chip('Failed')).toHaveAttribute('aria-pressed', 'true');
      await expect(results.status).toHaveText('4 of 39 rows shown');
      const outcomes = async (): Promise<unknown> => new Set((await results.readRows()).map(({ outcome }) => outcome));
      await expect.poll(outcomes).toEqual(new Set(['Failed']));
      await workbench.screenshot('results-filtered');
    });

    await test.step('the tab looks the same after a window reload', async () => {
      await workbench.stored('"outcomes":["failed"]');
      await workbench.reload();
      const again = await opened(workbench, 'batch_done');
      await expect(again.chip('Failed')).toHaveAttribute('aria-pressed', 'true');
      await expect(again.status).toHaveText('4 of 39 rows shown');
      await expect(again.note).toContainText('Saved copy from');
    });
  });

  test('outlive the copy on the server, play, show odd lines as text, and stay fast', async ({
    workbench,
    simulator,
  }) => {
    addDone(simulator, 'batch_done', { total: 30, succeeded: 30 });
    addDone(simulator, 'batch_playing', { total: 3, succeeded: 3 });
    addFile(simulator, 'batch_odd', oddLines);
    addFile(simulator, 'batch_large', manyLines);
    const { view, page } = workbench;
    const dialogs = workbench.recordDialogs();
    await workbench.open();
    await view.open();
    const files = (): number => simulator.requests.filter(({ origin }) => origin === 'files').length;

    await test.step('only the API gets the key, not the target of the redirect', async () => {
      const results = await openByClick(workbench, 'batch_done');
      await expect(results.note).toHaveText('');
      await expect.poll(() => results.rowCount()).toBe(30);
      expect(files()).toBe(1);
      for (const { origin, headers } of simulator.requests) {
        expect(headers['x-api-key']).toBe(origin === 'api' ? key : undefined);
      }
      await closeTabs(workbench);
    });

    await test.step('a batch whose file is gone from the server opens from the saved copy', async () => {
      simulator.faults.add({ path: /result/, effect: { kind: 'status', status: 404 } });
      const results = await openByClick(workbench, 'batch_done');
      await expect(results.note).toContainText('Saved copy from');
      await expect.poll(() => results.rowCount()).toBe(30);
      expect(files()).toBe(1);
    });

    await test.step('a failed reload shows the error and the earlier rows', async () => {
      const results = new ResultsPage(workbench.webview());
      const reload = results.frame.getByRole('button', { name: 'Reload' });
      await reload.click();
      await expect(results.note).toContainText('You see the rows that were loaded before.');
      await expect.poll(() => results.rowCount()).toBe(30);
      await workbench.screenshot('results-gone');
      simulator.faults.clear();
      await reload.click();
      await expect(results.note).toHaveText('');
      await results.loaded();
      await expect.poll(() => results.rowCount()).toBe(30);
      await closeTabs(workbench);
    });

    await test.step('a video plays in the tab, with a new link if the old one has expired', async () => {
      const results = await openByClick(workbench, 'batch_playing');
      await results.rows.first().dblclick();
      const play = results.details.locator('.actions').getByRole('button', { name: 'Play' });
      await play.click();
      await expect.poll(() => results.video.evaluate((video: PageVideo) => video.videoWidth)).toBeGreaterThan(0);
      await workbench.screenshot('results-playing');

      const before = await results.video.evaluate((video: PageVideo) => video.currentSrc);
      simulator.expireLinks();
      simulator.clearRequests();
      await play.click();
      await expect
        .poll(() => simulator.requests.filter(({ path: asked }) => asked.startsWith('/v2/generate/')).length)
        .toBe(1);
      await expect.poll(() => results.video.evaluate((video: PageVideo) => video.currentSrc)).not.toBe(before);
      await expect.poll(() => results.video.evaluate((video: PageVideo) => video.videoWidth)).toBeGreaterThan(0);

      simulator.expireLinks();
      simulator.faults.add({ path: /\/v2\/generat/, effect: { kind: 'status', status: 404 } });
      await play.click();
      await expect(results.details.locator('.message')).toHaveText(/The video is gone/);
      simulator.faults.clear();
      await closeTabs(workbench);
    });

    await test.step('only an unreadable line is lost, and markup is shown as text', async () => {
      const results = await openByClick(workbench, 'batch_odd');
      await expect.poll(() => results.rowCount()).toBe(6);
      await expect
        .poll(() => results.readRows())
        .toMatchObject([
          { requestId: 'fine' },
          { requestId: '—', outcome: 'Unreadable', error: 'The line is not JSON' },
          { requestId: '<img src=x onerror=alert(1)>' },
          { requestId: 'fine', error: expect.stringContaining('An earlier line has the same request ID') },
          { requestId: 'bad' },
          { requestId: '—' },
        ]);
      await expect(results.grid.locator('img, script')).toHaveCount(0);
      await results.rows.first().dblclick();
      await results.details.locator('.actions').getByRole('button', { name: 'Play' }).click();
      await expect(results.details.locator('.message')).toHaveText(/not an https: address/);
      await expect(results.details.locator('video, a')).toHaveCount(0);
      await workbench.screenshot('results-hostile');
      expect(dialogs).toEqual([]);
      await closeTabs(workbench);
    });

    await test.step('of 50,000 rows only the visible ones are rendered', async () => {
      const results = await openByClick(workbench, 'batch_large');
      const count = manyLines.length;
      await expect.poll(() => results.rowCount()).toBe(count);
      await expect.poll(() => results.rows.count()).toBeLessThan(100);
      await results.grid.focus();
      await page.keyboard.press('End');
      await expect.poll(() => results.focusedRow()).toBe(`request-${count - 1}`);
      expect(await results.rows.count()).toBeLessThan(100);
      await results.search.fill('request-49999');
      await expect(results.status).toHaveText(`1 of ${count} rows shown`);
    });
  });
});

test.describe('Results', () => {
  test('can be opened as text, saved, exported to a batch file, and saved as videos', async ({
    workbench,
    simulator,
    folder,
  }) => {
    addDone(simulator, 'batch_done', { total: 30, succeeded: 25, failed: 5 });
    addDone(simulator, 'batch_videos', { total: 6, succeeded: 5, failed: 1 });
    const { view, quickInput, notifications } = workbench;
    await workbench.open();
    await view.open();
    const results = await openByClick(workbench, 'batch_done');

    await test.step('the result file as a read-only text', async () => {
      await results.action('Open as Text').click();
      await expect.poll(() => workbench.editorText()).toContain('"request_id":"request-');
      await workbench.command('View: Close Editor');
    });

    const saved = path.join(folder, 'batch_done.jsonl');
    await test.step('the result file, byte for byte', async () => {
      await results.action('Save Results…').click();
      await quickInput.choosePath(saved);
      await expect(notifications.withText('Results of batch_done saved.')).toBeVisible();
      expect(fs.readFileSync(saved, 'utf8').trim().split('\n')).toHaveLength(30);
      await notifications.close('Results of batch_done saved.');
    });

    await test.step('a batch file of the failed requests, with a warning that it is too short', async () => {
      await results.action('Export Failed Requests…').click();
      await quickInput.choose('From the results');
      await quickInput.choose('All failures');
      const retry = path.join(folder, 'batch_done-retry.jsonl');
      await quickInput.choosePath(retry);
      const toast = notifications.withText('5 requests exported.');
      await expect(toast).toContainText('A batch needs at least 20 requests');
      await workbench.screenshot('results-exported');
      const requests = fs.readFileSync(retry, 'utf8').trim().split('\n').map(parseRequest);
      expect(requests).toHaveLength(5);
      for (const request of requests) {
        expect(request).toMatchObject({ endpoint: '/v2/generate', payload: { model: 'lipsync-2' } });
      }
    });

    await test.step('the videos in a folder, which are not downloaded twice', async () => {
      await notifications.close('5 requests exported.');
      await closeTabs(workbench);
      const media = (await openByClick(workbench, 'batch_videos')).action('Save Media…');
      const target = path.join(folder, 'videos');
      fs.mkdirSync(target);
      await media.click();
      await quickInput.choosePath(target, 'Save Here');
      await expect(notifications.withText('5 videos saved to ')).toBeVisible();
      await workbench.screenshot('results-saved');
      const videos = fs.readdirSync(target).filter((name) => name.endsWith('.mp4'));
      expect(videos).toHaveLength(5);
      expect(videos.every((name) => /^request-00\d\.mp4$/.test(name))).toBe(true);
      expect(fs.readdirSync(target).filter((name) => name.endsWith('.part'))).toEqual([]);
      await notifications.close('5 videos saved to ');

      fs.rmSync(path.join(target, videos[0] ?? ''));
      simulator.clearRequests();
      await media.click();
      await quickInput.choosePath(target, 'Save Here');
      await expect(notifications.withText(/1 video saved to .+\. 4 were already saved\./)).toBeVisible();
      expect(simulator.requests.filter(({ path: asked }) => asked.startsWith('/media/'))).toHaveLength(1);
    });
  });
});

function addDone(
  simulator: Simulator,
  id: string,
  counts: { total: number; succeeded: number; failed?: number },
): void {
  simulator.addBatch({ id, createdAt: Date.now() - hour, status: 'COMPLETED', ...counts });
}

/** A batch with exactly these lines as its result file. */
function addFile(simulator: Simulator, id: string, lines: readonly string[]): void {
  const count = lines.length;
  simulator.addBatch({
    ...{ id, createdAt: Date.now() - hour, status: 'COMPLETED', total: count, succeeded: count },
    resultText: lines.join('\n'),
  });
}

async function openByClick(workbench: Workbench, id: string): Promise<ResultsPage> {
  await workbench.view.item(id).click();
  return await opened(workbench, id);
}

async function opened(workbench: Workbench, id: string): Promise<ResultsPage> {
  const results = new ResultsPage(workbench.webview());
  await expect(results.heading).toHaveText(id);
  await results.loaded();
  return results;
}

async function closeTabs(workbench: Workbench): Promise<void> {
  await workbench.command('View: Close All Editors');
  await expect.poll(() => workbench.editorTitles()).toEqual([]);
}

function parseRequest(line: string): unknown {
  return JSON.parse(line);
}
