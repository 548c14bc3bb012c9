/** Why sync.so did not take something. */
import * as vscode from 'vscode';
import { displayText } from '../../../core/common/displayText';

/** A refusal of the file itself. @param said what the server said; nothing where it said nothing. */
export function refusedFileText(fileName: string, said: string | undefined): string {
  const name = displayText(fileName);
  return said === undefined
    ? vscode.l10n.t('sync.so refuses {0}, and does not say why. No batch was created.', name)
    : vscode.l10n.t('sync.so refuses {0}: {1} No batch was created.', name, said.replace(/[.!?]?$/, '.'));
}
