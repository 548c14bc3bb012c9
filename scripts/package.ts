/**
 * Builds the extension and packages it as a VSIX named after its version.
 *
 * It packages a changed copy, since users do not need everything in the repository: the README links to files that are not
 * in the package and has pictures that the editor can't show from there, and package.json has the scripts and
 * dependencies of developers.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { isRecord, readJson } from './lib/json';
import { npm } from './lib/npm';
import { inRepo } from './lib/paths';
import { makeTempDir } from './lib/tempDir';
import { vsixPath } from './lib/vsix';

const forDevelopers: ReadonlySet<string> = new Set(['scripts', 'dependencies', 'devDependencies', 'private']);
const copied = ['.vscodeignore', 'CHANGELOG.md', 'LICENSE', 'package.nls.json', 'dist', 'media'];

async function main(): Promise<void> {
  await npm(['run', '--silent', 'build'], { cwd: inRepo() });
  const stage = makeTempDir('syncb-package');
  const unfinished = `${vsixPath()}.${process.pid}.unfinished`;
  try {
    for (const name of copied) {
      fs.cpSync(inRepo(name), path.join(stage.path, name), { recursive: true });
    }
    fs.writeFileSync(path.join(stage.path, 'README.md'), readmeForUsers(fs.readFileSync(inRepo('README.md'), 'utf8')));
    fs.writeFileSync(path.join(stage.path, 'package.json'), manifestForUsers(readJson(inRepo('package.json'))));
    await createVSIX({
      cwd: stage.path,
      packagePath: unfinished,
      // Everything is bundled.
      dependencies: false,
      allowMissingRepository: true,
    });
    // Other processes can read the package at any time, so they get the old or the new one, never a part.
    fs.renameSync(unfinished, vsixPath());
    console.log(vsixPath());
  } finally {
    fs.rmSync(unfinished, { force: true });
    stage.remove();
  }
}

/** Removes marked sections and pictures of the repository, and replaces links into it with their text. */
function readmeForUsers(text: string): string {
  return text
    .replace(/^<!-- repository only -->$[\s\S]*?^<!-- end of repository only -->\n+/gm, '')
    .replace(/^<picture>$[\s\S]*?^<\/picture>\n+/gm, '')
    .replace(/^<!--.*-->\n+/gm, '')
    .replace(/^!\[[^\]]*\]\((?!https:)[^)]*\)\n+/gm, '')
    .replace(/\[([^\]]*)\]\((?!https:|#)[^)]*\)/g, '$1');
}

function manifestForUsers(manifest: unknown): string {
  if (!isRecord(manifest)) throw new Error('package.json holds no object');
  const kept = Object.entries(manifest).filter(([name]) => !forDevelopers.has(name));
  return `${JSON.stringify(Object.fromEntries(kept), undefined, 2)}\n`;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
