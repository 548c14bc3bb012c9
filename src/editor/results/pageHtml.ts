import * as vscode from 'vscode';
import { pageTexts } from './text/results';

export interface PageHost {
  readonly webview: vscode.Webview;
  readonly extensionUri: vscode.Uri;
  /** The only origins that the page may load, and only media. */
  readonly mediaOrigins: ReadonlySet<string>;
}

/** @returns the folder of the script and style sheet of the page. The page can't access other local files. */
export function pageRoot(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist');
}

/**
 * Makes the document of the results page. Its policy allows one script, one style sheet, and media of the origins that
 * the user played from. Data from the API reaches the page only in messages, and is inserted as text.
 */
export function pageHtml({ webview, extensionUri, mediaOrigins }: PageHost): string {
  const nonce = crypto.randomUUID();
  const file = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(pageRoot(extensionUri), name)).toString();
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    ...(mediaOrigins.size === 0 ? [] : [`media-src ${[...mediaOrigins].join(' ')}`]),
  ].join('; ');
  // Only "<" could end the script element that contains the texts.
  const texts = JSON.stringify(pageTexts()).replaceAll('<', '\\u003c');
  return `<!DOCTYPE html>
<html lang="${escapeAttribute(vscode.env.language)}">
<head>
  <meta charset="UTF-8">
  <meta http-equiv="Content-Security-Policy" content="${escapeAttribute(policy)}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="stylesheet" href="${escapeAttribute(file('resultsPage.css'))}">
  <title>${escapeAttribute(vscode.l10n.t('Results'))}</title>
</head>
<body>
  <script type="application/json" id="texts" nonce="${nonce}">${texts}</script>
  <script nonce="${nonce}" src="${escapeAttribute(file('resultsPage.js'))}"></script>
</body>
</html>`;
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
