import { expect, type Locator, type Page } from '@playwright/test';
import type { PageElement } from './dom';
import { Menu } from './menu';

/** A row of the tree as it can be seen and as a screen reader says it. */
export interface TreeRow {
  /** What a screen reader says. */
  accessible: string;
  label: string;
  description: string;
  /** 1 for the outermost rows. */
  level: number;
  /** `undefined` for a row without children. */
  expanded: boolean | undefined;
}

/**
 * The view `Batches` in the sidebar.
 *
 * Traps: a container with a single view shows the view's actions in its own title bar, and a hidden copy of them is in
 * the view's header; so everything here looks in the visible one. The list renders the rows in sight only, and their
 * order in the document is not the order on the screen.
 */
export class BatchesView {
  private readonly sidebar: Locator;
  readonly tree: Locator;
  readonly rows: Locator;
  /** The line above the tree (`TreeView.message`). */
  readonly message: Locator;
  /** What an empty view says instead of a tree. */
  readonly welcome: Locator;
  /** The bar that runs under the title while the view is busy. */
  readonly progress: Locator;

  constructor(private readonly page: Page) {
    this.sidebar = page.locator('.part.sidebar');
    const container = this.sidebar.locator('[id="workbench.view.extension.syncBatches"]');
    this.tree = container.getByRole('tree');
    this.rows = container.locator('.monaco-list-row[role="treeitem"]');
    this.message = container.locator('.tree-explorer-viewlet-tree-view .message:not(.hide)');
    this.welcome = container.locator('.welcome-view-content:visible');
    this.progress = this.sidebar.locator('.monaco-progress-container.active');
  }

  /** The entry in the activity bar. Its accessible name ends with the badge's tooltip. */
  get activity(): Locator {
    return this.page.locator('.part.activitybar .action-item:has(.action-label[aria-label^="Sync Batches"])');
  }

  /** Shows the view with a click on the activity bar, if it is not shown already. */
  async open(): Promise<void> {
    await this.activity.waitFor();
    const container = this.sidebar.locator('[id="workbench.view.extension.syncBatches"]');
    // A window that was reloaded shows the view again by itself, some time after its activity bar; a click in between
    // would hide it.
    await expect(async () => {
      if (await container.isVisible()) return;
      await this.activity.click();
      await container.waitFor({ timeout: 5_000 });
    }).toPass();
  }

  /** Number on the badge; `undefined` without one. A view that is busy has a badge without a number. */
  async badge(): Promise<string | undefined> {
    const [text] = await this.activity.locator('.badge-content:visible').allInnerTexts();
    return text?.trim() === '' ? undefined : text;
  }

  /** The rows in sight from top to bottom. */
  async readRows(): Promise<TreeRow[]> {
    return await this.rows.evaluateAll((rows: PageElement[]) =>
      rows
        .map((row) => {
          const expanded = row.getAttribute('aria-expanded');
          return {
            index: Number(row.getAttribute('data-index')),
            row: {
              accessible: row.getAttribute('aria-label') ?? '',
              label: row.querySelector('.label-name')?.textContent ?? '',
              description: row.querySelector('.label-description')?.textContent ?? '',
              level: Number(row.getAttribute('aria-level')),
              expanded: expanded === null ? undefined : expanded === 'true',
            },
          };
        })
        .sort((a, b) => a.index - b.index)
        .map(({ row }) => row),
    );
  }

  /** What a screen reader says for the rows in sight, from top to bottom. */
  async labels(): Promise<string[]> {
    return (await this.readRows()).map((row) => row.accessible);
  }

  /** The rows in sight whose accessible label contains (upper and lower case differ) or matches this. */
  item(name: string | RegExp): Locator {
    if (name instanceof RegExp) return this.rows.and(this.page.getByRole('treeitem', { name }));
    return this.rows.and(this.page.locator(`[aria-label*=${JSON.stringify(name)}]`));
  }

  /** Moves the focus to a row with the keyboard, scrolling to it if need be. */
  async focusItem(name: string): Promise<void> {
    const focused = this.rows.and(this.page.locator('.focused'));
    const first = focused.and(this.page.locator('[data-index="0"]'));
    // A window that has just been opened may still give the focus to something else.
    await expect(async () => {
      await this.tree.focus();
      await this.page.keyboard.press('Home');
      await first.waitFor({ timeout: 3_000 });
    }).toPass({ timeout: 30_000 });
    let previous = '';
    for (;;) {
      await focused.waitFor();
      const label = (await focused.getAttribute('aria-label')) ?? '';
      const id = `${await focused.getAttribute('data-index')} ${label}`;
      if (label.includes(name)) return;
      if (id === previous) throw new Error(`No row with "${name}"; the last one is "${label}"`);
      previous = id;
      await this.page.keyboard.press('ArrowDown');
    }
  }

  async expand(name: string): Promise<void> {
    await this.setExpanded(name, 'true', 'ArrowRight');
  }

  async collapse(name: string): Promise<void> {
    await this.setExpanded(name, 'false', 'ArrowLeft');
  }

  private async setExpanded(name: string, expanded: 'true' | 'false', key: string): Promise<void> {
    await this.focusItem(name);
    const row = this.item(name).and(this.page.locator('.focused'));
    if ((await row.getAttribute('aria-expanded')) === expanded) return;
    await this.page.keyboard.press(key);
    await row.and(this.page.locator(`[aria-expanded="${expanded}"]`)).waitFor();
  }

  /** Opens a row's context menu with the right mouse button or, after `focusItem`, with Shift+F10. */
  async contextMenu(name: string, by: 'mouse' | 'keyboard' = 'mouse'): Promise<Menu> {
    if (by === 'mouse') {
      await this.item(name).first().click({ button: 'right' });
    } else {
      await this.focusItem(name);
      await this.page.keyboard.press('Shift+F10');
    }
    const menu = new Menu(this.page);
    await menu.items.first().waitFor();
    return menu;
  }

  /** A button that a row shows when the mouse is over it. */
  async inlineAction(name: string, action: string): Promise<void> {
    const row = this.item(name).first();
    await row.hover();
    await row.locator(`.action-label[aria-label="${action}"]`).click();
  }

  /** The tooltip of a row. */
  async tooltip(name: string): Promise<string> {
    const label = this.item(name).first().locator('.label-name');
    const text = await label.innerText();
    // The beginning of it: a long name goes on behind the edge of the sidebar.
    await label.hover({ position: { x: 5, y: 8 } });
    // The hover of what the mouse was over before may still be there.
    const hover = this.page.locator('.monaco-hover:visible .hover-contents').filter({ hasText: text }).first();
    await hover.waitFor();
    // Spaces in it are rendered as no-break spaces.
    return (await hover.innerText()).replaceAll('\u00a0', ' ');
  }

  /** A button in the view's title bar. */
  titleAction(name: string): Locator {
    return this.sidebar.locator(`.action-label[aria-label="${name}"]:visible`);
  }

  /** The menu with the view's actions that have no button: "...". */
  async moreActions(): Promise<Menu> {
    await this.sidebar.locator('.title-actions [aria-label="Views and More Actions..."]').click();
    const menu = new Menu(this.page);
    await menu.items.first().waitFor();
    return menu;
  }

  async title(): Promise<string> {
    return ((await this.sidebar.locator('.composite.title h2').textContent()) ?? '').trim();
  }

  async welcomeText(): Promise<string> {
    return (await this.welcome.innerText()).trim();
  }

  /** A button or link of the welcome content. */
  async clickWelcome(name: string): Promise<void> {
    await this.welcome.locator('a').filter({ hasText: name }).click();
  }
}
