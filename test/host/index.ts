/**
 * Runs all suites of this folder inside the extension host. VS Code calls `run` for every launcher alike: the one of
 * `npm run test:host` and `@vscode/test-electron` (`npm run test:desktop`).
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';
import SpecAndResults from '../../scripts/results/mochaReporter';
import { mapStack } from './stacks';

export async function run(): Promise<void> {
  // For `mapStack`. It has to be on before the bundles are loaded.
  process.setSourceMapsEnabled(true);
  markConsole(process.env['HOST_SUITE_MARK'] ?? '');
  const mocha = new Mocha({
    ui: 'bdd',
    color: false,
    // A loaded machine with two slow cores takes its time, and a window has to come up.
    timeout: 30_000,
    slow: 2_000,
    reporter: SpecAndResults,
  });
  const grep = process.env['HOST_SUITE_GREP'];
  if (grep !== undefined && grep !== '') mocha.fgrep(grep);
  const [only, skipped] = [names('HOST_SUITE_ONLY'), names('HOST_SUITE_SKIP')];
  for (const file of fs.readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).sort()) {
    const name = path.basename(file, '.test.js');
    if (file.endsWith('.test.js') && (only.length === 0 || only.includes(name)) && !skipped.includes(name)) {
      mocha.addFile(path.join(__dirname, file));
    }
  }
  const failures = await new Promise<number>((resolve) => {
    mocha.run(resolve).prependListener('fail', (_test, error: unknown) => {
      if (error instanceof Error && error.stack !== undefined) error.stack = mapStack(error.stack);
    });
  });
  if (failures > 0) throw new Error(`${failures} tests failed`);
}

/** The names in a variable, between commas. */
function names(variable: string): readonly string[] {
  return (process.env[variable] ?? '').split(',').filter((name) => name !== '');
}

/** Lets a launcher that sees the workbench's own messages too tell ours from them. */
function markConsole(mark: string): void {
  if (mark === '') return;
  const print = console.log.bind(console);
  const marked = (...args: unknown[]): void => print(mark + format(...args));
  Object.assign(console, { log: marked, info: marked, warn: marked, error: marked });
  Object.assign(Mocha.reporters.Base, { consoleLog: marked });
}
