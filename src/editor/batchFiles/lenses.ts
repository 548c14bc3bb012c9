import * as vscode from 'vscode';
import type { Disposable } from '../../core/common/emitter';
import { checkingText, lensLabels, lensTooltips, summaryText } from './text/batchFiles';
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
    const labels = lensLabels();
    const tooltips = lensTooltips();
    const commands: vscode.Command[] = [
      summary,
      { command: 'syncBatches.validateFile', title: labels.validate, tooltip: tooltips.validate },
      { command: 'syncBatches.dryRun', title: labels.dryRun, tooltip: tooltips.dryRun },
      { command: 'syncBatches.estimateCost', title: labels.estimateCost, tooltip: tooltips.estimateCost },
      { command: 'syncBatches.submitFile', title: labels.submit, tooltip: tooltips.submit },
    ];
    const top = new vscode.Range(0, 0, 0, 0);
    return commands.map((command) => new vscode.CodeLens(top, { arguments: [document.uri], ...command }));
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
      return { command: '', title: this.titles.get(document.uri.toString()) ?? checkingText() };
    }
    const { errors, warnings } = file.summary;
    const title = summaryText(file.summary);
    return errors + warnings === 0
      ? { command: '', title: `$(check) ${title}` }
      : {
          command: 'syncBatches.validateFile',
          title: `${errors > 0 ? '$(error)' : '$(warning)'} ${title}`,
          tooltip: lensTooltips().toProblems,
          arguments: [document.uri, toProblems],
        };
  }
}
