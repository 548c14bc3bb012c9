import * as fs from 'node:fs';
import * as path from 'node:path';
import { demoBatches } from '../simulator/demoData';
import { startSimulator } from '../simulator/simulator';
import type { FaultEffect, RecordedRequest } from '../simulator/types';
import { expect, test } from './fixtures';

/** Has characters that URLs, JSON and base64 encode. */
const key = 'sk-planted/K3y+with="odd"&chars%20~7f3a9c';
const wrongKey = 'planted-wrong/K3y+b1d7e2';
const allKeys = [key, wrongKey];

test.use({ simulatorOptions: { keys: [key] } });

test('After a session full of errors, the API key is only in the secret storage and the request header', async ({
  workbench,
  simulator,
}) => {
  const { view, quickInput, notifications, dialog, page } = workbench;
  for (const seed of demoBatches(Date.now())) simulator.addBatch(seed);
  const seen = new Places();
  page.on('console', (message) => seen.add('the browser’s console', message.text()));
  page.on('request', (request) => {
    if (new URL(request.url()).origin === new URL(workbench.server.url).origin) return;
    seen.add(`the browser’s request ${request.url()}`, JSON.stringify([request.headers(), request.postData()]));
  });
  const look = async (when: string): Promise<void> => {
    seen.add(`the window ${when}`, await page.content());
    seen.add(`the texts of the window ${when}`, await page.locator('body').innerText());
  };

  await workbench.open();
  await view.open();
  await expect(view.welcome).toContainText('See the batches');

  await test.step('a wrong key, then the correct one', async () => {
    await workbench.command('Sync Batches: Set API Key…');
    await quickInput.type(wrongKey);
    await look('with a key typed in');
    await quickInput.accept();
    await expect(quickInput.box.locator('.quick-input-message')).toContainText('(401)');
    await look('with a refused key');
    await quickInput.type(key);
    await quickInput.accept();
    await expect(view.item('batch_abc123')).toBeVisible();
    await look('with a list');
  });

  const echoes = JSON.stringify({ message: [encodeURIComponent(key), base64(key), `x-api-key: ${key}`, wrongKey] });
  const effects: [name: string, effect: FaultEffect][] = [
    ['400', { kind: 'echoKey', status: 400 }],
    ['402', { kind: 'echoKey', status: 402 }],
    ['404', { kind: 'body', status: 404, body: echoes }],
    ['403', { kind: 'body', status: 403, contentType: 'text/html', body: `<p>${key}</p>` }],
    ['429', { kind: 'status', status: 429, retryAfter: '3600', message: `Too many for ${key}` }],
    ['Something other', { kind: 'body', body: `<html>${key}</html>` }],
    ['not a list of batches', { kind: 'body', body: JSON.stringify({ [key]: key }) }],
    ['302', { kind: 'redirect', location: `${simulator.filesUrl}/v2/batch?key=${encodeURIComponent(key)}` }],
    ['307', { kind: 'redirect', status: 307, location: `${simulator.filesUrl}/v2/batch` }],
    ['500', { kind: 'echoKey', status: 500 }],
  ];
  for (const [text, effect] of effects) {
    await test.step(`a response that contains the key or redirects elsewhere: ${text}`, async () => {
      simulator.faults.clear();
      simulator.faults.add({ effect });
      await view.titleAction('Refresh').click();
      await expect(notifications.withText(text)).toBeVisible();
      await look(`after ${text}`);
      await notifications.close(text);
    });
  }

  await test.step('a refused key, a rejected address, an unreachable server', async () => {
    simulator.faults.clear();
    simulator.setKeys([]);
    await view.titleAction('Refresh').click();
    await expect(view.welcome).toContainText('sync.so refused the API key');
    await look('with the key refused');
    simulator.setKeys([key]);
    await workbench.changeSettings({ 'syncBatches.apiBaseUrl': `http://elsewhere.test/${'x'.repeat(8)}` });
    await expect(view.welcome).toContainText('Check the setting syncBatches.apiBaseUrl');
    await workbench.changeSettings({ 'syncBatches.apiBaseUrl': simulator.url });
    await expect(view.item('batch_abc123')).toBeVisible();
  });

  await test.step('the key is removed, and set again while the server is unreachable', async () => {
    await workbench.command('Sync Batches: Remove API Key');
    await dialog.click('Remove');
    await expect(view.welcome).toContainText('See the batches');
    await simulator.stop();
    await workbench.command('Sync Batches: Set API Key…');
    await quickInput.type(key);
    await quickInput.accept();
    await notifications.click('could not be checked', 'Store Anyway');
    await expect(view.welcome).toContainText('could not be reached');
    await look('with a server that is gone');
    const again = await startSimulator({ port: Number(new URL(simulator.url).port), keys: [key] });
    try {
      again.addBatch({ id: 'batch_again', createdAt: Date.now() });
      await view.clickWelcome('Try Again');
      await expect(view.item('batch_again')).toBeVisible();
      simulatorsSaw(seen, again.requests);
    } finally {
      await again.stop();
    }
    await workbench.command('Sync Batches: Show Log');
    await expect.poll(() => workbench.outputText()).toContain('GET /v2/batch');
    await look('with the log');
  });

  await test.step('the data stored in the browser', async () => {
    const stored = await page.evaluate<string[]>(readBrowserStorage);
    // The secret storage in the browser has the key, but not in plain text.
    expect(stored.some((entry) => entry.startsWith('localStorage secrets.provider'))).toBe(true);
    expect(stored.some((entry) => entry.startsWith('indexedDB'))).toBe(true);
    for (const entry of stored) seen.add(`the browser’s ${entry.slice(0, 80)}`, entry);
  });

  await test.step('the data stored on disk: logs, settings, state', () => {
    const files = filesBelow(workbench.server.userDataDir);
    const log = files.find((file) => file.endsWith('Batches for sync.so.log'));
    expect(log, files.join('\n')).toBeDefined();
    expect(fs.readFileSync(log ?? '', 'utf8')).toMatch(/GET \/v2\/batch 404[^\n]*\[redacted\]/);
    expect(files).toContain(workbench.server.settingsFile);
    for (const file of files) {
      const bytes = contentOf(file);
      seen.add(file, bytes.toString('utf8'));
      seen.add(file, bytes.toString('utf16le'));
    }
    seen.add('the log of the editor’s server', workbench.server.log());
  });

  simulatorsSaw(seen, simulator.requests);
  expect(simulator.requests.filter(({ origin }) => origin === 'files')).toEqual([]);
  expect(simulator.requests.filter(({ headers }) => headers['x-api-key'] === key).length).toBeGreaterThan(8);
  expect(seen.count).toBeGreaterThan(60);
  // Check that the searched texts include the error texts and the log, where a key would appear.
  expect(seen.masked).toBeGreaterThan(8);
  expect(seen.withKey).toEqual([]);
});

