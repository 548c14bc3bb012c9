import * as vscode from 'vscode';
import { displayText } from '../../../core/common/displayText';
import { errorsText, requestsText, warningsText } from '../../shared/counts';

/** The result of a check. */
export interface Counts {
  readonly requests: number;
  readonly errors: number;
  readonly warnings: number;
}

/** "24 requests · 2 errors, 1 warning". */
export function summaryText({ requests, errors, warnings }: Counts): string {
  if (errors > 0 && warnings > 0) {
    return vscode.l10n.t('{0} · {1}, {2}', requestsText(requests), errorsText(errors), warningsText(warnings));
  }
  if (errors + warnings === 0) {
    return vscode.l10n.t('{0} · no problems', requestsText(requests));
  }
  return vscode.l10n.t('{0} · {1}', requestsText(requests), errors > 0 ? errorsText(errors) : warningsText(warnings));
}

/** The file name in a path, safe to show. */
export function fileNameText(path: string): string {
  return displayText(path.replace(/^.*[/\\]/, '') || path);
}
