import * as vscode from 'vscode';
import { columnsFields, type ColumnField, type Mapping } from '../../core/batchFile/newFile/columns';
import { requestsText } from '../shared/counts';
import { columnFieldText, columnText } from './text/newFile';
import { withoutIcons } from '../shared/plainText';

interface FieldRow extends vscode.QuickPickItem {
  /** Nothing for the row that ends it. */
  readonly field?: ColumnField;
}

/**
 * Shows which column is taken for what, and lets each be changed. The first row is the one that goes on, so that Enter is
 * enough where the guess is right.
 * @param rows how many rows there are to make requests of.
 * @returns nothing when the person escapes.
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
      placeHolder: vscode.l10n.t('Enter goes on. Choose a field to change its column.'),
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
  const used = columnsFields.filter((field) => mapping[field] !== undefined);
  const free = columnsFields.filter((field) => mapping[field] === undefined);
  return [{ label: vscode.l10n.t('Create {0}', requestsText(rows)), alwaysShow: true }, ...[...used, ...free].map(row)];
}

/** @returns nothing when the person escapes; a field may have no column. */
async function askForColumn(
  headers: readonly string[],
  field: ColumnField,
): Promise<{ readonly column: number | undefined } | undefined> {
  const none = { label: vscode.l10n.t('No column'), column: undefined };
  const columns = headers.map((_, column) => ({ label: withoutIcons(columnText(headers, column)), column }));
  return await vscode.window.showQuickPick([...columns, none], {
    title: vscode.l10n.t('New Batch File: Columns'),
    placeHolder: vscode.l10n.t('Which column is “{0}”?', columnFieldText(field)),
    ignoreFocusOut: true,
  });
}

/** A column is one field only: another one that had it has none now. */
function changed(mapping: Mapping, field: ColumnField, column: number | undefined): Mapping {
  const kept = Object.entries(mapping).filter(([name, its]) => name !== field && its !== column);
  return { ...Object.fromEntries(kept), ...(column === undefined ? {} : { [field]: column }) };
}
