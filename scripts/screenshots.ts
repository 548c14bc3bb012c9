/**
 * Makes the README's pictures from the real workbench: the sidebar with the example batches, in a dark and in a light
 * theme. Writes `docs/images/sidebar-dark.png` and `docs/images/sidebar-light.png`.
 */
import * as fs from 'node:fs';
import { chromium, type Page } from '@playwright/test';
import { Workbench } from '../test/e2e/workbench';
import { chromiumOptions, ensureChromium } from './host/chromium';
import { exitOnSignals } from './lib/cleanup';
import { inRepo } from './lib/paths';
import { startDemo } from './start/demo';

interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

const themes = { dark: 'Default Dark Modern', light: 'Default Light Modern' };

const windowSize = { width: 900, height: 620 };

/** Wide enough for whole rows, narrow enough to be read on a page, in pixels. */
const sidebarEdge = 420;

async function main(): Promise<void> {
  exitOnSignals();
  const browser = await chromium.launch(chromiumOptions(await ensureChromium()));
  try {
    for (const [name, theme] of Object.entries(themes)) {
      const demo = await startDemo({
        port: 0,
        // Nothing moves while the picture is taken.
        speed: 0,
        timeZone: 'UTC',
        settings: { 'workbench.colorTheme': theme },
      });
      const context = await browser.newContext({
        viewport: windowSize,
        // Sharp on screens of today.
        deviceScaleFactor: 2,
        locale: 'en-US',
        timezoneId: 'UTC',
      });
      const page = await context.newPage();
      const workbench = new Workbench(page, demo.codeServer, demo.folder);
      await workbench.open();
      await workbench.view.rows.nth(10).waitFor({ timeout: 60_000 });
      await widenSidebar(workbench, sidebarEdge);
      const file = inRepo('docs', 'images', `sidebar-${name}.png`);
      fs.mkdirSync(inRepo('docs', 'images'), { recursive: true });
      await page.screenshot({ path: file, clip: await leftPart(page), animations: 'disabled' });
      console.log(file);
      await context.close();
      await demo.stop();
    }
  } finally {
    await browser.close();
  }
}

/** Drags the sidebar's edge to a distance from the left, in pixels. */
async function widenSidebar(workbench: Workbench, x: number): Promise<void> {
  const { page } = workbench;
  const box = await page.locator('.part.sidebar').boundingBox();
  if (box === null) throw new Error('There is no sidebar');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width + 1, y);
  await page.mouse.down();
  await page.mouse.move(x, y, { steps: 5 });
  await page.mouse.up();
  // Out of the way, so that no row is highlighted and no tooltip shown.
  await page.mouse.move(windowSize.width - 20, windowSize.height / 2);
  await page.locator('.monaco-sash.hover, .monaco-sash.active').first().waitFor({ state: 'detached' });
}

/** The activity bar and the sidebar: the rest of the window is empty. */
async function leftPart(page: Page): Promise<Rectangle> {
  const sidebar = await page.locator('.part.sidebar').boundingBox();
  if (sidebar === null) throw new Error('There is no sidebar');
  return { x: 0, y: sidebar.y, width: sidebar.x + sidebar.width, height: sidebar.height };
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
