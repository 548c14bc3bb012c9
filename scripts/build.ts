/**
 * Bundles the extension with esbuild.
 *
 *   tsx scripts/build.ts            minified, as it ships
 *   tsx scripts/build.ts --dev      with source maps, not minified
 *   tsx scripts/build.ts --watch    the same, again on every change
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as esbuild from 'esbuild';
import { inRepo } from './lib/paths';

const watch = process.argv.includes('--watch');
const dev = watch || process.argv.includes('--dev');
const dist = inRepo('dist');

/** Each becomes its own file, which is loaded at the first `import()`. */
const lateModules = [
  // Everything behind the registrations of the activation.
  'src/app.ts',
  // The HTTP library and the reader of natural-language dates.
  'src/platform/nodeTransport.ts',
  'src/platform/naturalDates.ts',
  // Runs on user actions.
  { in: 'src/editor/runCommand.ts', out: 'commands' },
  'src/editor/batchFiles/batchFiles.ts',
  'src/editor/results/openResultsTabs.ts',
];

const common: esbuild.BuildOptions = {
  absWorkingDir: inRepo(),
  outdir: dist,
  bundle: true,
  minify: !dev,
  legalComments: 'none',
  logLevel: 'info',
};

const inExtensionHost: esbuild.BuildOptions = {
  ...common,
  platform: 'node',
  target: 'node20',
  // Packages that ship both kinds of module are taken as ES modules, which esbuild can shake.
  mainFields: ['module', 'main'],
  external: ['vscode'],
};

/** One file for the activation, since each further file makes it slower. */
const activation: esbuild.BuildOptions = {
  ...inExtensionHost,
  entryPoints: ['src/extension.ts'],
  format: 'cjs',
  sourcemap: dev ? 'linked' : false,
  plugins: [
    {
      name: 'app-in-its-own-file',
      setup(build) {
        build.onResolve({ filter: /^\.\/app$/ }, ({ kind }) =>
          kind === 'dynamic-import' ? { path: './app.js', external: true } : undefined,
        );
      },
    },
  ],
};

/** The rest. Shared code is in shared files. */
const rest: esbuild.BuildOptions = {
  ...inExtensionHost,
  entryPoints: lateModules,
  entryNames: '[name]',
  chunkNames: 'shared-[hash]',
  format: 'esm',
  splitting: true,
  sourcemap: dev ? 'inline' : false,
  write: false,
  plugins: [
    {
      name: 'common-js',
      setup: (build) => build.onEnd(writeAsCommonJs),
    },
    {
      // node-fetch brings streams for Node before 18, which no supported editor has: two thirds of what it would ship.
      name: 'no-stream-polyfill',
      setup(build) {
        build.onLoad({ filter: /\/web-streams-polyfill\// }, () => ({ contents: 'module.exports = {};' }));
      },
    },
  ],
};

/** The code for the webview. */
const page: esbuild.BuildOptions = {
  ...common,
  entryPoints: { resultsPage: 'src/webview/results/main.ts' },
  platform: 'browser',
  format: 'iife',
  target: 'chrome128',
  sourcemap: dev ? 'linked' : false,
};

/** esbuild splits only ES modules, and the editor loads CommonJS, so each file is converted after the split. */
async function writeAsCommonJs({ outputFiles = [] }: esbuild.BuildResult): Promise<void> {
  await Promise.all(
    outputFiles.map(async ({ path: file, text }) => {
      const { code } = await esbuild.transform(text, {
        format: 'cjs',
        platform: 'node',
        target: 'node20',
        minify: !dev,
        sourcemap: dev ? 'inline' : false,
      });
      fs.writeFileSync(file, code);
    }),
  );
}

/** Removes files of earlier builds, which would be packaged: the names of shared files contain a hash, and so they change. */
function removeAllBut(built: ReadonlySet<string>): void {
  for (const name of fs.readdirSync(dist)) {
    if (!built.has(name)) fs.rmSync(path.join(dist, name));
  }
}

async function main(): Promise<void> {
  fs.mkdirSync(dist, { recursive: true });
  const built = new Set<string>();
  for (const options of [activation, rest, page]) {
    if (watch) {
      await (await esbuild.context(options)).watch();
    } else {
      const { metafile } = await esbuild.build({ ...options, metafile: true });
      Object.keys(metafile.outputs).forEach((file) => built.add(path.basename(file)));
    }
  }
  if (!watch) removeAllBut(built);
}

void main();
