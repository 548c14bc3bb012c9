import { expect, type FrameLocator, type Locator } from '@playwright/test';
import type { PageElement } from './dom';

/** The visible texts of a row. */
export interface VisibleRow {
  outcome: string;
  requestId: string;
  model: string;
  length: string;
  error: string;
  isSelected: boolean;
}

/**
 * The results tab of a batch. Only the visible rows are in the document, in any order.
 */
export class ResultsPage {
  readonly heading: Locator;
  readonly note: Locator;
  readonly grid: Locator;
  readonly rows: Locator;
  readonly search: Locator;
  /** The number of rows that match the filter. */
  readonly status: Locator;
  readonly details: Locator;
  readonly video: Locator;

  constructor(readonly frame: FrameLocator) {
    this.heading = frame.getByRole('heading', { level: 1 });
    this.note = frame.locator('.note');
    this.grid = frame.getByRole('grid', { name: 'Results' });
    this.rows = this.grid.locator('.space > [role="row"]');
    this.search = frame.getByRole('searchbox', { name: 'Filter by text' });
    this.status = frame.locator('.status');
    this.details = frame.getByRole('region', { name: 'Details' });
    this.video = this.details.locator('figure.output video');
  }

  /** Waits until the whole file is loaded. */
  async loaded(): Promise<void> {
    await expect(this.frame.locator('body[data-state="done"]')).toBeVisible();
  }

  /** Evaluates an expression in the page, regardless of its content security policy. */
  async evaluate<T>(expression: string): Promise<T> {
    const frame = await (await this.frame.owner().elementHandle()).contentFrame();
    if (frame === null) throw new Error('The results page has no frame');
    return await frame.evaluate<T>(expression);
  }

  /** The number of rows, visible or not. */
  async rowCount(): Promise<number> {
    return Number(await this.grid.getAttribute('aria-rowcount')) - 1;
  }

  /** The visible rows from top to bottom. */
  async readRows(): Promise<VisibleRow[]> {
    return await this.rows.evaluateAll((rows: PageElement[]) =>
      rows
        .map((row) => {
          const text = (name: string): string => row.querySelector(`.cell.${name}`)?.textContent ?? '';
          return {
            index: Number(row.getAttribute('aria-rowindex')),
            row: {
              outcome: text('outcome'),
              requestId: text('requestId'),
              model: text('model'),
              length: text('durationS'),
              error: text('error'),
              isSelected: row.getAttribute('aria-selected') === 'true',
            },
          };
        })
        .sort((a, b) => a.index - b.index)
        .map(({ row }) => row),
    );
  }

  row(requestId: string): Locator {
    return this.rows.filter({ hasText: requestId });
  }

  /** The request ID of the focused row, which the grid announces to screen readers. */
  async focusedRow(): Promise<string> {
    // In one go, since the rows may be rendered again at any time.
    return await this.grid.evaluate((grid: PageElement) => {
      const id = grid.getAttribute('aria-activedescendant') ?? '';
      return grid.querySelector(`[id="${id}"] .cell.requestId`)?.textContent ?? '';
    });
  }

  /** The filter button of an outcome. */
  chip(name: string): Locator {
    return this.frame.getByRole('group', { name: 'Filter by outcome' }).getByRole('button', { name });
  }

  async summary(): Promise<string[]> {
    return await this.frame.locator('.chip').allInnerTexts();
  }

  action(name: string): Locator {
    return this.frame.getByRole('toolbar', { name: 'Actions' }).getByRole('button', { name });
  }

  /** The value of a field in the details. */
  field(name: string): Locator {
    return this.details.locator('dt', { hasText: new RegExp(`^${name}$`) }).locator('+ dd');
  }
}
