import * as fs from 'node:fs';
import * as path from 'node:path';
import { demoBatches } from '../simulator/demoData';
import { startSimulator } from '../simulator/simulator';
import type { FaultEffect } from '../simulator/types';
import { expect, test } from './fixtures';
import { asOf } from './parts/text';
import type { Workbench } from './workbench';

// Automatic refresh is off: Try Again would join a load that is already running.
test.use({ env: { SYNC_API_KEY: 'test-key' }, settings: { 'syncBatches.autoRefresh': 'off' } });

/** An error, and its texts. */
interface Trouble {
  name: string;
  effect: FaultEffect;
  /** The welcome text if there is no list. */
  welcome: RegExp;
  /** The text of the notification after a user action, and of the message above an old list. */
  text: RegExp;
  /** The buttons of the notification besides Try Again and Show Log. */
  buttons: string[];
}

const notTheApi = ['Open Setting', 'Open Proxy Settings'];

const troubles: Trouble[] = [
  {
    name: '400',
    effect: { kind: 'status', status: 400, message: ['created_after must be a date', 'status is odd'] },
    welcome: /sync\.so did not accept the request\. Clear the filter if one is set/,
    text: /sync\.so refused the request \(400\): created_after must be a date; status is odd\. If a filter is set, clear/,
    buttons: ['Clear Filters'],
  },
  {
    name: '402',
    effect: { kind: 'status', status: 402, message: 'Batch processing needs another plan' },
    welcome: /You need a Scale or Enterprise plan and no unpaid invoices\./,
    text: /Your plan does not include the Batch API \(402\): Batch processing needs another plan\. Batches need a Scale/,
    buttons: ['Open Billing'],
  },
  {
    name: '403',
    effect: { kind: 'status', status: 403 },
    welcome: /This API key can't use the Batch API/,
    text: /This API key is not allowed to do this \(403\).* Set another key, or ask an administrator/,
    buttons: ['Set API Key…'],
  },
  {
    name: '404',
    effect: { kind: 'status', status: 404, message: 'Cannot GET /v2/batch' },
    welcome: /Check the setting syncBatches\.apiBaseUrl\./,
    text: /There is nothing at this address \(404\): Cannot GET \/v2\/batch\. Check the setting syncBatches\.apiBaseUrl/,
    buttons: ['Open Setting'],
  },
  {
    name: '429 that says when to come back',
    effect: { kind: 'status', status: 429, retryAfter: '7200' },
    welcome: /received too many requests with this API key\. Wait a while/,
    text: /too many requests with this API key \(429\).* It accepts requests again at \d+:\d\d:\d\d [AP]M\./,
    buttons: [],
  },
  {
    name: '500',
    effect: { kind: 'status', status: 500, message: 'Internal server error' },
    welcome: /sync\.so has a server error, .* Your batches are not affected/,
    text: /sync\.so server error \(500\): Internal server error\. Try again in a few minutes/,
    buttons: ['Open Status Page'],
  },
  {
    name: '503 in HTML',
    effect: { kind: 'html', status: 503 },
    welcome: /sync\.so has a server error/,
    // A proxy may have sent this response: the API responds with JSON.
    text: /sync\.so server error \(503\)\. Try again in a few minutes.* may come from a proxy/,
    buttons: ['Open Status Page', 'Open Proxy Settings'],
  },
  {
    name: 'a log-in page',
    effect: { kind: 'html' },
    welcome: /The response is not a list of batches\./,
    text: /Something other than the API answered\. It may be a proxy or a log-in page/,
    buttons: notTheApi,
  },
  {
    name: 'garbage',
    effect: { kind: 'garbage' },
    welcome: /The response is not a list of batches\./,
    text: /Something other than the API answered\./,
    buttons: notTheApi,
  },
  {
    name: 'JSON of another shape',
    effect: { kind: 'wrongShape' },
    welcome: /The response is not a list of batches\./,
    text: /The answer is not a list of batches\. Check the setting syncBatches\.apiBaseUrl/,
    buttons: ['Open Setting'],
  },
  {
    name: 'an answer far too large',
    effect: { kind: 'huge', bytes: 40 * 1024 * 1024 },
    welcome: /The response is too large\. Filter by date/,
    text: /The list of batches is too large to load\. Filter by date/,
    buttons: [],
  },
  {
    name: 'a redirect to elsewhere',
    effect: { kind: 'redirect', location: 'https://elsewhere.test/v2/batch' },
    welcome: /The response is not a list of batches\./,
    text: /a status that the API does not use \(302\)\./,
    buttons: notTheApi,
  },
  {
    name: 'an answer that is cut off',
    effect: { kind: 'truncate' },
    welcome: /sync\.so could not be reached\. Check the network/,
    text: /The connection was lost before the whole answer arrived.* Try again\./,
    buttons: ['Open Proxy Settings'],
  },
  {
    name: 'a connection that is lost',
    effect: { kind: 'reset' },
    welcome: /sync\.so could not be reached\. Check the network/,
    text: /sync\.so could not be reached \(ECONNRESET\)\. Check the network/,
    buttons: ['Open Proxy Settings'],
  },
];

