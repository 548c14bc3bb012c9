import * as vscode from 'vscode';
import { type Completion, completionsAt } from '../../core/batchFile/completion/completion';
import { fieldsByPath, type ValidationContext } from '../../core/batchFile/schema/requestSchema';
import { fieldFactsText, fieldText, valueText } from './text/fields';
import type { OpenFiles } from './openFiles';

/** Completes fields and known values in the lines of a batch file. */
export class Completions implements vscode.CompletionItemProvider {
  static readonly triggers = ['"', ':', ',', '{', '[', ' '] as const;

  constructor(
    private readonly files: OpenFiles,
    private readonly context: () => ValidationContext,
  ) {}

  provideCompletionItems(
    document: vscode.TextDocument,
    { line, character }: vscode.Position,
  ): vscode.CompletionList | undefined {
    if (this.files.get(document) === undefined) {
      return undefined;
    }
    const { text } = document.lineAt(line);
    const found = completionsAt(text, character, this.context());
    return new vscode.CompletionList(found.map((completion, index) => itemOf(completion, text, line, index)));
  }
}

/** @param index The position in the list of completions. */
function itemOf(completion: Completion, text: string, line: number, index: number): vscode.CompletionItem {
  const { kind, path, label, insert, span } = completion;
  const isField = kind === 'field';
  const item = new vscode.CompletionItem(label, kindOf(completion));
  item.range = new vscode.Range(line, span.start, line, span.end);
  item.insertText = isField ? new vscode.SnippetString(insert) : insert;
  // VS Code compares this with the typed text, which includes the quote.
  item.filterText = text[span.start] === '"' ? JSON.stringify(label) : label;
  item.sortText = String(index).padStart(4, '0');
  const field = fieldsByPath.get(path);
  if (isField && field?.isRequired) {
    item.detail = vscode.l10n.t('required');
  }
  item.documentation = documentationOf(completion);
  if (isField && (field?.format === 'model' || (field?.values?.length ?? 0) > 1)) {
    item.command = { command: 'editor.action.triggerSuggest', title: '' };
  }
  return item;
}

function kindOf({ kind, label, path }: Completion): vscode.CompletionItemKind {
  if (kind === 'value') {
    return vscode.CompletionItemKind.Value;
  }
  return fieldsByPath.get(path)?.name === label
    ? vscode.CompletionItemKind.Property
    : vscode.CompletionItemKind.Snippet;
}

function documentationOf({ kind, path, label }: Completion): vscode.MarkdownString {
  const texts = [valueText(path, label) ?? fieldText(path), ...(kind === 'value' ? [] : fieldFactsText(path))];
  return new vscode.MarkdownString().appendText(texts.filter((each) => each !== undefined).join(' '));
}
