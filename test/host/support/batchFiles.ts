/** Batch files that are open in an editor. */
import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { BatchFilesHost } from '../../../src/editor/batchFiles/batchFilesInterface';
import { eventually } from './poll';

/** A request without a problem; `change` makes one of it. */
export function requestText(id: string, change: (request: string) => string = (same) => same): string {
  const media = (type: string, ending: string): string =>
    `{"type":"${type}","url":"https://media.example.com/${id}.${ending}"}`;
  const input = `[${media('video', 'mp4')},${media('audio', 'wav')}]`;
  const payload = `{"model":"lipsync-2","input":${input},"options":{"sync_mode":"loop"}}`;
  return change(`{"request_id":"${id}","endpoint":"/v2/generate","payload":${payload}}`);
}

/** A file of so many requests, in which the given lines (from 0) are others. */
export function fileText(count: number, others: Readonly<Record<number, string>> = {}): string {
  return Array.from({ length: count }, (_, line) => `${others[line] ?? requestText(`ep-${line}`)}\n`).join('');
}

/**
 * Shows a text in an editor, as a new file. Not as an unsaved document: those get each other's names, and with the
 * name what the editor has kept of the one before.
 */
export async function openText(content: string, ending = 'jsonl'): Promise<vscode.TextDocument> {
  folder ??= fs.mkdtempSync(path.join(os.tmpdir(), 'syncb-texts-'));
  opened += 1;
  const file = path.join(folder, `text-${opened}.${ending}`);
  fs.writeFileSync(file, content);
  const document = await vscode.workspace.openTextDocument(file);
  await vscode.window.showTextDocument(document, { preview: false });
  return document;
}

let folder: string | undefined;
let opened = 0;

/** Closes what a test has opened, whether it was saved or not. */
export function useClosedEditors(): void {
  afterEach('close all editors', async () => {
    for (const document of vscode.workspace.textDocuments.filter(({ isUntitled }) => isUntitled)) {
      const { end } = document.lineAt(document.lineCount - 1).range;
      // The editor keeps what is not empty, and gives it to the next document of that name.
      await edit(document, (edits, uri) => edits.delete(uri, new vscode.Range(0, 0, end.line, end.character)));
    }
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  after('remove the files', () => {
    if (folder !== undefined) {
      fs.rmSync(folder, { recursive: true, force: true });
      folder = undefined;
    }
  });
}

/** The diagnostics of a document that have this source. */
export function foundIn({ uri }: vscode.TextDocument, source = 'Sync Batches'): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter((each) => each.source === source);
}

/** The code of a diagnostic, without the page it leads to. */
export function codeOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code);
}

/** Where each diagnostic is, its code, and the text that is underlined: "3 unknownModel "lipsnyc-2"". */
export function placesIn(document: vscode.TextDocument, source?: string): string[] {
  return foundIn(document, source)
    .sort((a, b) => a.range.start.compareTo(b.range.start))
    .map((each) => `${each.range.start.line} ${codeOf(each)} ${document.getText(each.range)}`);
}

/** Waits until exactly these diagnostics are shown, in the words of {@link placesIn}. */
export async function eventuallyFound(document: vscode.TextDocument, places: readonly string[]): Promise<void> {
  await eventually(() => assert.deepEqual(placesIn(document), places));
}

/** Edits a document as typing does. */
export async function edit(
  { uri }: vscode.TextDocument,
  act: (edits: vscode.WorkspaceEdit, uri: vscode.Uri) => void,
): Promise<void> {
  const edits = new vscode.WorkspaceEdit();
  act(edits, uri);
  assert.equal(await vscode.workspace.applyEdit(edits), true);
}

/** What batch files need from outside, with nothing behind it. */
export function quietHost(): BatchFilesHost {
  const nothing = { dispose: () => undefined };
  const silent = (): void => undefined;
  return {
    log: { trace: silent, debug: silent, info: silent, warn: silent, error: silent },
    readLimits: () => ({ minLines: 1, maxLines: 500, maxBytes: 5_000_000 }),
    onDidChangeLimits: () => nothing,
    models: () => ['lipsync-2', 'sync-3'],
    onDidChangeModels: () => nothing,
    onUse: silent,
    setIsBatchFile: silent,
  };
}
