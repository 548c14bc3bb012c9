/** The benches that run inside the extension host, bundled and called by the editor (see `window.ts`). */
import * as fs from 'node:fs';
import * as vscode from 'vscode';
import { benchActivation } from './benches/activation';
import { benchChangedRow } from './benches/changedRow';
import { benchFirstRow } from './benches/firstRow';
import { benchTreeItems } from './benches/treeItems';
import type { Findings } from './figures';

const batchCount = 10_000;

/** What the benches found; or what went wrong, since nobody outside sees the error that `run` ends with. */
export type WindowResults = { diagnostics: Findings } | { error: string };

export async function run(): Promise<void> {
  let results: WindowResults;
  try {
    results = { diagnostics: await runAll() };
  } catch (error) {
    results = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  fs.writeFileSync(process.env['RESULTS_FILE'] ?? '', JSON.stringify(results));
}

async function runAll(): Promise<Findings> {
  const { BENCH_EXTENSION, BENCH_DIST } = process.env;
  const extension = vscode.extensions.getExtension<vscode.ExtensionContext>(BENCH_EXTENSION ?? '');
  if (extension === undefined) throw new Error(`The extension ${BENCH_EXTENSION} is not in this window`);
  const context = await extension.activate();
  // First, since the editor is still letting go of the many views of the activations long after.
  const firstRow = await benchFirstRow(context, BENCH_DIST ?? '');
  const { figures, remarks } = await benchActivation(context, BENCH_DIST ?? '');
  return {
    figures: [...figures, ...firstRow, await benchTreeItems(batchCount), await benchChangedRow(batchCount)],
    remarks,
  };
}
