import * as vscode from 'vscode';
import type { ApiKeys, KeyState } from '../../core/account/apiKeys';
import type { Models } from '../../core/batchFile/schema/models';
import type { BatchStore } from '../../core/batches/store';
import type { Disposable } from '../../core/common/emitter';
import type { CurrentAccount } from '../../core/account/currentAccount';
import type { AutoRefresh } from '../../core/batches/refresh/autoRefresh';
import type { ClientFactory } from '../account/clientFactory';
import { onDidChangeSecret } from '../account/keyring';
import { onDidChangeApiBaseUrl, onDidChangeAutoRefreshSettings } from '../shared/settings';
import type { SubmissionService } from '../../core/submissions/service';
import type { BatchesView } from './batchesView';
import type { CompletionNotifier } from './completionNotifier';

export interface WindowEventsHost {
  secrets: vscode.SecretStorage;
  keys: ApiKeys;
  clients: ClientFactory;
  store: BatchStore;
  currentAccount: CurrentAccount;
  models: Models;
  submissions: SubmissionService;
  view: BatchesView;
  completionNotifier: CompletionNotifier;
  live: AutoRefresh;
}

/** Follows what happens in the editor - key, settings, view, window - and tells the parts that depend on it. */
export class WindowEvents implements Disposable {
  private readonly subscriptions: Disposable[];
  private keyBefore: KeyState;

  constructor(private readonly host: WindowEventsHost) {
    const { secrets, keys, currentAccount, submissions, view, live } = host;
    this.keyBefore = keys.state;
    this.subscriptions = [
      onDidChangeSecret(secrets, () => void keys.read()),
      keys.onDidChange(() => {
        if (this.wasRemoved()) {
          submissions.stop();
        }
        this.reset();
      }),
      onDidChangeApiBaseUrl(() => this.reset()),
      onDidChangeAutoRefreshSettings(() => live.reschedule()),
      currentAccount.onDidChange(() => live.reschedule()),
      view.onDidChangeVisibility(() => this.updateAttention()),
      vscode.window.onDidChangeWindowState(() => this.updateAttention()),
    ];
    this.updateAttention();
  }

  /** What is shown belongs to another key or another server: forget it and begin anew. */
  reset(): void {
    const { store, completionNotifier, currentAccount, clients, models } = this.host;
    // First, so that nobody asks in the name of the old one any more.
    void currentAccount.use(clients.session());
    store.reset();
    models.reset();
    completionNotifier.forget();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) {
      subscription.dispose();
    }
  }

  /** The key was removed, be it in another window. One of the environment may have taken its place. */
  private wasRemoved(): boolean {
    const { state } = this.host.keys;
    const before = this.keyBefore;
    this.keyBefore = state;
    const wasKept = before.kind === 'key' && before.source !== 'environment';
    return state.kind === 'none' || (wasKept && state.kind === 'key' && state.source === 'environment');
  }

  /** Sees whether somebody is looking. */
  private updateAttention(): void {
    const { view, live, completionNotifier, currentAccount, submissions } = this.host;
    const attention = { isVisible: view.isVisible, isFocused: vscode.window.state.focused };
    const isSeen = attention.isVisible && attention.isFocused;
    completionNotifier.setSeen(isSeen);
    live.setAttention(attention);
    if (isSeen) {
      // Another window may have noted something meanwhile.
      void currentAccount.current?.metadata.read();
      void submissions.refresh();
    }
  }
}
