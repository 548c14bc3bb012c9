/**
 * Runs the suites of this folder inside the extension host. VS Code calls `run`, both for the launcher of
 * `npm run test:host` and for `@vscode/test-electron` (`npm run test:desktop`).
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';
import SpecAndResults from '../../scripts/results/mochaReporter';
import { mapStack } from './stacks';
import { chosenSuites } from './suiteNames';

export async function run(): Promise<void> {
  // `mapStack` needs it, and it must be on before the bundles are loaded.
  process.setSourceMapsEnabled(true);
  markConsole(process.env['HOST_SUITE_MARK'] ?? '');
  const mocha = new Mocha({
    ui: 'bdd',
    color: false,
    // A loaded machine with two slow cores needs this long to open a window.
    timeout: 30_000,
    slow: 2_000,
    reporter: SpecAndResults,
  });
  const grep = process.env['HOST_SUITE_GREP'];
  if (grep !== undefined && grep !== '') mocha.fgrep(grep);
  for (const name of chosenSuites(findSuites(), names('HOST_SUITE_ONLY'), names('HOST_SUITE_SKIP'))) {
    mocha.addFile(path.join(__dirname, `${name}.test.js`));
  }
  const failures = await new Promise<number>((resolve) => {
    mocha.run(resolve).prependListener('fail', (_test, error: unknown) => {
      if (error instanceof Error && error.stack !== undefined) error.stack = mapStack(error.stack);
    });
  });
  if (failures > 0) throw new Error(`${failures} tests failed`);
}

/** The names of all suites: their paths below this folder without `.test.js`. */
function findSuites(): readonly string[] {
  const ending = '.test.js';
  return fs
    .readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length).split(path.sep).join('/'))
    .sort();
}

/** The names in a variable, separated by commas. */
function names(variable: string): readonly string[] {
  return (process.env[variable] ?? '').split(',').filter((name) => name !== '');
}

/** Marks our output, so that a launcher can tell it from the workbench's own messages. */
function markConsole(mark: string): void {
  if (mark === '') return;
  const print = console.log.bind(console);
  const marked = (...args: unknown[]): void => print(mark + format(...args));
  Object.assign(console, { log: marked, info: marked, warn: marked, error: marked });
  Object.assign(Mocha.reporters.Base, { consoleLog: marked });
}
