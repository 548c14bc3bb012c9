import { expect, type Locator, type Page } from '@playwright/test';
import type { PageElement } from './dom';
import { parkMouse } from './mouse';
import { escapeRegExp } from './text';

const paletteLabel = 'Type the name of a command to run.';

/**
 * The one box at the top of the window: command palette, quick picks, input boxes and, in an editor that runs in a
 * browser, the file dialogs too.
 *
 * Traps: the element is always there and only hidden, and one use follows another in the same element. A palette does
 * not show commands that were registered after it was opened.
 */
export class QuickInput {
  /** Only while it is shown. */
  readonly box: Locator;
  readonly input: Locator;
  readonly rows: Locator;
  /** The box as the command palette. */
  private readonly palette: Locator;

  constructor(private readonly page: Page) {
    this.box = page.locator('.quick-input-widget:visible');
    this.input = this.box.locator('.quick-input-box input');
    this.palette = this.box.locator(`input[aria-label="${paletteLabel}"]`);
    this.rows = this.box.locator('.quick-input-list .monaco-list-row');
  }

  /** Runs a command as a user does: F1, its title, Enter. Throws if the palette does not list it. */
  async runCommand(title: string): Promise<void> {
    const deadline = Date.now() + 30_000;
    const row = this.row(title);
    for (;;) {
      await this.openPalette(title);
      if (await appears(row, 2_000)) break;
      const listed = await this.labels();
      // It is gone where something else has taken the focus meanwhile.
      if (await this.palette.isVisible()) await this.dismiss();
      if (Date.now() > deadline) throw new Error(`The palette does not list "${title}" but: ${listed.join(' | ')}`);
    }
    await this.take(row);
    await this.paletteIsGone();
  }

  /** The commands that the palette lists for a text that fits some, best first. Closes the palette again. */
  async commandsFor(text: string): Promise<string[]> {
    await this.openPalette(text);
    // What fits is marked: until then the list is still that of all commands.
    await this.rows.locator('.highlight').first().waitFor();
    const labels = await this.labels();
    await this.dismiss();
    return labels;
  }

  private async openPalette(text: string): Promise<void> {
    await this.showPalette();
    await this.palette.fill(`>${text}`);
  }

  /** F1, until it is there: a window that has just been opened or put in front may not take keys yet. */
  async showPalette(): Promise<void> {
    await expect(async () => {
      if (!(await this.palette.isVisible())) await this.page.keyboard.press('F1');
      await this.palette.waitFor({ timeout: 2_000 });
    }).toPass({ timeout: 30_000 });
  }

  /** A command can show its own quick input at once, in the same element. */
  async paletteIsGone(): Promise<void> {
    await this.palette.waitFor({ state: 'hidden' });
  }

  /** An item by its label (without description and detail, icons left out). */
  row(label: string): Locator {
    const exact = new RegExp(`^\\s*${escapeRegExp(label)}\\s*$`);
    const name = this.page.locator('.quick-input-list-row:first-child .label-name').filter({ hasText: exact });
    return this.rows.filter({ has: name });
  }

  /** The labels of the items in sight, icons left out. */
  async labels(): Promise<string[]> {
    const texts = await this.rows.locator('.quick-input-list-row:first-child .label-name').allTextContents();
    return texts.map((text) => text.trim());
  }

  /** The items in sight as a screen reader says them: label, description and detail. */
  async accessibleLabels(): Promise<string[]> {
    return await this.rows.evaluateAll((rows: PageElement[]) =>
      rows.map((row) => row.getAttribute('aria-label') ?? ''),
    );
  }

  /** Takes an item of a quick pick that takes one. */
  async choose(label: string): Promise<void> {
    const row = this.row(label);
    await row.waitFor({ state: 'attached' });
    await this.take(row);
  }

  /**
   * With the keyboard where the item is the one that Enter takes: the oldest supported editor has been seen to lay out no
   * row at all of a list that follows another at once, and takes Enter all the same.
   */
  private async take(row: Locator): Promise<void> {
    if (/\bfocused\b/.test((await row.getAttribute('class')) ?? '')) {
      await this.input.press('Enter');
    } else {
      await parkMouse(this.page);
      await row.click();
    }
  }

  /** Ticks or unticks an item of a quick pick that takes several; `accept` ends it. */
  async toggle(label: string): Promise<void> {
    await parkMouse(this.page);
    await this.row(label).locator('.monaco-checkbox').click();
  }

  /** Fills in the box; what was in it is replaced. */
  async type(text: string): Promise<void> {
    await this.input.fill(text);
  }

  /** Enter. */
  async accept(): Promise<void> {
    await this.input.press('Enter');
  }

  /** Escape, which cancels it. */
  async dismiss(): Promise<void> {
    await this.input.press('Escape');
    await this.box.waitFor({ state: 'hidden' });
  }

  async title(): Promise<string> {
    return (await this.box.locator('.quick-input-title').innerText()).trim();
  }

  async placeholder(): Promise<string> {
    return (await this.input.getAttribute('placeholder')) ?? '';
  }

  /** The line under an input box: its prompt, or what is wrong with what was typed. */
  async message(): Promise<string> {
    return (await this.box.locator('.quick-input-message').innerText()).trim();
  }

  /** True if the box hides what is typed, as it must for a key. */
  async isPassword(): Promise<boolean> {
    return (await this.input.getAttribute('type')) === 'password';
  }

  /** A button in the title line of the box, such as Back. */
  button(name: string | RegExp): Locator {
    return this.box.getByRole('button', { name });
  }

  /**
   * Answers an open or save dialog, which are quick inputs here. Takes an absolute path, and the label of the button that
   * accepts. What the dialog asks back, as whether to overwrite a file, is shown in its `message`.
   */
  async choosePath(file: string, accept = 'OK'): Promise<void> {
    await expect(this.input).toHaveValue(/^\//);
    await this.rows.first().waitFor();
    // The dialog may still fill in its proposal over what was typed early; then it is typed again.
    await expect(async () => {
      if (await this.pathIsTaken(accept)) return;
      await this.input.fill(file);
      await this.button(accept).click({ timeout: 2_000 });
      await expect.poll(() => this.pathIsTaken(accept), { timeout: 2_000 }).toBe(true);
    }).toPass({ timeout: 30_000 });
  }

  private async pathIsTaken(accept: string): Promise<boolean> {
    const message = this.box.locator('.quick-input-message');
    return (
      !(await this.button(accept).isVisible()) || ((await message.isVisible()) && (await message.innerText()) !== '')
    );
  }
}

async function appears(locator: Locator, timeout: number): Promise<boolean> {
  return await locator.waitFor({ timeout }).then(
    () => true,
    () => false,
  );
}
