import * as fs from 'node:fs';
import type { AxeResults } from 'axe-core';
import { demoBatches } from '../simulator/demoData';
import type { Simulator } from '../simulator/types';
import { expect, test } from './fixtures';
import { measureContrast } from './parts/contrast';
import { ResultsPage } from './parts/resultsPage';
import { escapeRegExp } from './parts/text';
import { themesOf } from './parts/themes';
import type { Workbench } from './workbench';

const key = 'test-key';
const hour = 3_600_000;
const axeSource = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

test.describe('The view', () => {
  test.describe('with a key', () => {
    test.use({
      env: { SYNC_API_KEY: key },
      // The results have the room that they have without a sidebar.
      viewport: { width: 1600, height: 800 },
      // A change of the theme takes seconds: the window opens with the first.
      settings: async ({ hostVersion }, use) => {
        await use({ 'workbench.colorTheme': themesOf(hostVersion)[0][0] });
      },
    });

    test('is legible in dark, light and high contrast themes, and so are the results', async ({
      workbench,
      simulator,
      hostVersion,
    }) => {
      // Four themes, and axe-core twice in each.
      test.slow();
      const now = Date.now();
      for (const seed of demoBatches(now)) simulator.addBatch(seed);
      simulator.addBatch({ id: 'batch_odd', createdAt: now, status: 'AWAITING_REVIEW' });
      addOneOfEach(simulator);
      const { view, page } = workbench;
      await workbench.open();
      await view.open();
      await view.item('batch_looks').click();
      const results = new ResultsPage(workbench.webview());
      await results.loaded();

      for (const [index, [theme, kind]] of themesOf(hostVersion).entries()) {
        await test.step(`in the theme ${theme}`, async () => {
          if (index > 0) await workbench.changeSettings({ 'workbench.colorTheme': theme });
          await expect(page.locator(`.monaco-workbench.${kind}`)).toBeVisible();
          await expect(results.frame.locator(`body.${pageKinds[kind]}`)).toBeVisible();

          await test.step('the list', async () => {
            await expectReadable(workbench, '.label-name');
            await expectReadable(workbench, '.label-description');
            // One icon per batch; groups have none.
            await expect.poll(async () => (await iconsOf(workbench)).length).toBe(17);
            const icons = await iconsOf(workbench);
            for (const icon of icons) {
              expect(icon.width, icon.name).toBeGreaterThan(10);
              expect(icon.height, icon.name).toBeGreaterThan(10);
              expect(icon.glyph, icon.name).not.toMatch(/^(none|normal|""|"\?")$/);
            }
            // Each state has a different icon shape, for users who can't see colors.
            expect(new Set(icons.map((icon) => icon.glyph)).size).toBe(7);
            expect((await view.message.innerText()).length).toBeGreaterThan(0);
          });

          // The settings editor was in front, so the page was created again and gets its rows again.
          await results.loaded();

          await test.step('the table of the results', async () => {
            await results.grid.focus();
            await page.keyboard.press('Home');
            await page.keyboard.press('Shift+ArrowDown');
            await expectToBeRead(results, {
              '.space > .row .cell:not(:empty)': 30,
              '.head button': 5,
              '.chip': 7,
              '.top h1, .top button:not([hidden])': 5,
              '.row[aria-selected="true"] .cell': 10,
            });
            const marks = await marksOf(results);
            await expectToBeRead(results, { '.mark': 20 }, 3);
            // Each outcome has a different mark.
            expect([...marks.keys()].sort()).toEqual(['failed', 'rejected', 'succeeded', 'unfinished', 'unreadable']);
            expect(new Set(marks.values()).size).toBe(5);
            expect(await violations(results)).toEqual([]);
            await workbench.screenshot(`looks-${kind}`);
          });

          await test.step('the results with a filter, and with the details open', async () => {
            await results.chip('Failed').click();
            await results.row('request-002').dblclick();
            await expect(results.details.locator('pre')).toContainText('"request_id"');
            await expectToBeRead(results, {
              '.chip[aria-pressed="true"]': 1,
              '.status': 1,
              '.row[aria-selected="true"] .cell': 5,
              '.details :is(h2, h3, dt, dd, pre, button, code, .unsafe)': 20,
            });
            expect(await violations(results)).toEqual([]);
            await workbench.screenshot(`looks-${kind}-details`);
            await results.details.getByRole('button', { name: 'Close details' }).click();
            await results.chip('Failed').click();
          });
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

/** Expects a contrast of all texts in the tree that match. Rows come one group after the other, and colors may fade. */
async function expectReadable({ page }: Workbench, selector: string): Promise<void> {
  const least = async (): Promise<number> => {
    const found = await page.evaluate<number[]>(`(${measureContrast})(${inTree(selector)})`);
    return found.length > 15 ? Math.min(...found) : 0;
  };
  await expect.poll(least, { message: selector }).toBeGreaterThan(4.5);
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

/** The class of the body for each kind of theme. */
const pageKinds = {
  'vs-dark': 'vscode-dark',
  vs: 'vscode-light',
  'hc-black': 'vscode-high-contrast:not(.vscode-high-contrast-light)',
  'hc-light': 'vscode-high-contrast-light',
} as const;

/** Adds a batch with all outcomes, and with texts that are too long for their column. */
function addOneOfEach(simulator: Simulator): void {
  const input = [
    { type: 'video', url: 'https://media.example.test/episodes/12/scene-04/takes/final/video-002.mp4' },
    { type: 'audio', url: 'http://media.example.test/audio-002.wav' },
  ];
  const line = (number: number, response: object): string => {
    const id = `request-${String(number).padStart(3, '0')}`;
    return JSON.stringify({ request_id: id, response: { id: `generation-${id}`, model: 'lipsync-2', ...response } });
  };
  const error = 'The video URL could not be fetched: the server of the media answered 403 to two of three tries';
  const special = [
    line(1, { status: 'COMPLETED', outputUrl: simulator.mediaUrl('one'), outputDuration: 65.3, input }),
    line(2, { status: 'FAILED', error, error_code: 'generation_input_video_inaccessible', input }),
    line(3, { status: 'REJECTED', error: 'No audio', error_code: 'generation_audio_missing', input }),
    line(4, { status: 'PROCESSING', model: 'lipsync-2-pro', input }),
    'this is no JSON',
    line(6, { status: 'COMPLETED', outputDuration: 12 }),
  ];
  const rest = Array.from({ length: 54 }, (_, index) =>
    line(index + 7, { status: 'COMPLETED', outputUrl: simulator.mediaUrl(`${index}`), outputDuration: 5 + index }),
  );
  simulator.addBatch({
    id: 'batch_looks',
    createdAt: Date.now() - hour,
    status: 'COMPLETED',
    total: 62,
    succeeded: 60,
    resultText: [...special, ...rest].join('\n'),
  });
}

/** Expects a minimum number and contrast of the elements of each selector. */
async function expectToBeRead(
  results: ResultsPage,
  atLeast: Readonly<Record<string, number>>,
  contrast = 4.5,
): Promise<void> {
  for (const [selector, count] of Object.entries(atLeast)) {
    const elements = `[...document.querySelectorAll(${JSON.stringify(selector)})]`;
    // Rows are drawn on the next frame.
    const found = (): Promise<number> => results.evaluate(`${elements}.length`);
    await expect.poll(found, { message: selector }).toBeGreaterThanOrEqual(count);
    const least = (): Promise<number> => results.evaluate(`Math.min(...(${measureContrast})(${elements}))`);
    // Colors may fade when the theme changes, so wait until they are final.
    await expect.poll(least, { message: selector }).toBeGreaterThanOrEqual(contrast);
  }
}

/** @returns the marks of the visible outcomes. */
async function marksOf(results: ResultsPage): Promise<Map<string, string>> {
  const all = await results.evaluate<[string, string][]>(`[...document.querySelectorAll('.space > .row')].map((row) => [
    [...row.classList].find((name) => name !== 'row' && name !== 'current'),
    getComputedStyle(row.querySelector('.mark'), '::before').content,
  ])`);
  return new Map(all);
}

/** @returns the violations of the axe-core rules, with their elements. */
async function violations(results: ResultsPage): Promise<string[]> {
  if (!(await results.evaluate<boolean>(`'axe' in window`))) await results.evaluate(axeSource);
  const found = await results.evaluate<AxeResults>('axe.run(document)');
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id} (${help}): ${html}\n${failureSummary ?? ''}`),
  );
}
