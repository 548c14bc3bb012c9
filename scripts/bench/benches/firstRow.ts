import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { replaceMember } from '../../../test/host/support/replace';
import { demoBatches } from '../../../test/simulator/demoData';
import { startSimulator } from '../../../test/simulator/simulator';
import type { Figure } from '../figures';
import { inTurns } from '../measure';

const viewId = 'syncBatches.batches';
const key = 'bench-key';
const rounds = 10;
const warmUp = 2;
const longestMs = 30_000;
/** The editor takes a while to let go of a view: one that is made too soon is taken away with the last one. */
const viewGoneMs = 1_000;
/** How long the simulated server takes for an answer. */
const answerMs = 300;

/** The least that a view with something in it takes. */
const oneRow = `
const vscode = require('vscode');
exports.activate = (context) => {
  const treeDataProvider = { getChildren: (node) => (node ? [] : ['row']), getTreeItem: (node) => new vscode.TreeItem(node) };
  context.subscriptions.push(vscode.window.createTreeView('${viewId}', { treeDataProvider }));
};
`;

/**
 * How long it takes from opening the view, which has the extension loaded and activated, until the editor is given the
 * first row of a batch: at a first start, and with the list that an earlier start has stored.
 *
 * @param context the editor's own, of the extension that this window has
 * @param dist the folder with the built files
 */
export async function benchFirstRow(context: vscode.ExtensionContext, dist: string): Promise<Figure[]> {
  const simulator = await startSimulator({ keys: [key], batches: demoBatches(Date.now()) });
  simulator.faults.add({ effect: { kind: 'delay', ms: answerMs } });
  const settings = vscode.workspace.getConfiguration('syncBatches');
  await settings.update('apiBaseUrl', simulator.url, vscode.ConfigurationTarget.Global);
  process.env['SYNC_API_KEY'] = key;
  const built = fs.readdirSync(dist).filter((file) => file.endsWith('.js'));
  const files = Object.fromEntries(built.map((file) => [file, fs.readFileSync(path.join(dist, file), 'utf8')]));
  const storage = path.join(context.extensionPath, 'storage');
  await delay(viewGoneMs);
  let count = 0;
  const ours = (): Promise<number> => openView(context, `first-${++count}`, files, storage);
  const baseline = (): Promise<number> => openView(context, `first-${++count}`, { 'extension.js': oneRow }, storage);
  try {
    const withStored = await inTurns(rounds, warmUp, ours, baseline);
    const without = await inTurns(
      rounds,
      warmUp,
      () => {
        fs.rmSync(storage, { recursive: true, force: true });
        return ours();
      },
      baseline,
    );
    const figure = { baselineName: 'a view of one fixed row', unit: 'ms' } as const;
    return [
      { name: 'View opened to first row, list stored', ...withStored, ...figure },
      { name: `  nothing stored, answer after ${answerMs} ms`, ...without, ...figure },
    ];
  } finally {
    delete process.env['SYNC_API_KEY'];
    await settings.update('apiBaseUrl', undefined, vscode.ConfigurationTarget.Global);
    await simulator.stop();
  }
}

async function openView(
  realContext: vscode.ExtensionContext,
  name: string,
  files: Readonly<Record<string, string>>,
  storage: string,
): Promise<number> {
  const dir = path.join(realContext.extensionPath, 'copies', name);
  fs.mkdirSync(dir, { recursive: true });
  for (const [file, text] of Object.entries(files)) fs.writeFileSync(path.join(dir, file), `// ${name}\n${text}`);
  const main = path.join(dir, 'extension.js');
  const load = createRequire(main);
  const subscriptions: vscode.Disposable[] = [];
  const context = Object.create(realContext, {
    subscriptions: { value: subscriptions },
    globalStorageUri: { value: vscode.Uri.file(storage) },
  }) as vscode.ExtensionContext;
  await vscode.commands.executeCommand('workbench.view.explorer');

  const start = performance.now();
  const drawn = new Promise<number>((resolve, reject) => {
    const giveUp = setTimeout(() => reject(new Error('No row was drawn')), longestMs);
    const restore = onRow(() => {
      clearTimeout(giveUp);
      restore();
      resolve(performance.now() - start);
    });
  });
  (load(main) as { activate(context: vscode.ExtensionContext): void }).activate(context);
  void vscode.commands.executeCommand(`${viewId}.focus`);
  const ms = await drawn;

  // The list is stored a little after it was drawn, and the view comes to rest.
  await delay(500);
  for (const disposable of subscriptions.reverse()) disposable.dispose();
  fs.rmSync(dir, { recursive: true });
  await delay(viewGoneMs);
  return ms;
}

/** Calls back each time a tree view is asked for a row that is no group. Returns what ends that. */
function onRow(listener: () => void): () => void {
  const { createTreeView } = vscode.window;
  return replaceMember(vscode.window, 'createTreeView', (id, options) => {
    const { treeDataProvider } = options;
    const getTreeItem = treeDataProvider.getTreeItem.bind(treeDataProvider);
    treeDataProvider.getTreeItem = (node) => {
      if ((node as { kind?: unknown }).kind !== 'group') listener();
      return getTreeItem(node);
    };
    return createTreeView(id, options);
  });
}
