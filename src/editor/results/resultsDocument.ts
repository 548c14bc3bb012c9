import * as vscode from 'vscode';
import type { ResultFiles } from '../../core/results/resultFiles';

const scheme = 'sync-batches-results';

/** @returns the URI of the result file of a batch as a text document. Its name is the title of the tab. */
export function resultsUri(batchId: string): vscode.Uri {
  return vscode.Uri.from({ scheme, path: `/${encodeURIComponent(batchId)}.jsonl` });
}

/**
 * Makes an open document with the results of a batch show the current cached file. {@link ResultsDocuments} is in the bundle
 * that is loaded at startup, and this code is not. So it calls `stat` through VS Code, which makes `ResultsDocuments` notice.
 */
export async function refreshResultsDocument(batchId: string): Promise<void> {
  try {
    await vscode.workspace.fs.stat(resultsUri(batchId));
  } catch {
    // The file could not be cached, so there is nothing newer to show.
  }
}

/** Closes all documents with results. */
export async function closeResultsDocuments(): Promise<void> {
  const tabs = vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(({ input }) => input instanceof vscode.TabInputText && input.uri.scheme === scheme);
  if (tabs.length > 0) {
    await vscode.window.tabGroups.close(tabs, true);
  }
}

/**
 * Shows cached result files as read-only documents. It is a file system and not a `TextDocumentContentProvider`, because
 * VS Code does not ask a content provider again after a window reload, and does not support large files with it.
 */
export class ResultsDocuments implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.changes.event;
  private readonly registration: vscode.Disposable;
  /** The time in milliseconds since 1970 when each file was cached, by URI. */
  private readonly cachedAtByUri = new Map<string, number>();

  constructor(private readonly files: () => Promise<ResultFiles>) {
    this.registration = vscode.workspace.registerFileSystemProvider(scheme, this, {
      isReadonly: true,
      isCaseSensitive: true,
    });
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const file = await (await this.files()).cached(batchIdOf(uri));
    if (file === undefined) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    this.fireIfChanged(uri, file.cachedAt);
    return { type: vscode.FileType.File, ctime: file.cachedAt, mtime: file.cachedAt, size: file.bytes };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const content = await (await this.files()).content(batchIdOf(uri));
    if (content === undefined) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    return content;
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  readonly createDirectory = refuse;
  readonly writeFile = refuse;
  readonly delete = refuse;
  readonly rename = refuse;

  dispose(): void {
    this.registration.dispose();
    this.changes.dispose();
  }

  /** Notifies open documents if the file was cached again since the last call. */
  private fireIfChanged(uri: vscode.Uri, cachedAt: number): void {
    const key = uri.toString();
    const before = this.cachedAtByUri.get(key);
    this.cachedAtByUri.set(key, cachedAt);
    if (before !== undefined && before !== cachedAt) {
      this.changes.fire([{ type: vscode.FileChangeType.Changed, uri }]);
    }
  }
}

function refuse(uri: vscode.Uri): never {
  throw vscode.FileSystemError.NoPermissions(uri);
}

function batchIdOf(uri: vscode.Uri): string {
  const name = /^\/(.+)\.jsonl$/.exec(uri.path)?.[1];
  if (name === undefined) {
    throw vscode.FileSystemError.FileNotFound(uri);
  }
  try {
    return decodeURIComponent(name);
  } catch {
    throw vscode.FileSystemError.FileNotFound(uri);
  }
}
