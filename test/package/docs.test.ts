import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { commandTextProblems, generatedPages } from '../../scripts/docs/pages';
import { inRepo } from '../../scripts/lib/paths';
import { commandIds } from './support/manifest';
import { anchorsOf, documentationFiles, linkTargets } from './support/markdown';

const maxReadmeWords = 700;
const maxPictureBytes = 1_500_000;

const read = (file: string): string => fs.readFileSync(inRepo(file), 'utf8');

describe('The documentation', () => {
  it('describes every command, and no other', () => {
    assert.deepEqual(commandTextProblems(commandIds), []);
  });

  it('has pages of commands and settings that agree with package.json: npm run docs', async function () {
    this.timeout(30_000);
    for (const [file, text] of await generatedPages()) {
      assert.equal(fs.existsSync(inRepo(file)) ? read(file) : '', text, `${file} is out of date: npm run docs`);
    }
  });

  it(`has a README of at most ${maxReadmeWords} words`, () => {
    const words = read('README.md').split(/\s+/).filter(Boolean).length;
    assert.ok(words <= maxReadmeWords, `it has ${words}`);
  });

  it('has links to files and headings that exist', () => {
    const broken = documentationFiles().flatMap((file) =>
      linkTargets(read(file)).flatMap((target) => (leads(file, target) ? [] : [`${file}: ${target}`])),
    );
    assert.deepEqual(broken, []);
  });

  it('names files in ARCHITECTURE.md that exist', () => {
    const named = [...read('ARCHITECTURE.md').matchAll(/`([\w.-]+\/[\w./-]+)`/g)].map(([, file = '']) => file);
    assert.ok(named.length > 40, 'the pattern finds them');
    const missing = named.filter((file) => !fs.existsSync(inRepo(file)) && !fs.existsSync(inRepo('src', file)));
    assert.deepEqual(missing, []);
  });

  it('lists every page of docs in an index', () => {
    const linked = documentationFiles().flatMap((file) =>
      linkTargets(read(file)).map((target) => path.posix.join(path.posix.dirname(file), target.replace(/#.*$/, ''))),
    );
    const pages = documentationFiles().filter((file) => file.startsWith('docs/'));
    assert.deepEqual(
      pages.filter((page) => !linked.includes(page)),
      [],
    );
  });

  it('uses every picture, none of which is too large for a page', () => {
    const used = documentationFiles().flatMap((file) =>
      linkTargets(read(file)).map((target) => path.posix.join(path.posix.dirname(file), target)),
    );
    for (const name of fs.readdirSync(inRepo('docs', 'images'))) {
      const file = `docs/images/${name}`;
      // The source of the icon of the package.
      assert.ok(used.includes(file) || name === 'icon.svg', `nothing shows ${file}`);
      assert.ok(fs.statSync(inRepo(file)).size <= maxPictureBytes, `${file} is larger than ${maxPictureBytes} bytes`);
    }
  });
});

/** Whether a link of a file leads somewhere; links to other sites are not followed. */
function leads(file: string, target: string): boolean {
  if (/^[a-z]+:/i.test(target)) return true;
  const [name = '', anchor] = target.split('#');
  const to = name === '' ? file : path.posix.join(path.posix.dirname(file), decodeURI(name));
  // Case counts on some machines and not on others; what is listed has the case that it has.
  const folder = path.posix.dirname(to);
  if (!fs.existsSync(inRepo(folder)) || !fs.readdirSync(inRepo(folder)).includes(path.posix.basename(to))) return false;
  return anchor === undefined || (to.endsWith('.md') && anchorsOf(read(to)).has(anchor));
}
