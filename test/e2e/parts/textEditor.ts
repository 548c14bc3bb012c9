import type { Locator, Page } from '@playwright/test';

/**
 * The text editor in front, with what the extension adds to a batch file.
 *
 * Traps: only the lines in sight are rendered, and of a long line only its beginning. Ctrl+P finds no files here, since the
 * editor is installed without the program that searches them.
 */
export class TextEditor {
  /** What stands over the first line: all of it in one. */
  readonly lenses: Locator;
  readonly errors: Locator;
  /** What F8 opens under a line. */
  readonly problem: Locator;

  constructor(private readonly page: Page) {
    const editor = page.locator('.editor-group-container.active .editor-instance .monaco-editor').first();
    this.lenses = editor.locator('.codelens-decoration');
    this.errors = editor.locator('.squiggly-error');
    this.problem = editor.locator('.marker-widget');
  }

  /** Opens a file of the folder from the explorer. */
  async open(name: string): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+Shift+E');
    const row = this.page.locator('.explorer-folders-view').getByRole('treeitem', { name });
    await row.dblclick();
    await this.page.locator('.tab.active', { hasText: name }).waitFor();
  }

  /** Puts the focus into the text and the cursor at its start. */
  async focus(): Promise<void> {
    await this.page.locator('.editor-group-container.active .view-line').first().click();
    await this.page.keyboard.press('ControlOrMeta+Home');
  }
}
