import * as assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { type Simulator, startSimulator } from '../../simulator/simulator';
import { environmentKey } from './extension';
import { formOf, type Recorded, type Recorder, startRecorder } from './recorder';
import { replaceMember } from './replace';
import { type TestUser, useTestUser } from './testUser';
import { nowhere, setApiBaseUrl } from './settings';
import { atNewAddress } from './simulator';

/** An API that records everything that was sent to it. */
export interface SubmissionsApi {
  readonly simulator: Simulator;
  /** The base URL that the extension uses for it. */
  readonly url: string;
  /** Everything that the extension has sent to it. */
  readonly recorded: readonly Recorded[];
  /** The requests that create batches or check files, in order. */
  readonly posts: readonly Recorded[];
  /** The file of each of these requests. */
  readonly inputs: readonly string[];
  /** The IDs of all batches, newest first. */
  batchIds(): Promise<string[]>;
}

/** Starts a new API without batches for every test, and connects the extension to it. */
export function useSubmissionsApi(): SubmissionsApi {
  let simulator: Simulator | undefined;
  let recorder: Recorder | undefined;
  beforeEach('start an API', async () => {
    const [previousRecorder, previousSimulator] = [recorder, simulator];
    // A new address means a new account without earlier submissions.
    const { url } = (simulator = await startSimulator({ keys: [environmentKey] }));
    recorder = await atNewAddress(() => startRecorder(url));
    // Straight from the last address to this one, see `useSimulator`.
    await setApiBaseUrl(recorder.url);
    await previousRecorder?.stop();
    await previousSimulator?.stop();
  });
  afterEach('check the API', () => {
    assert.deepEqual(simulator?.errors, []);
  });
  after('stop the API', async () => {
    await setApiBaseUrl(nowhere);
    await recorder?.stop();
    await simulator?.stop();
    recorder = simulator = undefined;
  });
  const posts = (): Recorded[] =>
    (recorder?.recorded ?? []).filter(({ method, path }) => method === 'POST' && path === '/v2/batch');
  return {
    get simulator() {
      assert.ok(simulator, 'there is an API only while a test runs');
      return simulator;
    },
    get url() {
      assert.ok(recorder, 'there is an API only while a test runs');
      return recorder.url;
    },
    get recorded() {
      return recorder?.recorded ?? [];
    },
    get posts() {
      return posts();
    },
    get inputs() {
      return posts().map((post) => formOf(post).get('input') ?? '');
    },
    async batchIds() {
      assert.ok(simulator);
      const headers = { 'x-api-key': environmentKey };
      const answer = await fetch(`${simulator.url}/v2/batch`, { headers });
      return ((await answer.json()) as { id: string }[]).map(({ id }) => id);
    },
  };
}

/** A line as a user's script writes it: its whitespace and characters must be preserved. */
export function requestLine(id: string, model = 'lipsync-2'): string {
  return `{ "request_id": "${id}", "endpoint":"/v2/generate", "payload": {"model":"${model}", "input":[{"type":"video","url":"https://media.example.com/${id}.mp4"},{"type":"audio","url":"https://media.example.com/${id}.wav?who=J%C3%BCrgen"}]} }`;
}

/** A batch file of so many requests, whose IDs have this prefix. */
export function batchFile(count: number, prefix = 'ep'): string {
  return Array.from({ length: count }, (_, index) => `${requestLine(`${prefix}-${index + 1}`)}\n`).join('');
}

/**
 * Opens a text as an unsaved document, each in a different folder: documents without one can share a name, and with the
 * name the state of an earlier document.
 */
export async function openUnsaved(content: string): Promise<vscode.TextDocument> {
  const place = vscode.Uri.file(path.join(os.tmpdir(), randomUUID(), 'Untitled-1.jsonl'));
  const document = await vscode.workspace.openTextDocument(place.with({ scheme: 'untitled' }));
  const edit = new vscode.WorkspaceEdit();
  edit.insert(document.uri, new vscode.Position(0, 0), content);
  assert.equal(await vscode.workspace.applyEdit(edit), true);
  assert.deepEqual([document.getText(), document.languageId], [content, 'jsonl']);
  await vscode.window.showTextDocument(document);
  return document;
}

