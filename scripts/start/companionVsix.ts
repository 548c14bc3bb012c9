import * as fs from 'node:fs';
import * as path from 'node:path';
import * as esbuild from 'esbuild';
import { inRepo } from '../lib/paths';
import { run } from '../lib/processes';

/** Makes an installable package of `companion.ts` in a folder; returns its path. */
export async function packageCompanion(dir: string): Promise<string> {
  await esbuild.build({
    entryPoints: [path.join(__dirname, 'companion.ts')],
    outfile: path.join(dir, 'companion.js'),
    platform: 'node',
    format: 'cjs',
    target: 'node20',
  });
  const manifest = {
    name: 'sync-batches-start',
    publisher: 'sync-batches',
    displayName: 'Start of Batches for sync.so',
    description: 'Shows the view when a window is opened by `npm start`.',
    version: '0.0.1',
    license: 'MIT',
    engines: { vscode: '^1.100.0' },
    main: './companion.js',
    files: ['companion.js'],
    activationEvents: ['onStartupFinished'],
  };
  fs.writeFileSync(path.join(dir, 'package.json'), JSON.stringify(manifest));
  fs.writeFileSync(path.join(dir, 'README.md'), manifest.description);
  const vsix = path.join(dir, 'companion.vsix');
  // As a program and not as a library, which would tell at length what it packs.
  const vsce = inRepo('node_modules', '@vscode', 'vsce', 'vsce');
  const flags = ['--no-dependencies', '--allow-missing-repository', '--skip-license'];
  await run(process.execPath, [vsce, 'package', ...flags, '--out', vsix], { cwd: dir });
  return vsix;
}
