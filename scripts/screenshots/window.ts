import type { Page } from '@playwright/test';
import { ResultsPage } from '../../test/e2e/parts/resultsPage';
import type { Workbench } from '../../test/e2e/workbench';
import { localizer } from '../docs/manifest';

/** Drags the sidebar's edge to a distance from the left, in pixels. */
export async function widenSidebar(page: Page, x: number): Promise<void> {
  const box = await page.locator('.part.sidebar').boundingBox();
  if (box === null) throw new Error('There is no sidebar');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width + 1, y);
  await page.mouse.down();
  await page.mouse.move(x, y, { steps: 5 });
  await page.mouse.up();
  // Out of the way, so that no row is highlighted and no tooltip shown.
  await parkMouse(page);
  await page.locator('.monaco-sash.hover, .monaco-sash.active').first().waitFor({ state: 'detached' });
}

/** The results in the active tab, when all of them are there. */
export async function openedResults(workbench: Workbench): Promise<ResultsPage> {
  const results = new ResultsPage(workbench.webview());
  await results.frame.locator('body[data-state="done"]').waitFor({ timeout: 60_000 });
  return results;
}

/** Moves the mouse to an empty part of the status bar, where no tooltip comes up. */
export async function parkMouse(page: Page): Promise<void> {
  const size = page.viewportSize();
  if (size !== null) await page.mouse.move(size.width * 0.3, size.height - 8);
}

/** The title that the Command Palette has for a command of the extension, by its name after `syncBatches.`. */
export function commandTitle(name: string): string {
  const localize = localizer();
  return `${localize('%category%')}: ${localize(`%command.${name}%`)}`;
}
