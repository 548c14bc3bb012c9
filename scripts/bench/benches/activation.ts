import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Comparison, Findings } from '../figures';
import { compare, inTurns } from '../measure';

const rounds = 40;
const warmUp = 5;

/** The least that VS Code takes for an extension. */
const emptyExtension = `'use strict';\nexports.activate = function activate() {};\n`;

interface Timing {
  load: number;
  activate: number;
  /** The time to load the code that runs right after the activation; 0 if there is none. */
  rest: number;
}

interface ExtensionModule {
  activate(context: vscode.ExtensionContext): unknown;
}

/**
 * Loads and activates the built extension as the editor does (`require` of its file, then `activate`), against an
 * extension that does nothing. Measured here, since the editor's clock counts whole milliseconds.
 *
 * Neither Node nor V8 may know the code from the round before, so each round gets a copy of the files with a path and
 * a different text. The copies lie in the extension that this window has, and so get its `vscode`.
 *
 * @param context the editor's own, of that extension
 * @param dist the folder with the built files
 */
export async function benchActivation(context: vscode.ExtensionContext, dist: string): Promise<Findings> {
  const timings = { ours: [] as Timing[], empty: [] as Timing[] };
  const built = fs.readdirSync(dist).filter((file) => file.endsWith('.js'));
  const oursOf = (file: string): string => fs.readFileSync(path.join(dist, file), 'utf8');
  const files = Object.fromEntries(built.map((file) => [file, oursOf(file)]));

  const result = await inTurns(
    rounds,
    warmUp,
    async (round) => {
      const timing = await loadAndActivate(context, `ours-${round}`, files);
      if (round >= warmUp) timings.ours.push(timing);
      return timing.load + timing.activate;
    },
    async (round) => {
      const timing = await loadAndActivate(context, `empty-${round}`, { 'extension.js': emptyExtension });
      if (round >= warmUp) timings.empty.push(timing);
      return timing.load + timing.activate;
    },
  );

  const figure = { baselineName: 'an empty extension', unit: 'ms' } as const;
  const part = (name: keyof Timing): Comparison =>
    compare(
      timings.ours.map((timing) => timing[name]),
      timings.empty.map((timing) => timing[name]),
    );
  return {
    figures: [
      {
        name: `Load and activate, VS Code ${vscode.version}`,
        ...result,
        ...figure,
        goal: { what: 'ratio', atMost: 8 },
      },
      { name: '  of that, load code', ...part('load'), ...figure },
      { name: '  of that, call activate', ...part('activate'), ...figure },
      { name: 'Load the rest, right after', ...part('rest'), ...figure, baselineName: 'nothing' },
    ],
    remarks: ['Nothing is awaited while the extension activates: activate() returned undefined every time.'],
  };
}

/** @throws when `activate` gives something back, since the editor may then have to wait for it. */
async function loadAndActivate(
  realContext: vscode.ExtensionContext,
  name: string,
  files: Readonly<Record<string, string>>,
): Promise<Timing> {
  const dir = path.join(realContext.extensionPath, 'copies', name);
  fs.mkdirSync(dir, { recursive: true });
  for (const [file, text] of Object.entries(files)) fs.writeFileSync(path.join(dir, file), `// ${name}\n${text}`);
  const main = path.join(dir, 'extension.js');
  const load = createRequire(main);
  const subscriptions: vscode.Disposable[] = [];
  const context = Object.create(realContext, { subscriptions: { value: subscriptions } }) as vscode.ExtensionContext;

  const start = performance.now();
  const extension = load(main) as ExtensionModule;
  const loaded = performance.now();
  const returned = extension.activate(context);
  const activated = performance.now();

  const app = path.join(dir, 'app.js');
  if (fs.existsSync(app)) load(app);
  const rested = performance.now();

  if (returned !== undefined) throw new Error(`activate() returned ${typeof returned} instead of nothing`);
  // What activation has set going comes to its end outside of what is measured.
  await delay(50);
  for (const disposable of subscriptions.reverse()) disposable.dispose();
  fs.rmSync(dir, { recursive: true });
  await delay(20);
  return { load: loaded - start, activate: activated - loaded, rest: rested - activated };
}
