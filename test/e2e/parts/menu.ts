import { expect, type Locator, type Page } from '@playwright/test';

/** A context menu or the menu of a button such as "More Actions...". Only one is open at a time. */
export class Menu {
  readonly items: Locator;

  constructor(private readonly page: Page) {
    this.items = page.locator('.monaco-menu [role="menuitem"]:visible');
  }

  item(label: string): Locator {
    return this.items.filter({ has: this.page.locator(`.action-label[aria-label="${label}"]`) });
  }

  /** The labels from top to bottom, without separators. */
  async labels(): Promise<string[]> {
    await this.items.first().waitFor();
    return await this.items.locator('.action-label').allInnerTexts();
  }

  async click(label: string): Promise<void> {
    // A menu takes no clicks in its first 100 ms, so that the click that opened it does not choose anything.
    await expect(async () => {
      if (await this.item(label).isVisible()) await this.item(label).click({ timeout: 1_000 });
      await this.items.first().waitFor({ state: 'detached', timeout: 1_000 });
    }).toPass({ timeout: 20_000 });
  }

  /** Takes an item with arrow keys and Enter. */
  async chooseByKeyboard(label: string): Promise<void> {
    await this.item(label).waitFor();
    const focused = this.page.locator('.monaco-menu .action-item.focused .action-label');
    const count = await this.items.count();
    for (let i = 0; i <= count; i++) {
      await this.page.keyboard.press('ArrowDown');
      if ((await focused.getAttribute('aria-label', { timeout: 5_000 })) === label) {
        await this.page.keyboard.press('Enter');
        await this.isGone();
        return;
      }
    }
    throw new Error(`The arrow keys do not reach "${label}"`);
  }

  async dismiss(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.isGone();
  }

  private async isGone(): Promise<void> {
    await this.items.first().waitFor({ state: 'detached' });
  }
}
