import { createRequire } from 'node:module';
import * as path from 'node:path';
import * as esbuild from 'esbuild';
import ts from 'typescript';
import { inRepo } from '../../../scripts/lib/paths';
import { makeTempDir } from '../../../scripts/lib/tempDir';
import { descendants, literalsOf, parse, typeNamed } from './source';

/**
 * All names of welcome texts that the view can show: the results of the real `welcomeOf` for all states and all error
 * reasons.
 */
export async function producibleWelcomes(): Promise<Set<string>> {
  const welcomeOf = await loadWelcomeOf();
  const kinds = [...descendants(typeNamed(parse('src/core/batches/viewState.ts'), 'ViewState'))].flatMap((node) =>
    ts.isPropertySignature(node) && node.name.getText() === 'kind' ? literalsOf(node) : [],
  );
  const reasons = literalsOf(typeNamed(parse('src/core/api/http/errors.ts'), 'ApiErrorReason'));
  const welcomes = new Set<string>();
  for (const kind of kinds) {
    for (const reason of reasons) {
      for (const keyringSilent of [false, true]) {
        welcomes.add(welcomeOf({ kind, keyringSilent, error: { reason, details: {} }, loadedAt: 0 }));
      }
    }
  }
  return welcomes;
}

/** Replaces the `vscode` module, which does not exist in plain Node and which `welcomeOf` does not use. */
async function loadWelcomeOf(): Promise<(state: unknown) => string> {
  const folder = makeTempDir('syncb-welcome');
  try {
    const outfile = path.join(folder.path, 'view.js');
    const noEditor: esbuild.Plugin = {
      name: 'no-editor',
      setup(build) {
        build.onResolve({ filter: /^vscode$/ }, () => ({ path: 'vscode', namespace: 'no-editor' }));
        build.onLoad({ filter: /.*/, namespace: 'no-editor' }, () => ({ contents: 'module.exports = {};' }));
      },
    };
    await esbuild.build({
      entryPoints: [inRepo('src', 'editor', 'sidebar', 'text', 'view.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      plugins: [noEditor],
      logLevel: 'warning',
    });
    const { welcomeOf } = createRequire(outfile)(outfile) as { welcomeOf: (state: unknown) => string };
    return welcomeOf;
  } finally {
    folder.remove();
  }
}
