import { demoBatches } from '../simulator/demoData';
import { expect, test } from './fixtures';
import { measureContrast } from './parts/contrast';
import { escapeRegExp } from './parts/text';
import { themesOf } from './parts/themes';
import type { Workbench } from './workbench';

const key = 'test-key';

test.describe('The view', () => {
  test.describe('is legible', () => {
    test.use({ env: { SYNC_API_KEY: key } });

    test('in dark, light and high contrast themes', async ({ workbench, simulator, hostVersion }) => {
      const now = Date.now();
      for (const seed of demoBatches(now)) simulator.addBatch(seed);
      simulator.addBatch({ id: 'batch_odd', createdAt: now, status: 'AWAITING_REVIEW' });
      const { view, page } = workbench;
      await workbench.open();
      await view.open();
      await expect(view.item('batch_abc123')).toBeVisible();

      for (const [theme, kind] of themesOf(hostVersion)) {
        await test.step(`in the theme ${theme}`, async () => {
          await workbench.changeSettings({ 'workbench.colorTheme': theme });
          await expect(page.locator(`.monaco-workbench.${kind}`)).toBeVisible();
          // Colors may fade between themes: wait for the final ones.
          await expect.poll(async () => Math.min(...(await contrasts(workbench, '.label-name')))).toBeGreaterThan(4.5);
          await expect
            .poll(async () => Math.min(...(await contrasts(workbench, '.label-description'))))
            .toBeGreaterThan(4.5);
          const icons = await iconsOf(workbench);
          // One icon per batch; groups have none.
          expect(icons).toHaveLength(16);
          for (const icon of icons) {
            expect(icon.width, icon.name).toBeGreaterThan(10);
            expect(icon.height, icon.name).toBeGreaterThan(10);
            expect(icon.glyph, icon.name).not.toMatch(/^(none|normal|""|"\?")$/);
          }
          // Each state has a different icon shape, for users who can't see colors.
          expect(new Set(icons.map((icon) => icon.glyph)).size).toBe(7);
          expect((await view.message.innerText()).length).toBeGreaterThan(0);
          await workbench.screenshot(`looks-${kind}`);
        });
      }
    });
  });

  test('can be used with the keyboard only', async ({ workbench, simulator }) => {
    for (const seed of demoBatches(Date.now())) simulator.addBatch(seed);
    const { view, quickInput, page } = workbench;
    const { keyboard } = page;
    const focusedRow = view.rows.and(page.locator('.focused'));
    const expectFocus = async (label: RegExp): Promise<void> => {
      await expect(view.tree).toBeFocused();
      await expect(focusedRow).toHaveAttribute('aria-label', label);
    };
    await workbench.open();

    await test.step('opens the view', async () => {
      await runByKeyboard(workbench, 'Focus on Batches View');
      await expect(view.welcome).toContainText('See the batches');
    });

    await test.step('sets the key', async () => {
      await runByKeyboard(workbench, 'Sync Batches: Set API Key…');
      await expect(quickInput.input).toBeFocused();
      await expect(quickInput.input).toHaveAttribute('type', 'password');
      await keyboard.type(key);
      await keyboard.press('Enter');
      await expect(view.item('batch_abc123')).toBeVisible();
    });

    await test.step('navigates the tree', async () => {
      await runByKeyboard(workbench, 'Focus on Batches View');
      await expect(view.tree).toBeFocused();
      await keyboard.press('Home');
      await expectFocus(/^Processing, 3 batches$/);
      await keyboard.press('ArrowDown');
      await expectFocus(/^batch_def456, Processing, 3 of 10 done, /);
      await keyboard.press('ArrowLeft');
      await expectFocus(/^Processing, 3 batches$/);
      await keyboard.press('ArrowLeft');
      await expect(focusedRow).toHaveAttribute('aria-expanded', 'false');
      await keyboard.press('ArrowDown');
      await expectFocus(/^Jobs created, 1 batch$/);
      await keyboard.press('ArrowUp');
      await keyboard.press('ArrowRight');
      await expect(focusedRow).toHaveAttribute('aria-expanded', 'true');
      await keyboard.press('ArrowRight');
      await expectFocus(/^batch_def456, /);
    });

    await test.step('copies the ID from the context menu', async () => {
      const menu = await view.contextMenu('batch_abc123', 'keyboard');
      // The message is visible for a few seconds only.
      const told = expect(workbench.statusBarItem('Batch ID copied')).toBeVisible();
      await Promise.all([told, menu.chooseByKeyboard('Copy Batch ID')]);
      expect(await workbench.clipboard()).toBe('batch_abc123');
      await expectFocus(/^batch_abc123, /);
    });

    await test.step('filters by status and by date', async () => {
      await runByKeyboard(workbench, 'Sync Batches: Filter by Status…');
      await expect(quickInput.rows).toHaveCount(5);
      await keyboard.press('ArrowDown');
      await keyboard.press('Space');
      await expect(quickInput.rows.locator('.monaco-checkbox[aria-checked="true"]')).toHaveCount(1);
      await keyboard.press('Enter');
      await expect(view.message).toHaveText(/^\S.* · as of /);
      await runByKeyboard(workbench, 'Sync Batches: Filter by Date…');
      await expect(quickInput.row('Last 30 days')).toBeVisible();
      await keyboard.type('30 days');
      await expect(quickInput.rows).toHaveCount(1);
      await keyboard.press('Enter');
      await expect(view.message).toHaveText(/^\S.* · Last 30 days · as of /);
      await runByKeyboard(workbench, 'Sync Batches: Clear Filters');
      await expect(view.message).toHaveText(/^As of /);
    });

    await test.step('refreshes', async () => {
      simulator.addBatch({ id: 'batch_later', createdAt: Date.now(), status: 'PROCESSING' });
      await runByKeyboard(workbench, 'Sync Batches: Refresh');
      await expect(view.item('batch_later')).toBeVisible();
    });

    await test.step('shows the log', async () => {
      await runByKeyboard(workbench, 'Sync Batches: Show Log');
      await expect.poll(() => workbench.outputText()).toMatch(/GET \/v2\/batch 200 \d+ ms/);
    });
  });
});

