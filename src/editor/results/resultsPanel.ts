import * as vscode from 'vscode';
import type { BatchClient } from '../../core/api/client';
import { ApiError } from '../../core/api/http/errors';
import { asError, isCancelled } from '../../core/common/errors';
import { formatLine } from '../../core/batchFile/json/formatLine';
import { parseJson } from '../../core/common/json';
import type { Log } from '../../core/common/log';
import { inputMediaOf } from '../../core/results/inputMedia';
import { playableUrl } from '../../core/media/playable';
import { type FromPage, parseFromPage, type ToPage } from '../../core/results/protocol';
import type { ResultFiles } from '../../core/results/resultFiles';
import type { ResultRow } from '../../core/results/row';
import { missingCount, type ResultSummary } from '../../core/results/resultSummary';
import { displayText } from '../../core/common/displayText';
import { isSafeUrl } from '../../core/common/urls';
import { showStatusMessage } from '../shared/messages';
import { openExactUrl } from '../shared/openUrl';
import { errorSentence } from '../shared/errorText';
import { bytesText, cachedText } from './text/results';
import { pageHtml } from './pageHtml';
import { refreshResultsDocument } from './resultsDocument';

/** Data about a batch that its result file does not contain. */
export interface ShownBatch {
  /** The name that the user gave the batch. */
  readonly name: string | undefined;
  /** The number of requests. 0 if it is unknown, or if the batch is running, so that no request counts as missing. */
  readonly total: number;
}

export interface ResultsPanelHost {
  readonly extensionUri: vscode.Uri;
  readonly files: ResultFiles;
  readonly log: Log;
  readonly batchOf: (id: string) => ShownBatch;
  /** @throws {ApiError} if there is no API key, or the base URL is invalid. */
  readonly client: () => BatchClient;
}

/** Longer raw lines are cut and not indented. *Open as Text* shows them in full. Number of characters. */
const maxRawLength = 200_000;

type Done = Extract<ToPage, { readonly type: 'done' }>;

