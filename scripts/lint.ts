/**
 * Runs ESLint, Prettier and the check of the language (`lint-language.ts`) over the whole repository, side by side.
 *
 * Both remember unchanged files in `out/cache/`. Rules that use types can miss a file that is unchanged while a type it
 * imports has changed; CI starts from a fresh clone without a cache and checks everything.
 */
import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { atExit, exitOnSignals } from './lib/cleanup';
import { inRepo } from './lib/paths';

const cache = (tool: string): readonly string[] => [
  ...['--cache', '--cache-strategy', 'content'],
  ...['--cache-location', inRepo('out', 'cache', tool)],
];

async function main(): Promise<void> {
  exitOnSignals();
  const codes = await Promise.all([
    runNode([entryOf('eslint', 'bin/eslint.js'), ...cache('eslint'), '.']),
    runNode([entryOf('prettier', 'bin/prettier.cjs'), '--check', '--log-level', 'warn', ...cache('prettier'), '.']),
    runNode(['--import', 'tsx', inRepo('scripts', 'lint-language.ts')]),
  ]);
  process.exitCode = Math.max(...codes);
}

function entryOf(tool: string, file: string): string {
  return path.join(path.dirname(require.resolve(`${tool}/package.json`)), file);
}

/** Runs Node with these arguments and shows its output. Resolves with the exit code. */
function runNode(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, args, { cwd: inRepo(), stdio: 'inherit' });
  atExit(() => child.kill());
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
