import type { Page } from '@playwright/test';

/**
 * Moves the mouse to an empty part of the status bar. Where it rests after a click, a tooltip may come up and lie over
 * what is to be clicked next.
 */
export async function parkMouse(page: Page): Promise<void> {
  const size = page.viewportSize();
  if (size !== null) await page.mouse.move(size.width * 0.6, size.height - 8);
}
