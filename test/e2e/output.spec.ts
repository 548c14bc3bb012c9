import type { BatchSeed, Simulator } from '../simulator/types';
import { expect, test } from './fixtures';
import { ResultsPage } from './parts/resultsPage';
import type { Workbench } from './workbench';

test.use({ env: { SYNC_API_KEY: 'test-key' } });

/** A server rejects a signed URL if any character is encoded differently. */
const signed =
  'https://results.example.test/out%2Fput/b%20c+d=e&f=%C3%BC%7E~(1)*.json' +
  '?X-Amz-Credential=AKIA%2F20261124%2Fus-east-1&X-Amz-Signature=a%2Bb%3d%3D&list=a+b&x=%7B%22k%22%3A1%7D&e#part%2f1';
const plain = 'https://results.example.test/plain.json';

test.describe('The output of a batch', () => {
  test('is opened and copied with the exact URL of the API, and not opened if that is unsafe', async ({
    workbench,
    simulator,
  }) => {
    addBatches(simulator, [
      { id: 'batch_signed', status: 'COMPLETED', outputUrl: signed },
      { id: 'batch_plain', status: 'FAILED', succeeded: 3, outputUrl: plain },
      { id: 'batch_running', status: 'PROCESSING' },
      { id: 'batch_without', status: 'FAILED', outputUrl: '' },
      { id: 'batch_ünïcode/ 1', status: 'PROCESSING' },
    ]);
    const { view, quickInput, notifications, dialog } = workbench;
    await workbench.page.addInitScript(recordOpened);
    await workbench.open();
    await view.open();
    await expect(view.item('batch_signed')).toBeVisible();

    await test.step('opened with the button of its row', async () => {
      await view.inlineAction('batch_signed', 'Open Output URL');
      await letItOpen(workbench);
      await expect.poll(() => opened(workbench)).toEqual([signed]);
    });

    await test.step('opened from its context menu, with the keyboard', async () => {
      const menu = await view.contextMenu('batch_plain', 'keyboard');
      await expect
        .poll(() => menu.labels())
        .toEqual([
          ...['Show Results', 'Open Output URL', 'Open Results as Text'],
          ...['Save Media…', 'Save Results…', 'Export Failed Requests…'],
          ...['Copy Output URL', 'Copy Batch ID', 'Name Batch…'],
        ]);
      await workbench.screenshot('output-menu');
      await menu.chooseByKeyboard('Open Output URL');
      await letItOpen(workbench);
      await expect.poll(() => opened(workbench)).toEqual([signed, plain]);
    });

    await test.step('opened from the command palette, which offers the batches with an output, the selected one first', async () => {
      // The click opens the results tab, which takes the focus.
      await view.item('batch_signed').click();
      await expect(new ResultsPage(workbench.webview()).heading).toHaveText('batch_signed');
      await workbench.command('Sync Batches: Open Output URL');
      await expect.poll(() => quickInput.placeholder()).toBe('Open the output URL of which batch?');
      await expect.poll(() => quickInput.labels()).toEqual(['batch_signed', 'batch_plain']);
      await workbench.screenshot('output-pick');
      await quickInput.type('plain');
      await expect(quickInput.rows).toHaveCount(1);
      await quickInput.accept();
      await letItOpen(workbench);
      await expect.poll(() => opened(workbench)).toEqual([signed, plain, plain]);
      await workbench.command('View: Close Editor');
    });

    await test.step('not for a batch without an output', async () => {
      await view.item('batch_running').hover();
      await expect(view.item('batch_running').locator('.action-label[aria-label="Copy Batch ID"]')).toBeVisible();
      await expect(view.item('batch_running').locator('.action-label[aria-label="Open Output URL"]')).toHaveCount(0);
      const menu = await view.contextMenu('batch_without');
      await expect.poll(() => menu.labels()).toEqual(['Copy Batch ID', 'Name Batch…']);
      await menu.dismiss();
    });

    await test.step('Copy Output URL, from the context menu', async () => {
      const menu = await view.contextMenu('batch_signed');
      // The message disappears after a few seconds.
      const told = expect(workbench.statusBarItem('Output URL copied')).toBeVisible();
      await Promise.all([told, menu.click('Copy Output URL')]);
      await expect.poll(() => workbench.clipboard()).toBe(signed);
    });

    await test.step('Copy Batch ID, with the button of a row', async () => {
      const told = expect(workbench.statusBarItem('Batch ID copied')).toBeVisible();
      await Promise.all([told, view.inlineAction('batch_ünïcode', 'Copy Batch ID')]);
      await expect.poll(() => workbench.clipboard()).toBe('batch_ünïcode/ 1');
    });

    await test.step('both from the command palette', async () => {
      await workbench.command('Sync Batches: Copy Batch ID');
      await expect(quickInput.rows).toHaveCount(5);
      await quickInput.choose('batch_signed');
      await expect.poll(() => workbench.clipboard()).toBe('batch_signed');
      await workbench.command('Sync Batches: Copy Output URL');
      await expect(quickInput.rows).toHaveCount(2);
      await quickInput.choose('batch_signed');
      await expect.poll(() => workbench.clipboard()).toBe(signed);
      expect(await notifications.messages()).toEqual([]);
    });

    const unsafe = [
      'javascript:alert(document.domain)',
      'file:///etc/passwd',
      'http://foreign.example.test/results.json',
      'command:workbench.action.closeSidebar',
      'vscode://sync-batches.sync-batches/x',
      'https://results.example.test/a b',
    ];
    await test.step('batches with unsafe URLs', async () => {
      simulator.clearBatches();
      addBatches(
        simulator,
        unsafe.map((outputUrl, index) => ({ id: `batch_${index}`, status: 'COMPLETED', outputUrl })),
      );
      await view.titleAction('Refresh').click();
      await expect(view.item('batch_0')).toBeVisible();
    });
    for (const [index, url] of unsafe.entries()) {
      await test.step(`${url}: the message gives the reason and offers to copy the URL`, async () => {
        await view.inlineAction(`batch_${index}`, 'Open Output URL');
        const toast = notifications.withText(`The output URL of batch_${index} was not opened`);
        await expect(toast).toContainText(url);
        if (index === 0) await workbench.screenshot('output-unsafe');
        await notifications.click(`batch_${index} was not opened`, 'Copy Output URL');
        await expect.poll(() => workbench.clipboard()).toBe(url);
      });
    }
    await expect(dialog.box).toHaveCount(0);
    expect(await opened(workbench)).toHaveLength(3);

    await test.step('the command reports that no batch has an output', async () => {
      simulator.clearBatches();
      addBatches(simulator, [
        { id: 'batch_running', status: 'PROCESSING' },
        { id: 'batch_without', status: 'FAILED', outputUrl: '' },
      ]);
      await view.titleAction('Refresh').click();
      await expect(view.item('batch_without')).toBeVisible();
      await expect(view.item('batch_0')).toHaveCount(0);
      await workbench.command('Sync Batches: Open Output URL');
      await expect(notifications.withText('None of the batches in the list has an output URL yet.')).toBeVisible();
      expect(await opened(workbench)).toHaveLength(3);
    });
  });
});

/** Adds batches. The first one is the newest. */
function addBatches(simulator: Simulator, seeds: Omit<BatchSeed, 'createdAt'>[]): void {
  const now = Date.now();
  for (const [index, seed] of seeds.entries()) simulator.addBatch({ createdAt: now - index * 60_000, ...seed });
}

/** Runs first in the page: records the URLs to open instead of opening them. */
const recordOpened = 'window.opened = []; window.open = (url) => { window.opened.push(url); return null; };';

async function opened({ page }: Workbench): Promise<string[]> {
  return await page.evaluate<string[]>('window.opened');
}

/** Confirms the question of VS Code about an external website. */
async function letItOpen({ dialog }: Workbench): Promise<void> {
  await expect.poll(() => dialog.message()).toMatch(/open the external website\?/);
  await dialog.click('Open');
}
