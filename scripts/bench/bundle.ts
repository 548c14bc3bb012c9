import * as esbuild from 'esbuild';
import { inRepo } from '../lib/paths';

/** Bundles a script of this folder as the extension itself is bundled: what runs is what would ship. */
export async function bundleBench(entry: string, outfile: string): Promise<void> {
  await esbuild.build({
    entryPoints: [inRepo('scripts', 'bench', entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['vscode'],
    logLevel: 'warning',
  });
}