/** The modal questions and their details. */
export interface Modals {
  readonly asked: readonly {
    readonly question: string;
    readonly detail: string;
    readonly buttons: readonly string[];
  }[];
  /** Runs an action while the next question is open. */
  meanwhile(act: () => Thenable<unknown>): void;
}

/** Answers messages, and records modal questions. */
export function useAskedUser(): { readonly user: TestUser; readonly modals: Modals } {
  let asked: Modals['asked'] = [];
  let act: (() => Thenable<unknown>) | undefined;
  let restores: (() => void)[] = [];
  const listen = (name: 'showWarningMessage' | 'showInformationMessage'): void => {
    const show = vscode.window[name] as (...args: unknown[]) => Thenable<unknown>;
    const replacement = async (text: string, ...rest: unknown[]): Promise<unknown> => {
      const options = rest.find((part) => typeof part === 'object') as vscode.MessageOptions | undefined;
      if (options?.modal === true) {
        const buttons = rest.filter((part) => typeof part === 'string');
        asked = [...asked, { question: text, detail: options.detail ?? '', buttons }];
        const now = act;
        act = undefined;
        await now?.();
      }
      return show(text, ...rest);
    };
    restores.push(replaceMember(vscode.window, name, replacement as never));
  };
  // Restored in reverse order of the replacements.
  afterEach('stop listening to questions', () => {
    for (const restore of restores) {
      restore();
    }
    restores = [];
  });
  const user = useTestUser();
  beforeEach('listen to questions', () => {
    asked = [];
    act = undefined;
    listen('showWarningMessage');
    listen('showInformationMessage');
  });
  const modals: Modals = {
    get asked() {
      return asked;
    },
    meanwhile(more) {
      act = more;
    },
  };
  return { user, modals };
}

/** The diagnostics of a document as "line: message", with lines from 0. */
export function diagnosticsOf(document: vscode.TextDocument, source?: string): string[] {
  return vscode.languages
    .getDiagnostics(document.uri)
    .filter((diagnostic) => source === undefined || diagnostic.source === source)
    .map(({ range, message }) => `${range.start.line}: ${message}`);
}

/** The notifications with progress. */
export interface ShownProgress {
  /** The titles, in order. */
  readonly titles: readonly string[];
  /** The reported messages, in order. */
  readonly messages: readonly string[];
  /** Presses *Cancel* on the current one. */
  cancel(): void;
}

/** Records the notifications with progress in the tests of the suite. */
export function useProgress(): ShownProgress {
  let titles: string[] = [];
  let messages: string[] = [];
  let source = new vscode.CancellationTokenSource();
  let restore = (): void => undefined;
  beforeEach('listen to progress', () => {
    titles = [];
    messages = [];
    const { withProgress } = vscode.window;
    type Task = Parameters<typeof withProgress>[1];
    const replacement = (options: vscode.ProgressOptions, task: Task): Thenable<unknown> => {
      if (options.location !== vscode.ProgressLocation.Notification) {
        return withProgress(options, task);
      }
      titles.push(options.title ?? '');
      const own = (source = new vscode.CancellationTokenSource());
      return withProgress(options, (progress) => {
        const report: typeof progress.report = (value) => {
          messages.push(value.message ?? '');
          progress.report(value);
        };
        return task({ report }, own.token);
      });
    };
    restore = replaceMember(vscode.window, 'withProgress', replacement as typeof withProgress);
  });
  afterEach('stop listening to progress', () => restore());
  return {
    get titles() {
      return titles;
    },
    get messages() {
      return messages;
    },
    cancel: () => source.cancel(),
  };
}