/** Runs a command from the palette with the keyboard. */
async function runByKeyboard({ page, quickInput }: Workbench, title: string): Promise<void> {
  await quickInput.showPalette();
  await expect(quickInput.input).toBeFocused();
  await page.keyboard.type(title);
  await expect(quickInput.rows.and(page.locator('.focused'))).toHaveAttribute(
    'aria-label',
    new RegExp(escapeRegExp(title)),
  );
  await page.keyboard.press('Enter');
  await quickInput.paletteIsGone();
}

/** The contrast of matching texts in the tree with their background: 1 to 21 (WCAG 2). */
async function contrasts({ page }: Workbench, selector: string): Promise<number[]> {
  const found = await page.evaluate<number[]>(`(${measureContrast})(${inTree(selector)})`);
  expect(found.length).toBeGreaterThan(15);
  return found;
}

interface Icon {
  name: string;
  width: number;
  height: number;
  /** The character in the icon font. */
  glyph: string;
}

async function iconsOf({ page }: Workbench): Promise<Icon[]> {
  return await page.evaluate<Icon[]>(
    `${inTree('.custom-view-tree-node-item-icon.codicon')}.map((icon) => {
      const { width, height } = icon.getBoundingClientRect();
      return { name: icon.className, width, height, glyph: getComputedStyle(icon, '::before').content };
    })`,
  );
}

/** An expression for the page: the elements in tree rows that match a selector. */
function inTree(selector: string): string {
  return `[...document.querySelectorAll('[id="workbench.view.extension.syncBatches"] .monaco-list-row ${selector}')]`;
}