test.describe('Without a valid response', () => {
  test('the view says what happened and what to do, and the last list stays with its age', async ({
    workbench,
    simulator,
  }) => {
    // Most of the errors twice: without a list and with one.
    test.slow();
    const { view, notifications } = workbench;
    simulator.faults.add({ effect: { kind: 'status', status: 402 } });
    await workbench.open();
    await view.open();

    await test.step('an automatic load causes no notification', async () => {
      await expect(view.welcome).toContainText('You need a Scale or Enterprise plan');
      await expect(view.welcome.locator('.monaco-button')).toHaveText(['Open Billing']);
      await expect(view.message).toHaveCount(0);
      expect(await notifications.messages()).toEqual([]);
    });

    for (const { name, effect, welcome, text, buttons } of troubles) {
      await test.step(`${name}: in the view, and in a notification with helpful buttons`, async () => {
        simulator.faults.clear();
        simulator.faults.add({ effect });
        await view.clickWelcome('Try Again');
        const toast = notifications.withText(text);
        await expect(toast).toBeVisible();
        expect
          .soft((await buttonsOf(workbench, text)).sort(), name)
          .toEqual([...buttons, 'Show Log', 'Try Again'].sort());
        await expect.soft(view.welcome, name).toContainText(welcome);
        await expect(view.welcome.locator('a', { hasText: 'Try Again' })).toBeVisible();
        await workbench.screenshot(`errors-${name.replaceAll(' ', '-')}`);
        await notifications.close(text);
      });
    }

    await test.step('a refused key: the user can set another one or try again', async () => {
      simulator.faults.clear();
      simulator.setKeys(['another-key']);
      await view.clickWelcome('Try Again');
      await expect(view.welcome).toContainText('sync.so refused the API key. It is wrong or was revoked.');
      await expect(view.welcome.locator('.monaco-button')).toHaveText(['Set API Key…']);
      expect(await buttonsOf(workbench, 'refused the API key (401)')).toContain('Set API Key…');
      await notifications.close('refused the API key (401)');
      simulator.setKeys(['test-key']);
      await view.clickWelcome('Try Again');
      await expect(view.welcome).toContainText('There are no batches yet.');
      await workbench.screenshot('errors-none-yet');
    });

    await test.step('a server that is unreachable', async () => {
      await simulator.stop();
      await view.clickWelcome('Refresh');
      await expect(view.welcome).toContainText('sync.so could not be reached. Check the network');
      await expect(notifications.withText('could not be reached (ECONNREFUSED)')).toBeVisible();
    });

    const api = await startSimulator({ port: Number(new URL(simulator.url).port) });
    try {
      await test.step('and comes back', async () => {
        for (const seed of demoBatches(Date.now())) api.addBatch(seed);
        await notifications.click('could not be reached', 'Try Again');
        await expect(view.item('batch_abc123')).toBeVisible();
        await expect(view.welcome).toHaveCount(0);
      });

      // Five groups and 15 batches: the rows of a group come after those of all groups.
      await expect(view.rows).toHaveCount(20);
      const rows = await view.labels();

      for (const { name, effect, text } of troubles.filter(({ name: one }) => /^(402|429|500|JSON|a conn)/.test(one))) {
        await test.step(`${name}: the list stays, and the message says since when and why`, async () => {
          api.faults.clear();
          api.faults.add({ effect });
          await view.titleAction('Refresh').click();
          await expect(view.message).toHaveText(new RegExp(`^${asOf} \\((this minute|\\d+ minutes? ago)\\)\\. `));
          await expect(view.message).toContainText(text);
          await expect.poll(() => view.labels()).toEqual(rows);
          await workbench.screenshot(`errors-list-${name.replaceAll(' ', '-')}`);
          await notifications.close(text);
        });
      }

      await test.step('Try Again in the notification loads the new list and removes the error', async () => {
        api.faults.clear();
        api.faults.add({ effect: { kind: 'status', status: 403 } });
        await view.titleAction('Refresh').click();
        await expect(view.message).toContainText('(403)');
        api.faults.clear();
        api.addBatch({ id: 'batch_meanwhile', createdAt: Date.now(), status: 'PROCESSING' });
        await notifications.click('(403)', 'Try Again');
        await expect(view.item('batch_meanwhile')).toBeVisible();
        await expect(view.message).toHaveText(new RegExp(`^${asOf}$`));
      });

      await test.step('server messages are shown as text, without links', async () => {
        const said = 'Pay [here](https://elsewhere.test/pay) or [there](command:workbench.action.closeSidebar)';
        api.faults.add({ effect: { kind: 'status', status: 402, message: said } });
        await view.titleAction('Refresh').click();
        await expect(view.message).toContainText('(402)');
        await expect(notifications.withText('(402)')).toBeVisible();
        await workbench.screenshot('errors-links');
        await expect.soft(view.message).toContainText('[there](command:workbench.action.closeSidebar)');
        expect.soft(await view.message.locator('a').count()).toBe(0);
        expect.soft(await notifications.withText('(402)').locator('.notification-list-item-message a').count()).toBe(0);
        await notifications.close('(402)');
        api.faults.clear();
      });

      await test.step('the batches are hidden after the key was revoked', async () => {
        api.setKeys([]);
        await view.titleAction('Refresh').click();
        await expect(view.welcome).toContainText('sync.so refused the API key');
        await expect(view.rows).toHaveCount(0);
        api.setKeys(['test-key']);
        await view.clickWelcome('Try Again');
        await expect(view.item('batch_meanwhile')).toBeVisible();
      });

      await test.step('the log has one line for each request', async () => {
        await workbench.command('Sync Batches: Show Log');
        await expect
          .poll(() => workbench.outputText())
          .toMatch(/\[warning\] GET \/v2\/batch 401 \d+ ms \d+ B: HTTP 401/);
        await expect.poll(() => workbench.outputText()).toMatch(/\[info\] GET \/v2\/batch 200 \d+ ms \d+ B/);
        await workbench.screenshot('errors-log');
      });
    } finally {
      await api.stop();
    }
  });

  test('an unsafe address is rejected with a reason, and nothing is sent', async ({ workbench, simulator, folder }) => {
    const { view, notifications, page } = workbench;
    simulator.addBatch({ id: 'batch_1', createdAt: Date.now() });
    await test.step('a workspace can’t set it', async () => {
      fs.mkdirSync(path.join(folder, '.vscode'));
      const settings = JSON.stringify({ 'syncBatches.apiBaseUrl': simulator.filesUrl });
      fs.writeFileSync(path.join(folder, '.vscode', 'settings.json'), settings);
      await workbench.open();
      await view.open();
      await expect(view.item('batch_1')).toBeVisible();
      expect(simulator.requests.map(({ origin }) => origin)).toEqual(['api']);
    });

    const { port } = new URL(simulator.url);
    for (const [address, reason] of [
      [
        `http://127.0.0.1.elsewhere.test:${port}`,
        'It begins with http:, which would expose the API key on the network.',
      ],
      // The other reasons are tested in the extension host: see connection.test.ts.
      [`http://user:secret@127.0.0.1:${port}`, 'It contains a user name or a password. Remove them.'],
    ] as const) {
      await test.step(`${address.replace(port, 'PORT')}: ${reason}`, async () => {
        simulator.clearRequests();
        await workbench.changeSettings({ 'syncBatches.apiBaseUrl': address, 'window.title': reason });
        // The text below is that of the address before, too. A window that has the title has told its extensions of both.
        await expect(page).toHaveTitle(reason);
        await expect(view.welcome).toContainText('Check the setting syncBatches.apiBaseUrl');
        await expect(view.rows).toHaveCount(0);
        expect(await notifications.messages()).toEqual([]);
        await view.clickWelcome('Try Again');
        await expect(notifications.withText('can’t be used, so nothing was sent.')).toContainText(reason);
        await workbench.screenshot('errors-address');
        await notifications.close('nothing was sent');
        expect(simulator.requests).toEqual([]);
      });
    }

    await test.step('a click opens the setting, and the batches appear once it is correct', async () => {
      await view.clickWelcome('Open Setting');
      await expect.poll(() => workbench.editorTitles()).toContain('Settings');
      await expect(workbench.page.locator('.settings-editor .setting-item-title').first()).toContainText(
        'Api Base Url',
      );
      await workbench.screenshot('errors-setting');
      await workbench.changeSettings({ 'syncBatches.apiBaseUrl': `${simulator.url}/` });
      await expect(view.item('batch_1')).toBeVisible();
    });
  });
});

async function buttonsOf({ notifications }: Workbench, text: string | RegExp): Promise<string[]> {
  await notifications.withText(text).waitFor();
  const all = await notifications.all();
  return (
    all.find(({ message }) => (typeof text === 'string' ? message.includes(text) : text.test(message)))?.buttons ?? []
  );
}
