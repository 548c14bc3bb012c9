import type * as vscode from 'vscode';

/**
 * A change of whole lines: the `removed` lines at `line` became the `inserted` lines at `newLine`. `line` refers to the text
 * before all edits of the event, `newLine` to the text after them. Edits are sorted and don't overlap.
 */
export interface LineEdit {
  readonly line: number;
  readonly removed: number;
  readonly newLine: number;
  readonly inserted: number;
}

/**
 * Converts the changes of one event to edits of lines. The ranges of the changes refer to the text before the event, and
 * several changes can affect the same line.
 */
export function lineEditsOf(
  changes: readonly Pick<vscode.TextDocumentContentChangeEvent, 'range' | 'text'>[],
): LineEdit[] {
  const sorted = changes
    .map(({ range, text }) => {
      const from = range.start.line;
      const to = range.end.line;
      return { from, to, added: lineBreaksIn(text) - (to - from), column: range.start.character };
    })
    .sort((a, b) => a.from - b.from || a.column - b.column);
  const merged: { from: number; to: number; added: number }[] = [];
  for (const { from, to, added } of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last.to) {
      last.to = Math.max(last.to, to);
      last.added += added;
    } else {
      merged.push({ from, to, added });
    }
  }
  let moved = 0;
  return merged.map(({ from, to, added }) => {
    const removed = to - from + 1;
    const edit = { line: from, removed, newLine: from + moved, inserted: removed + added };
    moved += added;
    return edit;
  });
}

/** Counts line breaks as VS Code does: CRLF is one. */
function lineBreaksIn(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}
