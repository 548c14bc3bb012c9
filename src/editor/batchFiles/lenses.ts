import * as vscode from 'vscode';
import type { Disposable } from '../../core/common/emitter';
import { summaryText } from './text/batchFiles';
import { toProblems } from './documents';
import type { OpenFiles } from './openFiles';

/** The CodeLenses above a batch file: the result of the check, and the commands for the file. */
export class Lenses implements vscode.CodeLensProvider, Disposable {
  private readonly changes = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changes.event;
  private readonly subscription: Disposable;
  /** The title of the first lens of each document, by URI. */
  private readonly titles = new Map<string, string | undefined>();

  constructor(private readonly files: OpenFiles) {
    this.subscription = files.onDidChange(() => this.refresh());
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const summary = this.summaryCommand(document);
    this.titles.set(document.uri.toString(), summary?.title);
    if (summary === undefined) {
      return [];
    }
    const top = new vscode.Range(0, 0, 0, 0);
    const lens = (command: string, title: string, tooltip: string): vscode.CodeLens =>
      new vscode.CodeLens(top, { command, title, tooltip, arguments: [document.uri] });
    return [
      new vscode.CodeLens(top, { arguments: [document.uri], ...summary }),
      lens('syncBatches.validateFile', vscode.l10n.t('Validate'), vscode.l10n.t('Check the file on your computer')),
      lens(
        'syncBatches.dryRun',
        vscode.l10n.t('Dry Run'),
        vscode.l10n.t('Let sync.so check the file without creating a batch'),
      ),
      lens(
        'syncBatches.estimateCost',
        vscode.l10n.t('Estimate Cost'),
        vscode.l10n.t('Ask sync.so what the requests cost'),
      ),
      lens(
        'syncBatches.submitFile',
        vscode.l10n.t('Submit…'),
        vscode.l10n.t('Create a batch from the file. You are asked first.'),
      ),
    ];
  }

  dispose(): void {
    this.subscription.dispose();
    this.changes.dispose();
  }

  /** Refreshes the lenses only if their titles change, because a refresh flickers. */
  private refresh(): void {
    const open = new Map(vscode.workspace.textDocuments.map((document) => [document.uri.toString(), document]));
    let isOutdated = false;
    for (const [key, title] of this.titles) {
      const document = open.get(key);
      if (document === undefined) {
        this.titles.delete(key);
      } else {
        isOutdated ||= this.summaryCommand(document)?.title !== title;
      }
    }
    if (isOutdated) {
      this.changes.fire();
    }
  }

  private summaryCommand(document: vscode.TextDocument): vscode.Command | undefined {
    const file = this.files.get(document);
    if (file === undefined) {
      return undefined;
    }
    if (!file.isChecked) {
      return { command: '', title: this.titles.get(document.uri.toString()) ?? vscode.l10n.t('Checking…') };
    }
    const { summary } = file.checked;
    const { errors, warnings } = summary;
    const title = summaryText(summary);
    return errors + warnings === 0
      ? { command: '', title: `$(check) ${title}` }
      : {
          command: 'syncBatches.validateFile',
          title: `${errors > 0 ? '$(error)' : '$(warning)'} ${title}`,
          tooltip: vscode.l10n.t('Go to the first problem'),
          arguments: [document.uri, toProblems],
        };
  }
}
