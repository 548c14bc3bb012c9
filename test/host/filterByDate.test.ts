import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { useExtension, type Watched, watched } from './support/extension';
import { useTestUser } from './support/testUser';
import { replaceMember } from './support/replace';
import { useSimulator } from './support/simulator';
import { shownBatches } from './support/view';

useExtension();

const plain = (text: string | undefined): string => (text ?? '').replace(/\s/g, ' ');

/** An input box, and the message below it for the typed text. */
interface Asked {
  readonly title: string;
  readonly value: string;
  readonly under: string;
  readonly isError: boolean;
}

describe('Filter by Date', () => {
  afterEach('clear the filter', async () => {
    await vscode.commands.executeCommand('syncBatches.clearFilters');
  });
  const api = useSimulator();
  const user = useTestUser();
  let seen: Watched;
  before(async () => {
    seen = await watched();
  });

  /** Chooses a row of the quick pick, and types these texts into the following input boxes; undefined presses Escape. */
  async function filter(row: string, ...texts: (string | undefined)[]): Promise<Asked[]> {
    const asked: Asked[] = [];
    const restores = [
      replaceMember(vscode.window, 'showQuickPick', ((rows: readonly vscode.QuickPickItem[]) =>
        Promise.resolve(rows.find(({ label }) => label === row) ?? assert.fail(`no row ${row}`))) as never),
      replaceMember(vscode.window, 'showInputBox', async (options) => {
        const text = texts[asked.length];
        const validated = await options?.validateInput?.(text ?? '');
        const isError =
          typeof validated === 'object' && validated?.severity === vscode.InputBoxValidationSeverity.Error;
        const under = typeof validated === 'object' ? validated?.message : validated;
        asked.push({ title: options?.title ?? '', value: options?.value ?? '', under: plain(under), isError });
        // An input box with an error can't be accepted, only canceled.
        return isError ? undefined : text;
      }),
    ];
    try {
      await vscode.commands.executeCommand('syncBatches.filterByDate');
    } finally {
      for (const restore of restores) {
        restore();
      }
    }
    assert.deepEqual(user.messages, []);
    return asked;
  }
  const query = (): Record<string, string> | undefined => api.simulator.requests.at(-1)?.query;
  const local = (...parts: [number, number, number]): number => new Date(...parts).getTime();

  it('starts at the beginning of a day, and shows that before', async () => {
    const [asked] = await filter('Created after…', '2026-11-01');
    assert.match(asked?.under ?? '', /^Created on or after Sunday, November 1, 2026 at 12:00:00 AM \S+$/);
    assert.equal(asked?.isError, false);
    assert.equal(seen.view.description, 'Since Nov 1, 2026');
    const bound = Date.parse(query()?.['created_after'] ?? '');
    assert.ok(bound <= local(2026, 10, 1) && bound >= local(2026, 10, 1) - 2_000, String(bound));
    assert.match(query()?.['created_after'] ?? '', /Z$/);
    assert.equal(query()?.['created_before'], undefined);
  });

  it('ends at the end of a day, and shows that before', async () => {
    const [asked] = await filter('Created before…', '2026-11-01');
    assert.equal(asked?.under, 'Created until the end of Nov 1, 2026 (11:59:59 PM)');
    assert.equal(seen.view.description, 'Until Nov 1, 2026');
    const bound = Date.parse(query()?.['created_before'] ?? '');
    assert.ok(bound >= local(2026, 10, 2) - 1 && bound <= local(2026, 10, 2) + 2_000, String(bound));
  });

  it('accepts two dates, and keeps the bounds exact', async () => {
    const edges = {
      before: local(2026, 9, 1) - 1,
      first: local(2026, 9, 1),
      last: local(2026, 9, 3) - 1,
      after: local(2026, 9, 3),
    };
    for (const [id, createdAt] of Object.entries(edges)) {
      api.simulator.addBatch({ id, createdAt: new Date(createdAt).toISOString() });
    }
    const asked = await filter('Between two dates…', '2026-10-01', '2026-10-02');
    assert.equal(asked.length, 2);
    assert.equal(seen.view.description, 'Oct 1, 2026 – Oct 2, 2026');
    assert.deepEqual(Object.values(await shownBatches()).flat(), ['last', 'first']);
  });

  for (const text of ['yesterday', '3 days ago', 'last monday', 'Nov 1 2026 14:00', '2026-11-01T14:00:00Z', '2026']) {
    it(`accepts a date in words or numbers: ${text}`, async () => {
      const [asked] = await filter('Created after…', text);
      assert.equal(asked?.isError, false, asked?.under);
      assert.match(asked.under, /^Created on or after /);
      assert.match(seen.view.description ?? '', /^Since /);
    });
  }

  it('interprets "yesterday" in local time', async () => {
    const yesterday = (today = new Date()): number => local(today.getFullYear(), today.getMonth(), today.getDate() - 1);
    const before = yesterday();
    await filter('Created after…', 'yesterday');
    const bound = Date.parse(query()?.['created_after'] ?? '');
    // Midnight may have passed meanwhile.
    assert.ok(
      [before, yesterday()].some((day) => Math.abs(bound - day) <= 2_000),
      query()?.['created_after'],
    );
  });

  for (const [text, words] of [
    ['soon or later', /Can't read that as a date/],
    ['2026-02-30', /no such date/],
    ['2026-13-01', /no such date/],
    ['0001-01-01', /between 1970 and \d{4}/],
    ['<img src=x>', /Can't read that as a date/],
  ] as const) {
    it(`rejects with a reason, and does not filter: ${text}`, async () => {
      const [asked] = await filter('Created after…', text);
      assert.equal(asked?.isError, true);
      assert.match(asked.under, words);
      assert.equal(seen.view.description, '');
      assert.deepEqual(api.simulator.requests, []);
    });
  }

  it('rejects an end before the start, and shows how it was interpreted', async () => {
    const asked = await filter('Between two dates…', '2026-11-02', '2026-11-01');
    assert.equal(asked[1]?.isError, true);
    assert.match(asked[1].under, /before the start\. Created until the end of Nov 1, 2026/);
    assert.equal(seen.view.description, '');
  });

  it('accepts the same day for both bounds', async () => {
    await filter('Between two dates…', '2026-11-02', '2026-11-02');
    assert.equal(seen.view.description, 'Nov 2, 2026');
  });

  it('changes nothing if an input is canceled or empty', async () => {
    await filter('Created after…', undefined);
    await filter('Created after…', '');
    await filter('Between two dates…', '2026-11-02', undefined);
    assert.equal(seen.view.description, '');
    assert.deepEqual(api.simulator.requests, []);
  });

  it('offers the current bound for editing', async () => {
    await filter('Created after…', '2026-11-01 14:00');
    const [asked] = await filter('Created after…', undefined);
    assert.equal(asked?.value, '2026-11-01 14:00');
    assert.equal(seen.view.description?.replace(/\s/g, ' '), 'Since Nov 1, 2026, 2:00 PM');
  });

  it('offers a time at midnight as a time, and a whole day as a day', async () => {
    for (const [row, text] of [
      ['Created before…', '2026-11-01 00:00'],
      ['Created before…', '2026-11-01'],
      ['Created after…', '2026-11-01'],
    ] as const) {
      await filter(row, text);
      const { description } = seen.view;
      const [asked] = await filter(row, undefined);
      assert.equal(asked?.value, text);
      await filter(row, asked.value);
      assert.equal(seen.view.description, description);
    }
  });

  it('is removed by "Any date"', async () => {
    await filter('Last 7 days');
    assert.equal(seen.view.description, 'Last 7 days');
    await filter('$(clear-all) Any date');
    assert.equal(seen.view.description, '');
    assert.deepEqual(query(), {});
  });
});
