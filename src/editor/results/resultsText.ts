import * as vscode from 'vscode';
import type { ResultFiles } from '../../core/results/resultFiles';

const scheme = 'sync-batches-results';

/** Where the result file of a batch is found as a text document. Named so that the tab says which one it is. */
export function resultsUri(batchId: string): vscode.Uri {
  return vscode.Uri.from({ scheme, path: `/${encodeURIComponent(batchId)}.jsonl` });
}

/**
 * Has a document with the results of a batch show the file that is kept now. What fills the document is part of the file that
 * is loaded at the activation: the rest meets it where the editor is asked for the file.
 */
export async function refreshResultsText(batchId: string): Promise<void> {
  try {
    await vscode.workspace.fs.stat(resultsUri(batchId));
  } catch {
    // It could not be kept: there is nothing newer to show.
  }
}

/** Closes all documents with results. */
export async function closeResultsTexts(): Promise<void> {
  const tabs = vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(({ input }) => input instanceof vscode.TabInputText && input.uri.scheme === scheme);
  if (tabs.length > 0) {
    await vscode.window.tabGroups.close(tabs, true);
  }
}

/**
 * The kept result files as documents that can be read and searched, and not be changed. A file system and not a mere
 * provider of texts, since those are not asked for again when a window was reloaded, and hold no large file.
 */
export class ResultsText implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.changes.event;
  private readonly registration: vscode.Disposable;
  /** When each file that was looked at was kept, by address, in milliseconds since 1970. */
  private readonly seen = new Map<string, number>();

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
    const kept = await (await this.files()).cached(batchIdOf(uri));
    if (kept === undefined) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    this.notice(uri, kept.cachedAt);
    return { type: vscode.FileType.File, ctime: kept.cachedAt, mtime: kept.cachedAt, size: kept.bytes };
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

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    this.registration.dispose();
    this.changes.dispose();
  }

  /** Tells documents that show the file when it is not the one that was seen last. */
  private notice(uri: vscode.Uri, cachedAt: number): void {
    const name = uri.toString();
    const before = this.seen.get(name);
    this.seen.set(name, cachedAt);
    if (before !== undefined && before !== cachedAt) {
      this.changes.fire([{ type: vscode.FileChangeType.Changed, uri }]);
    }
  }
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
