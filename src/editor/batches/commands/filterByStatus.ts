import * as vscode from 'vscode';
import { batchStatuses, compareStatuses } from '../../../core/batches/status';
import { countText, statusText } from '../text/batches';
import { withoutIcons } from '../../shared/plainText';
import { changeFilter } from './changeFilter';
import type { CommandContext } from '../../commandContext';

/** *Filter by Status…*: the documented statuses, and others that were seen, with their counts. */
export async function filterByStatus(context: CommandContext): Promise<void> {
  const { store } = context;
  const { statuses: chosen } = store.filter;
  const offered = [...new Set([...batchStatuses, ...store.statuses, ...chosen])].sort(compareStatuses);
  const picked = await vscode.window.showQuickPick(
    offered.map((status) => {
      const count = store.countOf(status);
      return {
        label: withoutIcons(statusText(status)),
        description: count === undefined ? vscode.l10n.t('not loaded') : countText(count),
        picked: chosen.includes(status),
        status,
      };
    }),
    {
      canPickMany: true,
      title: vscode.l10n.t('Filter by Status'),
      placeHolder: vscode.l10n.t('Show batches with these statuses; none means all'),
    },
  );
  if (picked === undefined) {
    return;
  }
  const statuses = picked.length === offered.length ? [] : picked.map((item) => item.status);
  await changeFilter(context, { ...store.filter, statuses });
}
