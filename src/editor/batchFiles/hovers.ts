import * as vscode from 'vscode';
import { fieldAt } from '../../core/batchFile/completion/completion';
import { fieldFactsText, fieldText, valueText } from './text/fields';
import { codeSpan } from '../shared/plainText';
import type { OpenFiles } from './openFiles';

/** What a field means, over its name and its value. */
export class Hovers implements vscode.HoverProvider {
  constructor(private readonly files: OpenFiles) {}

  provideHover(document: vscode.TextDocument, { line, character }: vscode.Position): vscode.Hover | undefined {
    if (this.files.get(document) === undefined) {
      return undefined;
    }
    const found = fieldAt(document.lineAt(line).text, character);
    const meaning = found === undefined ? undefined : fieldText(found.path);
    if (found === undefined || meaning === undefined) {
      return undefined;
    }
    const { path, span, value } = found;
    const aboutValue = typeof value === 'string' ? valueText(path, value) : undefined;
    const parts = [codeSpan(path), ...[meaning, fieldFactsText(path).join(' '), aboutValue].map(escaped)];
    const text = new vscode.MarkdownString(parts.filter((each) => each !== '').join('\n\n'));
    return new vscode.Hover(text, new vscode.Range(line, span.start, line, span.end));
  }
}

function escaped(text: string | undefined): string {
  return new vscode.MarkdownString().appendText(text ?? '').value;
}
