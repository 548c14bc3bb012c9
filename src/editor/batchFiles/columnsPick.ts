import * as vscode from 'vscode';
import { columnFields, type ColumnField, type Mapping } from '../../core/batchFile/newFile/columns';
import { columnFieldText, columnText, createRequestsText } from './text/newFile';
import { withoutIcons } from '../shared/plainText';

interface FieldRow extends vscode.QuickPickItem {
  /** Undefined for the first row, which accepts the mapping. */
  readonly field?: ColumnField;
}

/**
 * Lets the user change which column is used for which field. The first row accepts the mapping, so Enter is enough if the
 * guess is right.
 * @param rows the number of rows that are not empty.
 * @returns undefined if the user cancels.
 */
export async function askForColumns(
  headers: readonly string[],
  guess: Mapping,
  rows: number,
): Promise<Mapping | undefined> {
  let mapping = guess;
  for (;;) {
    const chosen = await vscode.window.showQuickPick(fieldRows(headers, mapping, rows), {
      title: vscode.l10n.t('New Batch File: Columns'),
      placeHolder: vscode.l10n.t('Press Enter to continue, or pick a field to change its column.'),
      matchOnDescription: true,
      ignoreFocusOut: true,
    });
    if (chosen?.field === undefined) {
      return chosen === undefined ? undefined : mapping;
    }
    const column = await askForColumn(headers, chosen.field);
    mapping = column === undefined ? mapping : changed(mapping, chosen.field, column.column);
  }
}

function fieldRows(headers: readonly string[], mapping: Mapping, rows: number): FieldRow[] {
  const row = (field: ColumnField): FieldRow => {
    const column = mapping[field];
    const description = column === undefined ? vscode.l10n.t('no column') : withoutIcons(columnText(headers, column));
    return { label: columnFieldText(field), description, field };
  };
  const used = columnFields.filter((field) => mapping[field] !== undefined);
  const free = columnFields.filter((field) => mapping[field] === undefined);
  return [{ label: createRequestsText(rows), alwaysShow: true }, ...[...used, ...free].map(row)];
}

/** @returns undefined if the user cancels; `column` is undefined if the user picks no column. */
async function askForColumn(
  headers: readonly string[],
  field: ColumnField,
): Promise<{ readonly column: number | undefined } | undefined> {
  const none = { label: vscode.l10n.t('No column'), column: undefined };
  const columns = headers.map((_, column) => ({ label: withoutIcons(columnText(headers, column)), column }));
  return await vscode.window.showQuickPick([...columns, none], {
    title: vscode.l10n.t('New Batch File: Columns'),
    placeHolder: vscode.l10n.t('Column for “{0}”', columnFieldText(field)),
    ignoreFocusOut: true,
  });
}

/** Removes the column from its previous field, because a column belongs to one field only. */
function changed(mapping: Mapping, field: ColumnField, column: number | undefined): Mapping {
  const others = Object.entries(mapping).filter(([name, its]) => name !== field && its !== column);
  return { ...Object.fromEntries(others), ...(column === undefined ? {} : { [field]: column }) };
}
