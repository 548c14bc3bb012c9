import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { batchTooltip } from '../../../src/editor/sidebar/tooltip';
import { batch } from '../support/batches';

/** A tooltip rendered by the Markdown preview of VS Code. */
async function html(tooltip: vscode.MarkdownString): Promise<string> {
  const rendered: unknown = await vscode.commands.executeCommand('markdown.api.render', tooltip.value);
  assert.ok(typeof rendered === 'string');
  return rendered;
}

/** The visible text of HTML. */
function textOf(rendered: string): string {
  return rendered
    .replace(/<[^>]*>/g, '')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('\u00a0', ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

/** A tooltip with the text in all places that can have text from the API. */
const tooltipWith = (text: string): vscode.MarkdownString =>
  batchTooltip(batch({ id: text, status: text, outputUrl: text, webhookUrl: text }));
const fields = 4;

const hostile = [
  '[free](command:workbench.action.quit)',
  '![](pixel.png)',
  '<img src=x onerror=alert(1)>',
  '<a href="command:workbench.action.quit">x</a>',
  '<command:workbench.action.quit>',
  '`code`',
  '``a ` b``',
  '```\nfence',
  '**bold** _italic_ ~~gone~~',
  '$(zap) icon',
  '# heading',
  'a\n\n# heading',
  'a\r\nb',
  '1. one',
  '| a | b |',
  '\\[x\\](y)',
  '[ref]: x',
  '-x',
  'x)',
];

/** Texts that the Markdown renderer of VS Code turns into links. */
const selfLinking = [
  'https://api.sync.so/v2/batches/batch_abc-123/result?a=1&b=2',
  'http://evil.test/x',
  'www.evil.test/x',
  'somebody@evil.test',
];

function assertShown(rendered: string, text: string): void {
  const expected = text.replace(/[\r\n]/g, '\ufffd').replace(/\s+/g, ' ');
  const shown = textOf(rendered).replace(/\s+/g, ' ');
  assert.ok(shown.split(expected).length > fields, `${expected} is not in every place of: ${shown}`);
}

describe('The tooltip of a batch', () => {
  const createdAt = new Date(2026, 10, 24, 14, 5, 9).getTime();

  it('has everything that the API returned', async () => {
    const text = textOf(
      await html(
        batchTooltip(
          batch({
            id: 'batch_abc123',
            status: 'COMPLETED',
            createdAt,
            metrics: { total: 5, succeeded: 4, failed: 1, pending: 0 },
            outputUrl: 'https://api.sync.so/v2/batches/abc/result',
            webhookUrl: 'https://hooks.example.test/x',
          }),
        ),
      ),
    );
    for (const expected of [
      'batch_abc123',
      'Status: Completed (COMPLETED)',
      'Progress: 5 of 5 (100 %)',
      'Succeeded: 4',
      'Failed: 1',
      'Waiting: 0',
      'Output URL: https://api.sync.so/v2/batches/abc/result',
      'Webhook URL: https://hooks.example.test/x',
    ]) {
      assert.ok(text.includes(expected), `${expected} is not in ${text}`);
    }
    assert.match(text.replace(/\s/g, ' '), /Created: Tuesday, November 24, 2026 at 2:05:09 PM \S+ \(.+\)/);
  });

  it('names missing values', async () => {
    const text = textOf(await html(batchTooltip(batch({ createdAt: undefined }))));
    assert.match(text, /Created: at an unknown time/);
    assert.match(text, /Output URL: none yet/);
    assert.match(text, /Webhook URL: none/);
    assert.match(text, /Progress: no requests counted yet\n/);
  });

  it('shows at most 100 %', async () => {
    const text = textOf(await html(batchTooltip(batch({ metrics: { total: 3, succeeded: 3, failed: 2 } }))));
    assert.match(text, /Progress: 3 of 3 \(100 %\)/);
  });

  it('is never trusted, draws no HTML and no icons', () => {
    const tooltip = batchTooltip(batch());
    assert.notEqual(tooltip.isTrusted, true);
    assert.equal(tooltip.isTrusted instanceof Object, false);
    assert.notEqual(tooltip.supportHtml, true);
    assert.notEqual(tooltip.supportThemeIcons, true);
  });

  for (const text of hostile) {
    it(`shows hostile text as plain text: ${JSON.stringify(text)}`, async () => {
      const rendered = await html(tooltipWith(text));
      assert.equal(/<(?:img|a|pre|h\d|em|del|s|table|ol|script)\b.*?>/.exec(rendered)?.[0], undefined);
      assertShown(rendered, text);
    });
  }

  for (const text of ['&lt;b&gt;', 'a&amp;b', '&#42;']) {
    it(`shows ${text} as it is, not as HTML`, async () => {
      assertShown(await html(tooltipWith(text)), text);
    });
  }

  for (const text of selfLinking) {
    it(`makes no link of an address from the API, which might be changed or unsafe: ${text}`, async () => {
      const rendered = await html(tooltipWith(text));
      assert.equal(/<a\b.*?>/.exec(rendered)?.[0], undefined);
      assertShown(rendered, text);
    });
  }

  it('truncates long values', () => {
    const url = `https://api.sync.so/${'x'.repeat(10_000)}`;
    assert.ok(batchTooltip(batch({ id: url, status: url, outputUrl: url, webhookUrl: url })).value.length < 2_000);
  });
});