/** The searched texts, and the places where a key was found. */
class Places {
  count = 0;
  readonly withKey: string[] = [];
  /** The number of texts with a masked key. */
  masked = 0;

  add(where: string, text: string): void {
    this.count++;
    if (text.includes('[redacted]')) this.masked++;
    for (const form of forms) {
      const at = text.indexOf(form);
      if (at >= 0) this.withKey.push(`${where}: …${text.slice(Math.max(0, at - 80), at + form.length)}`);
    }
  }
}

/** The possible encodings of a key. */
const forms = allKeys.flatMap((one) => [
  one,
  encodeURIComponent(one),
  encodeURI(one),
  JSON.stringify(one).slice(1, -1),
  one.replaceAll('&', '&amp;').replaceAll('"', '&quot;'),
  one.replaceAll('&', '&amp;'),
  base64(one).replace(/=+$/, ''),
  Buffer.from(one).toString('base64url'),
  Buffer.from(one).toString('hex'),
]);

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** The requests without the key header. */
function simulatorsSaw(seen: Places, requests: readonly RecordedRequest[]): void {
  for (const { path: sentTo, query, headers, origin } of requests) {
    const others = Object.entries(headers).filter(([name]) => origin !== 'api' || name !== 'x-api-key');
    seen.add(`a request to the simulator’s ${origin} origin`, JSON.stringify([sentTo, query, others]));
    seen.add(`a request to the simulator’s ${origin} origin`, [sentTo, ...Object.values(query)].join(' '));
  }
}

/** Returns an empty text for a file that no longer exists, for example a temporary file. */
function contentOf(file: string): Buffer {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    if (fs.existsSync(file)) throw error;
    return Buffer.alloc(0);
  }
}

function filesBelow(dir: string): string[] {
  return fs
    .readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** Runs in the page: returns the content of `localStorage`, `sessionStorage` and IndexedDB as lines of text. */
const readBrowserStorage = `(async () => {
  const entries = [];
  for (const [name, storage] of [['localStorage', localStorage], ['sessionStorage', sessionStorage]]) {
    for (const key of Object.keys(storage)) entries.push(name + ' ' + key + ' ' + storage.getItem(key));
  }
  const text = (value) => {
    if (typeof value === 'string') return value;
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return new TextDecoder().decode(value);
    return JSON.stringify(value) ?? String(value);
  };
  const answer = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  for (const { name } of await indexedDB.databases()) {
    const database = await answer(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const objects = database.transaction(store).objectStore(store);
      const [keys, values] = await Promise.all([answer(objects.getAllKeys()), answer(objects.getAll())]);
      keys.forEach((key, index) => entries.push('indexedDB ' + name + ' ' + store + ' ' + key + ' ' + text(values[index])));
    }
    database.close();
  }
  return entries;
})()`;
