/**
 * Bundles the suites that run inside the extension host: `test/host/` into a folder under `out/`.
 *
 * The editor loads plain CommonJS files, and `vscode` exists only there. Mocha is external so that the suites and the
 * runner share one instance.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as esbuild from 'esbuild';
import { atExit } from './lib/cleanup';
import { inRepo } from './lib/paths';

/**
 * Returns the module that runs the suites. Each process has its own folder, so that two runs do not collide, and
 * removes it when it ends. Throws if there are no test files.
 */
export async function buildHostSuites(): Promise<string> {
  const outdir = inRepo('out', `host-${process.pid}`);
  atExit(() => fs.rmSync(outdir, { recursive: true, force: true }));
  const tests = fs
    .readdirSync(inRepo('test', 'host'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => inRepo('test', 'host', file));
  if (tests.length === 0) throw new Error('There are no files test/host/**/*.test.ts');
  await esbuild.build({
    entryPoints: [inRepo('test', 'host', 'index.ts'), ...tests],
    outdir,
    outbase: inRepo('test', 'host'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['vscode', 'mocha'],
    sourcemap: 'linked',
    logLevel: 'warning',
  });
  return path.join(outdir, 'index.js');
}
