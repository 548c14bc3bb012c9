import * as vscode from 'vscode';
import type { ApiKeys, KeyState } from '../../core/auth/apiKeys';
import type { Models } from '../../core/batchFile/models';
import type { BatchStore } from '../../core/batches/store';
import type { Disposable } from '../../core/events';
import type { Accounts } from '../../core/live/accounts';
import type { LiveRefresh } from '../../core/live/liveRefresh';
import type { Connection } from '../connection';
import { onDidChangeSecret } from '../keyring';
import { onDidChangeApiBaseUrl, onDidChangeLiveSettings } from '../settings';
import type { Submissions } from '../submissions/submissions';
import type { BatchesView } from '../tree/batchesView';
import type { Endings } from './endings';

export interface FollowerHost {
  secrets: vscode.SecretStorage;
  keys: ApiKeys;
  connection: Connection;
  store: BatchStore;
  accounts: Accounts;
  models: Models;
  submissions: Submissions;
  view: BatchesView;
  endings: Endings;
  live: LiveRefresh;
}

/** Follows what happens in the editor - key, settings, view, window - and tells the parts that depend on it. */
export class Follower implements Disposable {
  private readonly subscriptions: Disposable[];
  private keyBefore: KeyState;

  constructor(private readonly host: FollowerHost) {
    const { secrets, keys, accounts, submissions, view, live } = host;
    this.keyBefore = keys.state;
    this.subscriptions = [
      onDidChangeSecret(secrets, () => void keys.read()),
      keys.onDidChange(() => {
        if (this.wasRemoved()) {
          submissions.stop();
        }
        this.startOver();
      }),
      onDidChangeApiBaseUrl(() => this.startOver()),
      onDidChangeLiveSettings(() => live.reschedule()),
      accounts.onDidChange(() => live.reschedule()),
      view.onDidChangeVisibility(() => this.lookUp()),
      vscode.window.onDidChangeWindowState(() => this.lookUp()),
    ];
    this.lookUp();
  }

  /** What is shown belongs to another key or another server: forget it and begin anew. */
  startOver(): void {
    const { store, endings, accounts, connection, models } = this.host;
    // First, so that nobody asks in the name of the old one any more.
    void accounts.use(connection.access());
    store.reset();
    models.reset();
    endings.forget();
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
  private lookUp(): void {
    const { view, live, endings, accounts, submissions } = this.host;
    const attention = { isVisible: view.isVisible, isFocused: vscode.window.state.focused };
    const isSeen = attention.isVisible && attention.isFocused;
    endings.setSeen(isSeen);
    live.setAttention(attention);
    if (isSeen) {
      // Another window may have noted something meanwhile.
      void accounts.current?.notes.read();
      void submissions.refresh();
    }
  }
}
