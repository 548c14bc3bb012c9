import * as vscode from 'vscode';
import { pageTexts } from './text/results';

export interface PageHost {
  readonly webview: vscode.Webview;
  readonly extensionUri: vscode.Uri;
  /** Origins from which videos may be loaded, and nothing else may be. */
  readonly mediaOrigins: ReadonlySet<string>;
}

/** Where the page's own files are: nothing else on the disk is in its reach. */
export function pageRoot(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist');
}

/**
 * The document of the results page. It loads one script of ours, one style sheet and the videos of origins that the
 * person asked to play from; what comes from the API gets in by messages, as text.
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
  // In a script element that is no script only "<" could end it.
  const texts = JSON.stringify(pageTexts()).replaceAll('<', '\\u003c');
  return `<!DOCTYPE html>
<html lang="${attribute(vscode.env.language)}">
<head>
  <meta charset="UTF-8">
  <meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="stylesheet" href="${attribute(file('resultsPage.css'))}">
  <title>${attribute(vscode.l10n.t('Results'))}</title>
</head>
<body>
  <script type="application/json" id="texts" nonce="${nonce}">${texts}</script>
  <script nonce="${nonce}" src="${attribute(file('resultsPage.js'))}"></script>
</body>
</html>`;
}

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
