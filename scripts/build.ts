/**
 * Bundles the extension with esbuild.
 *
 *   tsx scripts/build.ts            minified, as it ships
 *   tsx scripts/build.ts --dev      with source maps, not minified
 *   tsx scripts/build.ts --watch    the same, again on every change
 */
import * as path from 'node:path';
import * as esbuild from 'esbuild';

const watch = process.argv.includes('--watch');
const dev = watch || process.argv.includes('--dev');

/**
 * What activation does not need becomes a file of its own that is loaded when it is first imported: all that answers,
 * and apart from it the HTTP library, the reader of natural-language dates, and what is known of batch files. esbuild does
 * not split CommonJS by itself: what two of these files import is in both, so no class may be passed from one to the other
 * to be asked for with `instanceof`.
 */
const lazyModules = [
  'src/app.ts',
  'src/platform/nodeTransport.ts',
  'src/platform/dateWords.ts',
  'src/editor/batchFiles/batchFiles.ts',
];

const lazyLoading: esbuild.Plugin = {
  name: 'lazy-loading',
  setup(build) {
    build.onResolve(
      { filter: new RegExp(`/(${lazyModules.map((file) => path.parse(file).name).join('|')})$`) },
      ({ kind, path: imported }) =>
        kind === 'dynamic-import' ? { path: `./${path.basename(imported)}.js`, external: true } : undefined,
    );
  },
};

const common: esbuild.BuildOptions = {
  outdir: 'dist',
  bundle: true,
  minify: !dev,
  sourcemap: dev ? 'linked' : false,
  legalComments: 'none',
  metafile: true,
  logLevel: 'info',
};

/** What runs in the extension host. */
const hostOptions: esbuild.BuildOptions = {
  ...common,
  entryPoints: ['src/extension.ts', ...lazyModules],
  entryNames: '[name]',
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // Packages that ship both kinds of module are taken as ES modules, which esbuild can shake.
  mainFields: ['module', 'main'],
  external: ['vscode'],
  plugins: [lazyLoading],
};

/** What runs in a webview. */
const pageOptions: esbuild.BuildOptions = {
  ...common,
  entryPoints: { resultsPage: 'src/webview/results/main.ts' },
  platform: 'browser',
  format: 'iife',
  target: 'chrome128',
};

async function main(): Promise<void> {
  for (const options of [hostOptions, pageOptions]) {
    if (watch) {
      await (await esbuild.context(options)).watch();
    } else {
      await esbuild.build(options);
    }
  }
}

void main();
