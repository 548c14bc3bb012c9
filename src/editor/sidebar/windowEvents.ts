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
  autoRefresh: AutoRefresh;
}

/** Reacts to changes of the key, the settings, the view and the window, and informs the parts that depend on them. */
export class WindowEvents implements Disposable {
  private readonly subscriptions: Disposable[];
  private keyBefore: KeyState;

  constructor(private readonly host: WindowEventsHost) {
    const { secrets, keys, currentAccount, submissions, view, autoRefresh } = host;
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
      onDidChangeAutoRefreshSettings(() => autoRefresh.reschedule()),
      currentAccount.onDidChange(() => autoRefresh.reschedule()),
      view.onDidChangeVisibility(() => this.updateAttention()),
      vscode.window.onDidChangeWindowState(() => this.updateAttention()),
    ];
    this.updateAttention();
  }

  /** Clears the data of the old account and starts again, after the key or the API address has changed. */
  reset(): void {
    const { store, completionNotifier, currentAccount, clients, models } = this.host;
    // First, so that no more requests are sent for the old account.
    void currentAccount.use(clients.session());
    store.reset();
    models.reset();
    completionNotifier.reset();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) {
      subscription.dispose();
    }
  }

  /** True if the key was removed, in any window. A key from the environment may have replaced it. */
  private wasRemoved(): boolean {
    const { state } = this.host.keys;
    const before = this.keyBefore;
    this.keyBefore = state;
    const wasStored = before.kind === 'key' && before.source !== 'environment';
    return state.kind === 'none' || (wasStored && state.kind === 'key' && state.source === 'environment');
  }

  /** Updates whether the user can see the view. */
  private updateAttention(): void {
    const { view, autoRefresh, completionNotifier, currentAccount, submissions } = this.host;
    const attention = { isVisible: view.isVisible, isFocused: vscode.window.state.focused };
    const isSeen = attention.isVisible && attention.isFocused;
    completionNotifier.setSeen(isSeen);
    autoRefresh.setAttention(attention);
    if (isSeen) {
      // Another window may have changed the metadata or the submissions.
      void currentAccount.current?.metadata.read();
      void submissions.refresh();
    }
  }
}
