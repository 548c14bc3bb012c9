import * as vscode from 'vscode';
import { isSafeUrl } from '../../core/common/urls';

/**
 * Opens a URL from the API in the system's browser, as the exact string that came: a signed URL does not survive
 * `Uri.parse`, which decodes and encodes it again (microsoft/vscode#85930).
 * @returns false when the URL is not one that may be opened, or the editor did not open it.
 */
export async function openExactUrl(url: string): Promise<boolean> {
  if (!isSafeUrl(url)) {
    return false;
  }
  // The types ask for a Uri; the editor takes a string as well and passes it on untouched.
  return vscode.env.openExternal(url as unknown as vscode.Uri);
}
