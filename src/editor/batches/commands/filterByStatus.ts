import * as vscode from 'vscode';
import { batchStatuses, compareStatuses } from '../../../core/batches/status';
import { statusText } from '../text/batches';
import { batchesText } from '../../shared/counts';
import { withoutIcons } from '../../shared/plainText';
import { changeFilter, type FilterContext } from './changeFilter';

/** *Filter by Status…*: offers the documented statuses and others that occur, with their counts. */
export async function filterByStatus(context: FilterContext): Promise<void> {
  const { store } = context;
  const { statuses: chosen } = store.filter;
  const offered = [...new Set([...batchStatuses, ...store.statuses, ...chosen])].sort(compareStatuses);
  const picked = await vscode.window.showQuickPick(
    offered.map((status) => {
      const count = store.countOf(status);
      return {
        label: withoutIcons(statusText(status)),
        description: count === undefined ? vscode.l10n.t('not loaded') : batchesText(count),
        picked: chosen.includes(status),
        status,
      };
    }),
    {
      canPickMany: true,
      title: vscode.l10n.t('Filter by Status'),
      placeHolder: vscode.l10n.t('Select statuses to show (none selected: all)'),
    },
  );
  if (picked === undefined) {
    return;
  }
  const statuses = picked.length === offered.length ? [] : picked.map((item) => item.status);
  await changeFilter(context, { ...store.filter, statuses });
}
