/**
 * Exports the texts of the extension for translators: every `vscode.l10n.t` in `src/`, to `l10n/bundle.l10n.json`.
 *
 *   npm run l10n
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { getL10nJson } from '@vscode/l10n-dev';
import { inRepo } from './lib/paths';

export const bundleFile = inRepo('l10n', 'bundle.l10n.json');

/** The content of the bundle: the texts as keys, in alphabetical order, so that a changed text changes one line. */
export async function exportTexts(): Promise<string> {
  const files = fs
    .readdirSync(inRepo('src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort();
  const sources = files.map((file) => ({
    extension: '.ts' as const,
    contents: fs.readFileSync(inRepo('src', file), 'utf8'),
  }));
  const texts = Object.entries(await getL10nJson(sources)).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(texts), undefined, 2)}\n`;
}

async function main(): Promise<void> {
  const content = await exportTexts();
  fs.mkdirSync(path.dirname(bundleFile), { recursive: true });
  fs.writeFileSync(bundleFile, content);
  console.log(`${Object.keys(JSON.parse(content) as object).length} texts are in l10n/bundle.l10n.json.`);
}

if (require.main === module) {
  void main();
}
