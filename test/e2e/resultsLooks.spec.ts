import * as fs from 'node:fs';
import type { AxeResults } from 'axe-core';
import type { Simulator } from '../simulator/types';
import { expect, test } from './fixtures';
import { measureContrast } from './parts/contrast';
import { ResultsPage } from './parts/resultsPage';
import { themesOf } from './parts/themes';

const key = 'test-key';
const hour = 3_600_000;
const axeSource = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

test.use({ env: { SYNC_API_KEY: key } });

test.describe('The results', () => {
  test('are readable in dark, light and high contrast themes', async ({ workbench, simulator, hostVersion }) => {
    // Four themes, and axe-core twice in each.
    test.slow();
    addOneOfEach(simulator);
    const { page, view } = workbench;
    await workbench.open();
    await view.open();
    await view.item('batch_looks').click();
    const results = new ResultsPage(workbench.webview());
    await results.loaded();
    // Gives the page the whole width.
    await workbench.command('View: Toggle Primary Side Bar Visibility');

    for (const [theme, kind] of themesOf(hostVersion)) {
      await test.step(`in the theme ${theme}`, async () => {
        await workbench.changeSettings({ 'workbench.colorTheme': theme });
        await expect(page.locator(`.monaco-workbench.${kind}`)).toBeVisible();
        await expect(results.frame.locator(`body.${pageKinds[kind]}`)).toBeVisible();
        // The settings editor was in front, so the page was created again and gets its rows again.
        await results.loaded();

        await test.step('the table', async () => {
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
          await workbench.screenshot(`results-looks-${kind}`);
        });

        await test.step('with a filter, and with the details open', async () => {
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
          await workbench.screenshot(`results-looks-${kind}-details`);
          await results.details.getByRole('button', { name: 'Close details' }).click();
          await results.chip('Failed').click();
        });
      });
    }
  });
});

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
