import * as vscode from 'vscode';
import type { BatchClient } from '../../core/api/client';
import { ApiError } from '../../core/api/http/errors';
import { asError, isCancelled } from '../../core/common/errors';
import { formatLine } from '../../core/batchFile/json/formatLine';
import { parseJson } from '../../core/common/json';
import type { Log } from '../../core/common/log';
import { inputsOf } from '../../core/results/inputs';
import { playableUrl } from '../../core/media/playable';
import type { FromPage, ToPage } from '../../core/results/protocol';
import type { ResultFiles } from '../../core/results/resultFiles';
import type { ResultRow } from '../../core/results/row';
import { missingFrom, type ResultSummary } from '../../core/results/summary';
import { displayText } from '../../core/common/displayText';
import { isSafeUrl } from '../../core/common/urls';
import { showStatusMessage } from '../shared/messages';
import { openExactUrl } from '../shared/openUrl';
import { errorSentence } from '../shared/errorText';
import { bytesText, cachedText } from './text/results';
import { pageHtml } from './pageHtml';
import { parseFromPage } from './pageMessages';
import { refreshResultsText } from './resultsText';

/** What is known of a batch beside its results. */
export interface ShownBatch {
  /** What the person calls it. */
  readonly name: string | undefined;
  /** Requests of the batch; 0 while that is not known, or each of them may still get its result. */
  readonly total: number;
}

export interface ResultsPanelHost {
  readonly extensionUri: vscode.Uri;
  readonly files: ResultFiles;
  readonly log: Log;
  readonly batchOf: (id: string) => ShownBatch;
  /** @throws {ApiError} when there can't be one. */
  readonly client: () => BatchClient;
}

/** Longer lines are cut in the details, and stay one line; the text of the file has all of them. */
const longestShownLine = 200_000;

type Done = Extract<ToPage, { readonly type: 'done' }>;

