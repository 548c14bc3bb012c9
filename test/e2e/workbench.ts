/**
 * A window of VS Code in a browser, as users see it.
 *
 * What is known about driving it:
 * - Wait for what you need (`expect.poll`, `expect(locator)`), never for a time. A window is there long before the
 *   extensions in it are.
 * - A fresh window opens no view of ours; `view.open()` does.
 * - The colour theme, a proxy and the like are user settings: `test.use({ settings: { ... } })`, or `changeSettings`
 *   while the window is open. Variables of the server are the extension's: `test.use({ env: { ... } })`.
 * - SecretStorage is kept in the browser context: it survives `reload()` and is shared with `secondWindow()`, and a
 *   fresh context has none.
 * - A window in a browser may forget what it did in the seconds before a reload: `stored()` waits.
 * - The clipboard needs the window in front: with two windows call `page.bringToFront()` first.
 * - File dialogs are quick inputs: `quickInput.choosePath`.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { expect, type FrameLocator, type Locator, type Page } from '@playwright/test';
import type { CodeServer } from '../../scripts/host/codeServer';
import { isRecord, readJson } from '../../scripts/lib/json';
import { resultsDir } from '../../scripts/lib/paths';
import { BatchesView } from './parts/batchesView';
import type { PageElement } from './parts/dom';
import { Dialog, Notifications } from './parts/notifications';
import { QuickInput } from './parts/quickInput';

export class Workbench {
  readonly quickInput: QuickInput;
  readonly view: BatchesView;
  readonly notifications: Notifications;
  readonly dialog: Dialog;

  constructor(
    readonly page: Page,
    readonly server: CodeServer,
    /** The folder that the window has open. */
    readonly folder: string,
  ) {
    this.quickInput = new QuickInput(page);
    this.view = new BatchesView(page);
    this.notifications = new Notifications(page);
    this.dialog = new Dialog(page);
  }

  /** Opens the window and waits until it is usable and knows the extension. */
  async open(): Promise<void> {
    await this.page.goto(this.server.urlFor(this.folder));
    await this.ready();
  }

  /** Reloads the window: the extension host starts anew, what is stored stays. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.ready();
  }

  /**
   * Waits until the window has stored a text, such as what a webview remembers: before that, a reload loses it. In a
   * browser the window stores every few seconds, and nothing more when it is closed.
   * @param text a part of what is stored as JSON, without backslashes
   */
  async stored(text: string): Promise<void> {
    const find = `(async () => {
      const done = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      let all = '';
      for (const { name } of await indexedDB.databases()) {
        if (!name.startsWith('vscode-web-state-db')) continue;
        const db = await done(indexedDB.open(name));
        for (const table of db.objectStoreNames) all += await done(db.transaction(table).objectStore(table).getAll());
        db.close();
      }
      // Stored things hold stored things.
      return all.replaceAll('\\\\', '').includes(${JSON.stringify(text)});
    })()`;
    await expect.poll(() => this.page.evaluate<boolean>(find)).toBe(true);
  }

  private async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
    await this.view.activity.waitFor({ timeout: 60_000 });
  }

  /** The messages of the browser's own dialogs from now on, such as `alert`. They are dismissed. */
  recordDialogs(): readonly string[] {
    const messages: string[] = [];
    this.page.on('dialog', (dialog) => {
      messages.push(dialog.message());
      void dialog.dismiss();
    });
    return messages;
  }

  /** Another window of the same user, as when a second folder is opened. It is in front afterwards. */
  async secondWindow(folder = this.folder): Promise<Workbench> {
    const other = new Workbench(await this.page.context().newPage(), this.server, folder);
    await other.open();
    return other;
  }

  /** Runs a command from the palette by the title it has there, e.g. `Sync Batches: Refresh`. */
  async command(title: string): Promise<void> {
    await this.quickInput.runCommand(title);
  }

  /**
   * Changes user settings in the open window, as a user does in the settings file. `undefined` removes one. It is
   * not enough to write the file: a window reads it only when it is opened.
   */
  async changeSettings(changes: Readonly<Record<string, unknown>>): Promise<void> {
    const file = this.server.settingsFile;
    const settings = readJson(file);
    const text = JSON.stringify({ ...(isRecord(settings) ? settings : {}), ...changes });
    await this.command('Preferences: Open User Settings (JSON)');
    const editor = this.page.locator('.editor-group-container.active .editor-instance .monaco-editor').first();
    await expect(editor.locator('.view-line').first()).toContainText('{');
    await editor.locator('.view-line').first().click();
    await this.page.keyboard.press('ControlOrMeta+A');
    await this.paste(text);
    // An editor may ask what a pasted text could become, and puts it in a little later.
    await expect.poll(() => this.editorText()).toContain(text);
    await this.page.keyboard.press('ControlOrMeta+S');
    await expect.poll(() => fs.readFileSync(file, 'utf8').trim()).toBe(text);
    await this.command('View: Close Editor');
  }

  /** What the items of the status bar say to a screen reader, in no particular order. */
  async statusBar(): Promise<string[]> {
    const items = this.page.locator('.part.statusbar .statusbar-item:visible');
    return await items.evaluateAll((all: PageElement[]) => all.map((item) => item.getAttribute('aria-label') ?? ''));
  }

  /** Item of the status bar by its accessible label. */
  statusBarItem(name: string | RegExp): Locator {
    return this.page.locator('.part.statusbar').getByRole('button', { name });
  }

  /** Titles of the open editors. */
  async editorTitles(): Promise<string[]> {
    return await this.page.locator('.part.editor .tab .label-name').allInnerTexts();
  }

  /** The text of the active editor, of which only the lines in sight are rendered. */
  async editorText(): Promise<string> {
    const lines = this.page.locator('.part.editor .editor-group-container.active .view-line');
    const all = await lines.evaluateAll((elements: PageElement[]) =>
      elements
        .map((line) => ({ top: parseFloat(line.style.top), text: line.textContent }))
        .sort((a, b) => a.top - b.top)
        .map(({ text }) => text),
    );
    // Spaces in an editor are rendered as no-break spaces.
    return all.join('\n').replaceAll('\u00a0', ' ');
  }

  /** The text of the output channel that is shown in the panel, of which only the lines in sight are rendered. */
  async outputText(): Promise<string> {
    const lines = await this.page.locator('.part.panel .output-view .view-line').allTextContents();
    return lines.join('\n').replaceAll('\u00a0', ' ');
  }

  /** All that the extension has written to its log output channels so far, in every window of this server. */
  extensionLog(): string {
    const logs = path.join(this.server.userDataDir, 'logs');
    const files = fs.existsSync(logs) ? fs.readdirSync(logs, { recursive: true, encoding: 'utf8' }) : [];
    return files
      .filter((file) => file.includes('sync-batches.sync-batches') && file.endsWith('.log'))
      .map((file) => fs.readFileSync(path.join(logs, file), 'utf8'))
      .join('');
  }

  /** The content of the webview in the active editor: a document in a frame in a frame. */
  webview(): FrameLocator {
    return this.page.locator('iframe.webview.ready').last().contentFrame().frameLocator('iframe#active-frame');
  }

  async clipboard(): Promise<string> {
    return await this.page.evaluate<string>('navigator.clipboard.readText()');
  }

  /** Pastes into what has the focus. Typing would make an editor close brackets and suggest. Keeps the clipboard. */
  async paste(text: string): Promise<void> {
    const before = await this.clipboard();
    await this.setClipboard(text);
    await this.page.keyboard.press('ControlOrMeta+V');
    await this.setClipboard(before);
  }

  async setClipboard(text: string): Promise<void> {
    await this.page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
  }

  /** Keeps a picture of the window in the folder of test results; returns the file. */
  async screenshot(name: string): Promise<string> {
    const file = path.join(resultsDir, 'pictures', `${name}.png`);
    await this.page.screenshot({ path: file });
    return file;
  }
}
