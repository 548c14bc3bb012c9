/** What the tests of the documentation look at in a Markdown file. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { inRepo } from '../../../scripts/lib/paths';

/** All that is written for readers, by its path in the repository. */
export function documentationFiles(): string[] {
  const docs = fs.readdirSync(inRepo('docs'), { recursive: true, encoding: 'utf8' });
  return [
    ...['README.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md', 'CHANGELOG.md', 'test/README.md'],
    ...docs
      .filter((file) => file.endsWith('.md'))
      .map((file) => `docs/${file.replaceAll(path.sep, '/')}`)
      .sort(),
  ];
}

/** The text without code, in which brackets are no links and number signs no headings. */
export function withoutCode(text: string): string {
  return text.replace(/^(```|~~~)[\s\S]*?^\1.*$/gm, '').replace(/`[^`\n]*`/g, '``');
}

/** What the links and pictures of a page lead to, in Markdown and in HTML. */
export function linkTargets(text: string): string[] {
  const page = withoutCode(text);
  const markdown = [...page.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g)];
  const html = [...page.matchAll(/\b(?:src|href|srcset)="([^"\s]+)[^"]*"/g)];
  return [...markdown, ...html].map(([, target = '']) => target);
}

/** The anchors of the headings of a page, as GitHub makes them. */
export function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  const page = text.replace(/^(```|~~~)[\s\S]*?^\1.*$/gm, '');
  for (const [, heading = ''] of page.matchAll(/^#{1,6}\s+(.*)$/gm)) {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = words.replace(/[^\p{L}\p{N}\p{M} _-]/gu, '').replaceAll(' ', '-');
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count++) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}