/** The results of one batch in an editor tab. */
export class ResultsPanel implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[];
  private readonly closing = new AbortController();
  private readonly mediaOrigins = new Set<string>();
  private rows: ResultRow[] = [];
  /** The progress of loading, or its result. */
  private state: ToPage | undefined;
  /** During a reload: the complete rows of before. They come back if the reload fails. */
  private earlier: { readonly rows: ResultRow[]; readonly state: Done } | undefined;
  private loading: AbortController | undefined;
  /** Whether the page has sent `ready`. Before, messages are not sent: `ready` is answered with all data. */
  private isReady = false;
  /** A message to send when the page is ready again after it was replaced. */
  private pending: ToPage | undefined;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    readonly batchId: string,
    private readonly host: ResultsPanelHost,
  ) {
    const icon = (name: string): vscode.Uri => vscode.Uri.joinPath(host.extensionUri, 'media', name);
    // VS Code does not recolor the icons of tabs.
    panel.iconPath = { light: icon('results-light.svg'), dark: icon('results-dark.svg') };
    this.subscriptions = [
      panel.webview.onDidReceiveMessage((value: unknown) => this.receive(value)),
      panel.onDidDispose(() => this.dispose()),
    ];
    this.render();
    void this.load(false);
  }

  reveal(): void {
    this.panel.reveal();
  }

  /** Updates the title after the batch was renamed. */
  updateTitle(): void {
    if (this.isClosed) {
      return;
    }
    const before = this.panel.title;
    this.setTabTitle();
    if (this.panel.title !== before) {
      this.send({ type: 'title', title: this.heading() });
    }
  }

  close(): void {
    this.panel.dispose();
  }

  dispose(): void {
    this.closing.abort();
    this.loading?.abort();
    for (const subscription of this.subscriptions) {
      subscription.dispose();
    }
  }

  /** Whether the tab is closed. VS Code throws an error if a closed panel is used. */
  private get isClosed(): boolean {
    return this.closing.signal.aborted;
  }

  /** Sets or replaces the document of the page. */
  private render(): void {
    if (this.isClosed) {
      return;
    }
    const { webview } = this.panel;
    this.isReady = false;
    webview.html = pageHtml({ webview, extensionUri: this.host.extensionUri, mediaOrigins: this.mediaOrigins });
  }

  /** Loads the results. @param isFresh Load from the server even if they are cached. */
  private async load(isFresh: boolean): Promise<void> {
    this.loading?.abort();
    const loading = new AbortController();
    this.loading = loading;
    if (this.state?.type === 'done') {
      this.earlier = { rows: this.rows, state: this.state };
    }
    this.rows = [];
    this.state = undefined;
    this.begin();
    const isCurrent = (): boolean => this.loading === loading;
    try {
      const { summary, cachedAt } = await this.host.files.load(this.batchId, {
        isFresh,
        signal: loading.signal,
        onRows: (rows) => {
          if (isCurrent()) {
            for (const row of rows) {
              this.rows.push(row);
            }
            this.send({ type: 'rows', rows });
          }
        },
        onProgress: (bytes, totalBytes) => {
          if (isCurrent()) {
            this.send((this.state = { type: 'progress', text: bytesText(bytes, totalBytes), bytes, totalBytes }));
          }
        },
      });
      this.end(summary, cachedText(cachedAt));
      if (cachedAt === undefined) {
        await refreshResultsDocument(this.batchId);
      }
    } catch (thrown) {
      if (isCurrent() && !this.isClosed) {
        this.fail(thrown, loading.signal);
      }
    } finally {
      if (isCurrent()) {
        this.loading = undefined;
      }
    }
  }

  private begin(): void {
    this.setTabTitle();
    this.send({ type: 'begin', batchId: this.batchId, title: this.heading() });
  }

  private setTabTitle(): void {
    if (!this.isClosed) {
      this.panel.title = displayText(this.host.batchOf(this.batchId).name ?? this.batchId, 60);
    }
  }

  private heading(): string {
    const { name } = this.host.batchOf(this.batchId);
    return name === undefined ? displayText(this.batchId) : `${displayText(name)} (${displayText(this.batchId)})`;
  }

  private end(summary: ResultSummary, note: string): void {
    this.earlier = undefined;
    this.state = { type: 'done', summary, missing: missingCount(summary, this.host.batchOf(this.batchId).total), note };
    this.send(this.state);
  }

  private fail(thrown: unknown, signal: AbortSignal): void {
    const { earlier } = this;
    let text: string;
    if (isCancelled(thrown, signal)) {
      text =
        earlier !== undefined
          ? vscode.l10n.t('Cancelled. You see the rows that were loaded before.')
          : this.rows.length === 1
            ? vscode.l10n.t('Cancelled after 1 row.')
            : vscode.l10n.t('Cancelled after {0} rows.', this.rows.length);
    } else {
      const error = asError(thrown);
      this.host.log.warn(`Could not load the results of ${this.batchId}: ${error.message}`);
      const reason = error instanceof ApiError ? errorSentence(error, 'loadResults') : error.message;
      text = earlier === undefined ? reason : vscode.l10n.t('You see the rows that were loaded before. {0}', reason);
    }
    if (earlier === undefined) {
      this.state = { type: 'failed', text };
      this.send(this.state);
      return;
    }
    // The cached file still matches these rows: an incomplete download does not replace it.
    this.rows = earlier.rows;
    this.state = { ...earlier.state, note: text };
    this.earlier = undefined;
    if (this.isReady) {
      this.sendAll();
    }
  }

  private send(message: ToPage): void {
    if (this.isReady && !this.isClosed) {
      // Not awaited: a hidden page gets all data when it is ready again.
      void this.panel.webview.postMessage(message);
    }
  }

  private receive(value: unknown): void {
    const message = parseFromPage(value);
    if (message === undefined) {
      this.host.log.warn('The results page sent an invalid message.');
      return;
    }
    this.handle(message).catch((thrown: unknown) => {
      if (!isCancelled(thrown, this.closing.signal)) {
        this.showError('line' in message ? message.line : undefined, thrown);
      }
    });
  }

  private async handle(message: FromPage): Promise<void> {
    const { batchId } = this;
    switch (message.type) {
      case 'ready':
        this.isReady = true;
        this.sendAll();
        break;
      case 'reload':
        return this.load(true);
      case 'cancel':
        this.loading?.abort();
        break;
      case 'detail':
        return this.sendDetail(message.line);
      case 'play':
        return this.play(message.line, message.input);
      case 'openOutput':
        return this.openOutput(message.line);
      case 'copyOutput':
        return this.copy(this.rowOf(message.line)?.outputUrl);
      case 'copyRequestId':
        return this.copy(this.rowOf(message.line)?.requestId);
      case 'openText':
        return vscode.commands.executeCommand('syncBatches.openResultsText', batchId, message.line);
      case 'saveMedia':
        return vscode.commands.executeCommand('syncBatches.saveMedia', batchId, message.lines);
      case 'saveResults':
      case 'exportFailed':
        return vscode.commands.executeCommand(`syncBatches.${message.type}`, batchId);
    }
  }

  /** Sends all data to a page that has just started. */
  private sendAll(): void {
    this.begin();
    if (this.rows.length > 0) {
      this.send({ type: 'rows', rows: this.rows });
    }
    if (this.state !== undefined) {
      this.send(this.state);
    }
    if (this.pending !== undefined) {
      this.send(this.pending);
      this.pending = undefined;
    }
  }

  private rowOf(line: number): ResultRow | undefined {
    return this.rows.find((row) => row.line === line);
  }

  private async copy(text: string | undefined): Promise<void> {
    if (text !== undefined) {
      await vscode.env.clipboard.writeText(text);
      showStatusMessage(vscode.l10n.t('Copied: {0}', displayText(text, 80)));
    }
  }

  private async sendDetail(line: number): Promise<void> {
    const row = this.rowOf(line);
    if (row !== undefined) {
      const raw =
        (await this.host.files.lineText(this.batchId, row)) ??
        vscode.l10n.t('There is no saved copy of this line. After the batch finishes, select Reload to save one.');
      const parsed = parseJson(raw);
      const text = (raw.length > maxRawLength ? undefined : formatLine(raw)) ?? raw;
      const isCut = text.length > maxRawLength;
      this.send({
        type: 'detail',
        line,
        text: isCut ? `${text.slice(0, maxRawLength)}…` : text,
        inputs: inputMediaOf(parsed),
      });
    }
  }

  private async play(line: number, input: number | undefined): Promise<void> {
    const row = this.rowOf(line);
    if (row === undefined) {
      return;
    }
    const url = input === undefined ? await this.playableOutput(row) : await this.inputUrl(row, input);
    if (url === undefined) {
      return;
    }
    // The page may load from the origin of this URL, so check it wherever it comes from.
    if (!isSafeUrl(url)) {
      this.showRowMessage(line, vscode.l10n.t('The output URL was not loaded because it is not an https: address.'));
      return;
    }
    const message: ToPage = { type: 'media', line, input, url };
    const { origin } = new URL(url);
    if (this.mediaOrigins.has(origin)) {
      this.send(message);
    } else {
      // The policy of a page can't change, so replace the page.
      this.mediaOrigins.add(origin);
      this.pending = message;
      this.render();
    }
  }

  private async playableOutput(row: ResultRow): Promise<string | undefined> {
    if (row.outputUrl === undefined || !isSafeUrl(row.outputUrl)) {
      this.showRowMessage(
        row.line,
        vscode.l10n.t('The output URL was not loaded because it is not an https: address.'),
      );
      return undefined;
    }
    const url = await playableUrl(this.host.client(), row, this.closing.signal);
    if (url === undefined) {
      this.showRowMessage(row.line, vscode.l10n.t('The video is gone: sync.so no longer has it.'));
    }
    return url;
  }

  private async inputUrl(row: ResultRow, index: number): Promise<string | undefined> {
    const input = inputMediaOf(parseJson(await this.host.files.lineText(this.batchId, row)))[index];
    return input?.isSafe === true ? input.url : undefined;
  }

  private async openOutput(line: number): Promise<void> {
    const row = this.rowOf(line);
    const url = row === undefined ? undefined : await this.playableOutput(row);
    if (url !== undefined && !(await openExactUrl(url))) {
      this.showRowMessage(line, vscode.l10n.t('The output URL was not opened.'));
    }
  }

  private showError(line: number | undefined, thrown: unknown): void {
    const error = asError(thrown);
    this.host.log.warn(`Results page of ${this.batchId}: ${error.message}`);
    if (line !== undefined) {
      this.showRowMessage(line, error instanceof ApiError ? errorSentence(error, 'downloadMedia') : error.message);
    }
  }

  private showRowMessage(line: number, text: string): void {
    this.send({ type: 'rowMessage', line, text });
  }
}