/** The results of one batch in an editor tab. */
export class ResultsPanel implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[];
  private readonly closing = new AbortController();
  private readonly mediaOrigins = new Set<string>();
  private rows: ResultRow[] = [];
  /** How far loading is, or how it ended. */
  private state: ToPage | undefined;
  /** What was there in full before it is loaded again, until that came to its end. */
  private earlier: { readonly rows: ResultRow[]; readonly state: Done } | undefined;
  private loading: AbortController | undefined;
  /** The page that was drawn last has said that it listens. Until then it is told nothing: it gets everything at once. */
  private isListening = false;
  /** Can be shown only after the page was drawn anew. */
  private waiting: ToPage | undefined;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    readonly batchId: string,
    private readonly host: ResultsPanelHost,
  ) {
    const icon = (name: string): vscode.Uri => vscode.Uri.joinPath(host.extensionUri, 'media', name);
    // Tabs don't colour icons.
    panel.iconPath = { light: icon('results-light.svg'), dark: icon('results-dark.svg') };
    this.subscriptions = [
      panel.webview.onDidReceiveMessage((value: unknown) => this.receive(value)),
      panel.onDidDispose(() => this.dispose()),
    ];
    this.draw();
    void this.load(false);
  }

  reveal(): void {
    this.panel.reveal();
  }

  /** Calls the tab what the person calls the batch by now. */
  retitle(): void {
    if (this.isClosed) {
      return;
    }
    const before = this.panel.title;
    this.nameTab();
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

  /** Nothing can be done with the tab any more: the editor throws where it is tried. */
  private get isClosed(): boolean {
    return this.closing.signal.aborted;
  }

  private draw(): void {
    if (this.isClosed) {
      return;
    }
    const { webview } = this.panel;
    this.isListening = false;
    webview.html = pageHtml({ webview, extensionUri: this.host.extensionUri, mediaOrigins: this.mediaOrigins });
  }

  /** Reads the results: what is kept of them, or the server's. */
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
        await refreshResultsText(this.batchId);
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
    this.nameTab();
    this.send({ type: 'begin', batchId: this.batchId, title: this.heading() });
  }

  private nameTab(): void {
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
    this.state = { type: 'done', summary, missing: missingFrom(summary, this.host.batchOf(this.batchId).total), note };
    this.send(this.state);
  }

  private fail(thrown: unknown, signal: AbortSignal): void {
    const { earlier } = this;
    let text: string;
    if (isCancelled(thrown, signal)) {
      text =
        earlier !== undefined
          ? vscode.l10n.t('Cancelled: these are the rows from before.')
          : this.rows.length === 1
            ? vscode.l10n.t('Cancelled: 1 row is there.')
            : vscode.l10n.t('Cancelled: {0} rows are there.', this.rows.length);
    } else {
      const error = asError(thrown);
      this.host.log.warn(`The results of ${this.batchId} could not be read: ${error.message}`);
      const why = error instanceof ApiError ? errorSentence(error, 'loadResults') : error.message;
      text = earlier === undefined ? why : vscode.l10n.t('These are the rows from before. {0}', why);
    }
    if (earlier === undefined) {
      this.state = { type: 'failed', text };
      this.send(this.state);
      return;
    }
    // What is kept is still the file of these rows: one that does not come whole does not replace it.
    this.rows = earlier.rows;
    this.state = { ...earlier.state, note: text };
    this.earlier = undefined;
    if (this.isListening) {
      this.sendAll();
    }
  }

  private send(message: ToPage): void {
    if (this.isListening && !this.isClosed) {
      // Nobody waits for it: a page that is hidden gets everything anew when it is ready again.
      void this.panel.webview.postMessage(message);
    }
  }

  private receive(value: unknown): void {
    const message = parseFromPage(value);
    if (message === undefined) {
      this.host.log.warn('The results page said something that is not understood.');
      return;
    }
    this.answer(message).catch((thrown: unknown) => {
      if (!isCancelled(thrown, this.closing.signal)) {
        this.tell('line' in message ? message.line : undefined, thrown);
      }
    });
  }

  private async answer(message: FromPage): Promise<void> {
    const { batchId } = this;
    switch (message.type) {
      case 'ready':
        this.isListening = true;
        this.sendAll();
        break;
      case 'retry':
        await this.load(true);
        break;
      case 'cancel':
        this.loading?.abort();
        break;
      case 'detail':
        await this.sendDetail(message.line);
        break;
      case 'play':
        await this.play(message.line, message.input);
        break;
      case 'openOutput':
        await this.openOutput(message.line);
        break;
      case 'copyOutput':
        await this.copy(this.rowOf(message.line)?.outputUrl);
        break;
      case 'copyRequestId':
        await this.copy(this.rowOf(message.line)?.requestId);
        break;
      case 'openText':
        await vscode.commands.executeCommand('syncBatches.openResultsText', batchId, message.line);
        break;
      case 'saveMedia':
        await vscode.commands.executeCommand('syncBatches.saveMedia', batchId, message.lines);
        break;
      case 'saveResults':
      case 'exportFailed':
        await vscode.commands.executeCommand(`syncBatches.${message.type}`, batchId);
        break;
    }
  }

  /** Everything that a page which was just drawn has to know. */
  private sendAll(): void {
    this.begin();
    if (this.rows.length > 0) {
      this.send({ type: 'rows', rows: this.rows });
    }
    if (this.state !== undefined) {
      this.send(this.state);
    }
    if (this.waiting !== undefined) {
      this.send(this.waiting);
      this.waiting = undefined;
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
        vscode.l10n.t('The line is not kept on this computer. Once the batch has finished, Load Again keeps it.');
      const parsed = parseJson(raw);
      const text = (raw.length > longestShownLine ? undefined : formatLine(raw)) ?? raw;
      const isCut = text.length > longestShownLine;
      this.send({
        type: 'detail',
        line,
        text: isCut ? `${text.slice(0, longestShownLine)}…` : text,
        inputs: inputsOf(parsed),
      });
    }
  }

  private async play(line: number, input: number | undefined): Promise<void> {
    const row = this.rowOf(line);
    if (row === undefined) {
      return;
    }
    const url = input === undefined ? await this.outputOf(row) : await this.inputUrl(row, input);
    if (url === undefined) {
      return;
    }
    // Wherever it is from: the page is let load from its origin.
    if (!isSafeUrl(url)) {
      this.say(line, vscode.l10n.t('The output URL is not an https: address, and is not loaded.'));
      return;
    }
    const message: ToPage = { type: 'media', line, input, url };
    const { origin } = new URL(url);
    if (this.mediaOrigins.has(origin)) {
      this.send(message);
    } else {
      // What a page may load is fixed when it is drawn.
      this.mediaOrigins.add(origin);
      this.waiting = message;
      this.draw();
    }
  }

  private async outputOf(row: ResultRow): Promise<string | undefined> {
    if (row.outputUrl === undefined || !isSafeUrl(row.outputUrl)) {
      this.say(row.line, vscode.l10n.t('The output URL is not an https: address, and is not loaded.'));
      return undefined;
    }
    const url = await playableUrl(this.host.client(), row, this.closing.signal);
    if (url === undefined) {
      this.say(row.line, vscode.l10n.t('The video is gone: sync.so does not keep it any more.'));
    }
    return url;
  }

  private async inputUrl(row: ResultRow, index: number): Promise<string | undefined> {
    const input = inputsOf(parseJson(await this.host.files.lineText(this.batchId, row)))[index];
    return input?.isSafe === true ? input.url : undefined;
  }

  private async openOutput(line: number): Promise<void> {
    const row = this.rowOf(line);
    const url = row === undefined ? undefined : await this.outputOf(row);
    if (url !== undefined && !(await openExactUrl(url))) {
      this.say(line, vscode.l10n.t('The output URL was not opened.'));
    }
  }

  private tell(line: number | undefined, thrown: unknown): void {
    const error = asError(thrown);
    this.host.log.warn(`The results page of ${this.batchId}: ${error.message}`);
    if (line !== undefined) {
      this.say(line, error instanceof ApiError ? errorSentence(error, 'downloadMedia') : error.message);
    }
  }

  private say(line: number, text: string): void {
    this.send({ type: 'say', line, text });
  }
}
