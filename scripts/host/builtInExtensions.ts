/**
 * A folder with few of the extensions that come with VS Code. A window with all of them (about 95) costs more than twice
 * the processor time, since the editor reads their manifests and sends their settings to the extension host again and
 * again. The tests of our extension need none of them but these.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { makeTempDir, type TempDir } from '../lib/tempDir';
import type { VsCodeHost } from './install';

/** They declare the language JSON Lines, render Markdown for the tests of tooltips, and hold the themes of the tests. */
const needed = ['json', 'markdown-language-features', 'theme-defaults'];

/** Pass the folder to the server as `--builtin-extensions-dir`, and remove it when the server has stopped. */
export function fewBuiltInExtensions(host: VsCodeHost): TempDir {
  const folder = makeTempDir('syncb-builtin');
  for (const name of needed) {
    fs.symlinkSync(path.join(host.builtInExtensions, name), path.join(folder.path, name), 'dir');
  }
  return folder;
}
