import { demoBatches } from '../simulator/demoData';
import { startSimulator } from '../simulator/simulator';
import { expect, test } from './fixtures';
import type { Workbench } from './workbench';

const key = 'test-key';
const setKey = 'Sync Batches: Set API Key…';
const removeKey = 'Sync Batches: Remove API Key';

// Automatic refresh is off, because the test counts requests by key, and a window with an old key would poll.
test.use({ settings: { 'syncBatches.autoRefresh': 'off' } });

test.describe('The API key', () => {
  test('is requested at first, checked, stored for every window, and removed', async ({ workbench, simulator }) => {
    // Three windows are opened.
    test.slow();
    for (const seed of demoBatches(Date.now())) simulator.addBatch(seed);
    const { view, quickInput, notifications, page } = workbench;
    const message = quickInput.box.locator('.quick-input-message');
    await workbench.open();
    await view.open();

    await test.step('without a key the view explains itself and has one button', async () => {
      await expect(view.welcome).toContainText('See the batches of your sync.so organization here');
      await expect(view.welcome).toContainText("stored in the editor's secret storage");
      await expect(view.welcome.locator('.monaco-button')).toHaveText(['Set API Key…']);
      await expect(view.welcome.getByRole('link').or(view.welcome.locator('a'))).toContainText([
        'Where do I get a key?',
      ]);
      await expect(view.titleAction('Refresh')).toHaveCount(0);
      await expect(view.titleAction('Filter by Date…')).toHaveCount(0);
      expect(await quickInput.commandsFor('Sync Batches: ')).not.toContain('Sync Batches: Refresh');
      await workbench.screenshot('key-none');
    });

    await test.step('Escape changes nothing and shows no message', async () => {
      await view.clickWelcome('Set API Key…');
      await quickInput.input.waitFor();
      await quickInput.type(key);
      await quickInput.dismiss();
      await expect(view.welcome).toContainText('See the batches');
      expect(await notifications.messages()).toEqual([]);
      expect(simulator.requests).toEqual([]);
    });

    await test.step('the input box hides the text and says where to create keys', async () => {
      await workbench.command(setKey);
      await expect(quickInput.box.locator('.quick-input-title')).toHaveText('Set the sync.so API Key');
      await expect.poll(() => quickInput.isPassword()).toBe(true);
      await expect(message).toContainText('https://sync.so/settings/api-keys');
      await expect(quickInput.button('Open the API Keys Page')).toBeVisible();
    });

    await test.step('invalid text is rejected with a reason and not sent', async () => {
      await quickInput.accept();
      await expect(message).toContainText('Enter the API key, or press Escape');
      await quickInput.type('schlüssel-1');
      await expect(message).toContainText('no spaces, accents or control characters');
      await quickInput.accept();
      await quickInput.type('');
      await paste(workbench, 'sk-first-line\nsecond-line');
      await expect(message).toContainText(/An API key (is a single line|contains no spaces)/);
      await quickInput.accept();
      await quickInput.type('k'.repeat(5_000));
      await expect(message).toContainText('too long for an API key');
      await workbench.screenshot('key-refused-text');
      expect(simulator.requests).toEqual([]);
    });

    await test.step('a wrong key is not stored, and can be corrected in the same box', async () => {
      await quickInput.type('wrong-key');
      await quickInput.accept();
      await expect(message).toContainText('refused this key (401)');
      await expect(quickInput.input).toBeEnabled();
      await expect.poll(() => quickInput.isPassword()).toBe(true);
      await expect(view.welcome).toContainText('See the batches');
      await workbench.screenshot('key-refused');
    });

    await test.step('a correct key, with copied whitespace, shows the batches', async () => {
      await quickInput.type('');
      await paste(workbench, `  ${key}\n`);
      // The message disappears after a few seconds.
      const told = expect(workbench.statusBarItem('API key stored')).toBeVisible();
      await Promise.all([told, page.keyboard.press('Enter')]);
      await expect(view.item('batch_abc123')).toBeVisible();
      await expect(quickInput.box).toHaveCount(0);
      expect(await notifications.messages()).toEqual([]);
      expect(simulator.requests.map((request) => request.headers['x-api-key'])).toEqual(['wrong-key', key, key]);
    });

    const second = await workbench.secondWindow();
    await test.step('another window has the key of the first one', async () => {
      await second.view.open();
      await expect(second.view.item('batch_abc123')).toBeVisible();
    });

    await test.step('Remove API Key asks first', async () => {
      const { dialog } = second;
      await second.command(removeKey);
      // The operating system determines their order.
      await expect.poll(async () => (await dialog.buttons()).sort()).toEqual(['Cancel', 'Remove']);
      await expect.poll(() => dialog.message()).toBe('Remove the sync.so API key from this computer?');
      await expect.poll(() => dialog.detail()).toContain('Your batches are not affected');
      await second.screenshot('key-remove');
      await second.page.keyboard.press('Escape');
      await expect(dialog.box).toHaveCount(0);
      await expect(second.view.item('batch_abc123')).toBeVisible();
    });

    await test.step('it empties the view', async () => {
      await second.command(removeKey);
      // The message disappears after a few seconds.
      const told = expect(second.statusBarItem('API key removed')).toBeVisible();
      await Promise.all([told, second.dialog.click('Remove')]);
      await expect(second.view.welcome).toContainText('See the batches');
      await expect(second.view.rows).toHaveCount(0);
      expect(await second.notifications.messages()).toEqual([]);
    });

    // A window in a browser reads the secret storage when it is opened and hears nothing of other windows. Those of a
    // desktop do, which is tested without an editor.
    await test.step('it does the same in the other window, permanently', async () => {
      await second.page.close();
      await page.bringToFront();
      simulator.clearRequests();
      await workbench.reload();
      await view.open();
      await expect(view.welcome).toContainText('See the batches');
      expect(simulator.requests).toEqual([]);
    });

    await simulator.stop();

    await test.step('if the server cannot be reached, a message says that the key was not checked and not stored', async () => {
      await enterKey(workbench, key);
      const toast = notifications.withText('The API key could not be checked and was not stored.');
      await expect(toast).toContainText('sync.so could not be reached (ECONNREFUSED).');
      await expect(view.welcome).toContainText('See the batches');
      await workbench.screenshot('key-unchecked');
    });

    await test.step('Store Anyway stores it', async () => {
      await notifications.click('could not be checked', 'Store Anyway');
      await expect(view.welcome).toContainText('sync.so could not be reached. Check the network');
    });

    await test.step('the key is used when the server is back', async () => {
      const again = await startSimulator({ port: Number(new URL(simulator.url).port) });
      try {
        again.addBatch({ id: 'batch_later', createdAt: Date.now() });
        await view.clickWelcome('Try Again');
        await expect(view.item('batch_later')).toBeVisible();
        expect(again.requests[0]?.headers['x-api-key']).toBe(key);
      } finally {
        await again.stop();
      }
    });
  });

  test.describe('from the environment', () => {
    test.use({
      env: { SYNC_API_KEY: 'key-of-the-environment' },
      simulatorOptions: { keys: ['key-of-the-environment', key] },
    });

    test('is used if no key is stored', async ({ workbench, simulator }) => {
      for (const seed of demoBatches(Date.now())) simulator.addBatch(seed);
      const { view, notifications, dialog } = workbench;
      const keysSent = (): unknown[] => simulator.requests.map((request) => request.headers['x-api-key']);
      await workbench.open();
      await view.open();

      await test.step('without a prompt', async () => {
        await expect(view.item('batch_abc123')).toBeVisible();
        expect(keysSent()).toEqual(['key-of-the-environment']);
      });

      await test.step('Remove API Key says where the key comes from', async () => {
        await workbench.command(removeKey);
        await expect(notifications.withText('environment variable SYNC_API_KEY')).toBeVisible();
        await expect(dialog.box).toHaveCount(0);
        await expect(view.item('batch_abc123')).toBeVisible();
        await workbench.command('Notifications: Clear All Notifications');
      });

      await test.step('a stored key takes precedence', async () => {
        simulator.clearRequests();
        await enterKey(workbench, key);
        await expect.poll(keysSent).toEqual([key, key]);
        await expect(view.item('batch_abc123')).toBeVisible();
      });

      await test.step('it is used again after the stored key is removed', async () => {
        simulator.clearRequests();
        await workbench.command(removeKey);
        await dialog.click('Remove');
        await expect.poll(keysSent).toEqual(['key-of-the-environment']);
        await expect(view.item('batch_abc123')).toBeVisible();
      });
    });
  });
});

async function enterKey(workbench: Workbench, text: string): Promise<void> {
  await workbench.command(setKey);
  await workbench.quickInput.type(text);
  await workbench.quickInput.accept();
}

/** Pastes a text into the focused element, like a user who has copied it. */
async function paste({ page }: Workbench, text: string): Promise<void> {
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
  await page.keyboard.press('ControlOrMeta+V');
}
