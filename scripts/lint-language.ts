/**
 * Rejects phrases that make texts hard to read or to translate. Part of `npm run lint`.
 *
 * The house style is plain English: subject, verb, object; active voice; "user" in comments, "you" in texts of the UI.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { inRepo } from './lib/paths';

const phrases: readonly { readonly pattern: RegExp; readonly instead: string }[] = [
  { pattern: /\b(?:the|a) person\b/i, instead: '"user", or "you" in a text of the UI' },
  { pattern: /\b(?:be)?c[ao]me of (?:it|a|an|the|this|that|what)\b/i, instead: 'name the result or the outcome' },
  { pattern: /\bwhat (?:has )?(?:be)?c[ao]me of\b/i, instead: 'name the result or the outcome' },
  { pattern: /\bha(?:s|ve) then been (?:said|told)\b/i, instead: '"the user has been told", or nothing' },
  { pattern: /\bis said to be\b/i, instead: 'say who says it' },
  { pattern: /\bthat is (?:not )?known what\b/i, instead: '"unknown"' },
  { pattern: /\bwhere there (?:is|are) none\b/i, instead: '"if there is none"' },
  { pattern: /\bnothing where there\b/i, instead: '"undefined if"' },
  { pattern: /\bnothing of \{/i, instead: '"{0} is pending. Nothing was sent."' },
  { pattern: /\bof (?:its|their) own\b/i, instead: '"its own ...", or leave it out' },
];

const self = 'scripts/lint-language.ts';
const folders = ['docs', 'scripts', 'src', 'test'];
const files = [
  ...fs.readdirSync(inRepo()),
  ...folders.flatMap((folder) =>
    fs.readdirSync(inRepo(folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  ),
]
  .map((file) => file.replaceAll(path.sep, '/'))
  .filter((file) => /\.(?:ts|mjs|md)$|^package(?:\.nls)?\.json$/.test(file) && file !== self);

let found = 0;
for (const file of files) {
  // Comments are wrapped, so a phrase can go over a line end.
  const text = fs.readFileSync(inRepo(file), 'utf8').replace(/\n\s*(?:\*|\/\/|>)? */g, (end) => ' '.repeat(end.length));
  const lineAt = lineCounter(fs.readFileSync(inRepo(file), 'utf8'));
  for (const { pattern, instead } of phrases) {
    for (const match of text.matchAll(new RegExp(pattern.source.replaceAll(' ', ' +'), `g${pattern.flags}`))) {
      found++;
      console.error(`${file}:${lineAt(match.index)}: "${match[0].replace(/ +/g, ' ')}": write ${instead}.`);
    }
  }
}
if (found > 0) {
  console.error(`\n${found} phrases to replace.`);
  process.exitCode = 1;
}

/** Returns the line number, from 1, of an offset in a text. */
function lineCounter(text: string): (offset: number) => number {
  const ends = [...text.matchAll(/\n/g)].map(({ index }) => index);
  return (offset) => ends.filter((end) => end < offset).length + 1;
}
