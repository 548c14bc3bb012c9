import * as vscode from 'vscode';
import { isSafeUrl } from '../../core/common/urls';

/**
 * Opens a URL from the API in the browser, as the exact string received: `Uri.parse` decodes and encodes a URL again,
 * which breaks signed URLs (microsoft/vscode#85930).
 * @returns false if the URL is not safe, or VS Code did not open it.
 */
export async function openExactUrl(url: string): Promise<boolean> {
  if (!isSafeUrl(url)) {
    return false;
  }
  // The type is Uri, but VS Code also accepts a string, which it passes on unchanged.
  return vscode.env.openExternal(url as unknown as vscode.Uri);
}
