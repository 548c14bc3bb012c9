import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as esbuild from 'esbuild';
import ts from 'typescript';
import { inRepo } from '../../scripts/lib/paths';

/** All TypeScript files in a folder of the repository, as paths from the repository root with forward slashes. */
function filesUnder(...folder: string[]): string[] {
  return fs
    .readdirSync(inRepo(...folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [...folder, ...file.split(path.sep)].join('/'))
    .sort();
}

/** The libraries that the core may use. */
const libraries = ['valibot'];

describe('The architecture', () => {
  const coreFiles = filesUnder('src', 'core');

  let bundles: esbuild.Metafile;

  before(async function () {
    this.timeout(60_000);
    const built = await esbuild.build({
      entryPoints: coreFiles,
      absWorkingDir: inRepo(),
      outdir: 'unused',
      bundle: true,
      write: false,
      metafile: true,
      platform: 'browser',
      format: 'esm',
      logLevel: 'silent',
    });
    bundles = built.metafile;
  });

  it('allows the core to run anywhere: it bundles for a browser without external modules', () => {
    assert.equal(Object.keys(bundles.outputs).length, coreFiles.length);
    for (const [name, output] of Object.entries(bundles.outputs)) {
      assert.deepEqual(output.imports, [], name);
    }
  });

  it('allows the core to use only itself and the schema library', () => {
    const strangers = Object.keys(bundles.inputs).filter(
      (input) =>
        !['src/core/', ...libraries.map((name) => `node_modules/${name}/`)].some((home) => input.startsWith(home)),
    );
    assert.deepEqual(strangers, []);
  });

  it('forbids imports from the core to other folders, even of types', () => {
    for (const file of coreFiles) {
      for (const target of importsOf(file)) {
        const isInCore =
          target.startsWith('.') && path.posix.join(path.posix.dirname(file), target).startsWith('src/core/');
        assert.ok(isInCore || libraries.includes(target), `${file} imports ${target}`);
      }
    }
  });

  it('has no import cycles, not even of types', () => {
    const imports = new Map(
      filesUnder('src').map((file) => [
        file,
        importsOf(file).flatMap((target) =>
          target.startsWith('.') ? [`${path.posix.join(path.posix.dirname(file), target)}.ts`] : [],
        ),
      ]),
    );
    assert.deepEqual(cyclesIn(imports), []);
  });

  it('forbids imports from the platform to the editor', () => {
    for (const file of filesUnder('src', 'platform')) {
      for (const target of importsOf(file)) {
        assert.ok(target !== 'vscode' && !target.includes('/editor/'), `${file} imports ${target}`);
      }
    }
  });
});

/** The imports of a file, including types. */
function importsOf(file: string): string[] {
  const text = fs.readFileSync(inRepo(file), 'utf8');
  return ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName);
}

/** The cycles of an import graph, each as a list of its files. */
function cyclesIn(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]): void => {
    const start = way.indexOf(file);
    if (start !== -1) {
      cycles.push([...way.slice(start), file].join(' -> '));
    } else if (!done.has(file)) {
      for (const target of imports.get(file) ?? []) {
        visit(target, [...way, file]);
      }
      done.add(file);
    }
  };
  for (const file of imports.keys()) {
    visit(file, []);
  }
  return cycles;
}
