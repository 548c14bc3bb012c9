import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import * as os from 'node:os';
import * as path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import ts from 'typescript';
import { inRepo, repoRoot } from '../../scripts/lib/paths';
import { makeTempDir } from '../../scripts/lib/tempDir';
import { packageExtension } from '../../scripts/lib/vsix';
import type { ReadWords } from '../../src/core/common/parseDate';
import { manifest } from './support/manifest';
import { descendants, parseText } from './support/source';
import { readZip } from './support/zip';

const kilobyte = 1024;

describe('The package', () => {
  let size: number;
  let files: ReadonlyMap<string, Buffer>;
  const textOf = (name: string): string => files.get(name)?.toString('utf8') ?? assert.fail(`${name} is missing`);
  const scripts = (): string[] => [...files.keys()].filter((name) => /\.[cm]?js$/.test(name));

  before(async function () {
    this.timeout(120_000);
    const archive = fs.readFileSync(process.env['SYNC_BATCHES_VSIX'] ?? (await packageExtension()));
    size = archive.length;
    files = readZip(archive);
  });

  it('contains these files and no others', () => {
    // Shared chunks are named after their content.
    const names = [...files.keys()].map((name) => name.replace(/-[0-9A-Z]{8}\.js$/, '-*.js'));
    assert.deepEqual([...new Set(names)].sort(), [
      '[Content_Types].xml',
      'extension.vsixmanifest',
      'extension/LICENSE.txt',
      'extension/changelog.md',
      'extension/dist/app.js',
      'extension/dist/batchFiles.js',
      'extension/dist/commands.js',
      'extension/dist/extension.js',
      'extension/dist/naturalDates.js',
      'extension/dist/nodeTransport.js',
      'extension/dist/openResultsTabs.js',
      'extension/dist/resultsPage.css',
      'extension/dist/resultsPage.js',
      'extension/dist/shared-*.js',
      'extension/media/activity-bar.svg',
      'extension/media/icon.png',
      'extension/media/results-dark.svg',
      'extension/media/results-light.svg',
      'extension/package.json',
      'extension/package.nls.json',
      'extension/readme.md',
    ]);
  });

  it('is at most 280 KB without translations, and each language at most 30 KB', () => {
    const languages = [...files].filter(([name]) => /\/(?:package\.nls|bundle\.l10n)\.[\w-]+\.json$/.test(name));
    const bytesByLanguage = new Map<string, number>();
    for (const [name, content] of languages) {
      const language = name.replace(/^.*(?:nls|l10n)\./, '');
      bytesByLanguage.set(language, (bytesByLanguage.get(language) ?? 0) + deflateRawSync(content).length);
    }
    const translations = [...bytesByLanguage.values()].reduce((sum, bytes) => sum + bytes, 0);
    assert.ok(size - translations <= 280 * kilobyte, `the package has ${size} bytes, ${translations} of translations`);
    for (const [language, bytes] of bytesByLanguage) {
      assert.ok(bytes <= 30 * kilobyte, `${language} has ${bytes} bytes`);
    }
  });

  it('loads at most 160 KB of code at start, and at most 110 KB more for each part that it loads later', () => {
    const start = withWhatTheyRequire('extension/dist/extension.js', 'extension/dist/app.js');
    assertBytes(start, 160 * kilobyte);
    const parts = scripts().filter((name) => !start.includes(name) && !/\/(?:shared-\w+|resultsPage)\.js$/.test(name));
    assert.ok(parts.includes('extension/dist/commands.js'), parts.join(', '));
    for (const part of [...parts.map((name) => withWhatTheyRequire(name)), ['extension/dist/resultsPage.js']]) {
      assertBytes(
        part.filter((name) => !start.includes(name)),
        110 * kilobyte,
      );
    }
  });

  it('has a README without links to missing files, and a manifest without development entries', () => {
    const readme = textOf('extension/readme.md');
    assert.deepEqual(
      [...readme.matchAll(/\]\(([^)]*)\)/g)]
        .map(([, target]) => target)
        .filter((target) => !/^(?:https:|#)/.test(target ?? '')),
      [],
    );
    assert.doesNotMatch(readme, /<picture|<img|<!--|npm (?:ci|test|start)/);
    assert.match(readme, /^# Batches for sync\.so/);
    const packed = JSON.parse(textOf('extension/package.json')) as Record<string, unknown>;
    for (const name of ['scripts', 'dependencies', 'devDependencies']) {
      assert.equal(packed[name], undefined, name);
    }
  });

  it('has the name and version of package.json', () => {
    const { name, publisher, version, engines } = manifest;
    const identity = /<Identity [^>]*>/.exec(textOf('extension.vsixmanifest'))?.[0] ?? '';
    assert.match(identity, new RegExp(`Id="${name}"`));
    assert.match(identity, new RegExp(`Publisher="${publisher}"`));
    assert.match(identity, new RegExp(`Version="${version.replaceAll('.', '\\.')}"`));
    const engine = `Id="Microsoft.VisualStudio.Code.Engine" Value="${engines['vscode']}"`;
    assert.ok(textOf('extension.vsixmanifest').includes(engine), engine);
  });

  it('has the files that its package.json refers to', () => {
    const packed = JSON.parse(textOf('extension/package.json')) as typeof manifest;
    const { views, viewsContainers } = packed.contributes;
    const icons = [...Object.values(viewsContainers).flat(), ...Object.values(views).flat()].map(({ icon }) => icon);
    for (const file of [packed.main, packed.icon, ...icons]) {
      assert.ok(files.has(path.posix.join('extension', file)), file);
    }
  });

  it('has no source maps, packages, tests or documentation', () => {
    for (const name of files.keys()) {
      assert.doesNotMatch(name, /\.map$|node_modules|\.test\.|\b(?:test|docs)\//);
    }
    for (const name of [...scripts(), 'extension/dist/resultsPage.css']) {
      assert.doesNotMatch(textOf(name), /sourceMappingURL|node_modules/, name);
    }
  });

  it('has nothing of the simulator', () => {
    // Texts that only the simulator has. Each one must occur in its sources, so that none gets out of date.
    const marks = ['/_simulator/', 'test-key', 'batch_abc123', 'media.example.test'];
    const simulator = fs
      .readdirSync(inRepo('test', 'simulator'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => fs.readFileSync(inRepo('test', 'simulator', file), 'utf8'))
      .join('\n');
    for (const mark of marks) {
      assert.ok(simulator.includes(mark), `the simulator has no "${mark}" any more`);
      for (const name of scripts()) assert.ok(!textOf(name).includes(mark), `${name} has "${mark}" in it`);
    }
  });

  it('reveals nothing about the build machine', () => {
    const places = [repoRoot, os.homedir(), os.tmpdir()].map((folder) => folder + path.sep);
    // Unchanged, and escaped as in a string on Windows.
    const forms = places.flatMap((place) => [place, place.replaceAll('\\', '\\\\'), place.replaceAll('\\', '/')]);
    for (const [name, content] of files) {
      const text = content.toString('latin1');
      for (const form of forms) assert.ok(!text.includes(form), `${name} has ${form} in it`);
      assert.doesNotMatch(text, /\/(?:home|Users)\/\w+\/|\b[A-Z]:\\+Users\\|file:\/\/\/\w/, name);
    }
  });

  it('requires only VS Code, itself and Node built-ins', () => {
    const known = new Set(['vscode', ...builtinModules, ...builtinModules.map((name) => `node:${name}`)]);
    for (const name of scripts()) {
      const isThere = (module: string): boolean =>
        module.startsWith('./') ? files.has(path.posix.join(path.posix.dirname(name), module)) : known.has(module);
      const missing = modulesOf(parseText(name, textOf(name))).filter((module) => !isThere(module));
      assert.deepEqual(missing, [], name);
    }
  });

  it('has code that loads, with the exports that VS Code calls', () => {
    const folder = makeTempDir('syncb-package');
    try {
      unpack(folder.path);
      // Replaces the `vscode` module, which is not used before `activate` is called.
      const stub = path.join(folder.path, 'node_modules', 'vscode');
      fs.mkdirSync(stub, { recursive: true });
      fs.writeFileSync(path.join(stub, 'index.js'), '');
      const main = path.join(folder.path, 'extension', manifest.main);
      const extension = createRequire(main)(main) as Record<string, unknown>;
      assert.equal(typeof extension['activate'], 'function');
      // Loaded right after activation, so it must load on its own.
      const app = createRequire(main)('./app.js') as Record<string, unknown>;
      assert.equal(typeof app['start'], 'function');
    } finally {
      folder.remove();
    }
  });

  it('has a reader of dates that works by itself', () => {
    const folder = makeTempDir('syncb-package');
    try {
      unpack(folder.path);
      const file = path.join(folder.path, 'extension', 'dist', 'naturalDates.js');
      const { parseNaturalDate } = createRequire(file)(file) as { parseNaturalDate: ReadWords };
      const [match] = parseNaturalDate('3 days ago', new Date(2026, 10, 24, 12));
      assert.deepEqual(match?.date, new Date(2026, 10, 21, 12));
    } finally {
      folder.remove();
    }
  });

  /** Scripts and their static imports, without those that they load later with `import()`. */
  function withWhatTheyRequire(...entries: readonly string[]): string[] {
    const found = new Set(entries);
    for (const name of found) {
      modulesOf(parseText(name, textOf(name)), 'require')
        .filter((module) => module.startsWith('./'))
        .forEach((module) => found.add(path.posix.join(path.posix.dirname(name), module)));
    }
    return [...found];
  }

  function assertBytes(names: readonly string[], max: number): void {
    const sizes = names.map((name) => [name, Buffer.byteLength(textOf(name))] as const);
    const bytes = sizes.reduce((sum, [, each]) => sum + each, 0);
    assert.ok(bytes <= max, `${bytes} bytes: ${sizes.join(', ')}`);
  }

  function unpack(folder: string): void {
    for (const [name, content] of files) {
      const file = path.join(folder, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, content);
    }
  }
});

/** The modules that a script loads with `require` or `import()`. A name that is not a literal counts as its source text. */
function modulesOf(script: ts.SourceFile, how: 'require' | 'both' = 'both'): string[] {
  return [...descendants(script)].flatMap((node) => {
    if (!ts.isCallExpression(node)) return [];
    const isImport = node.expression.kind === ts.SyntaxKind.ImportKeyword && how === 'both';
    const isRequire = ts.isIdentifier(node.expression) && node.expression.text === 'require';
    const [module] = node.arguments;
    if (!(isImport || isRequire) || module === undefined) return [];
    return ts.isStringLiteralLike(module) ? module.text : module.getText();
  });
}
