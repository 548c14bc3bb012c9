/** The user: which messages they get, and how they answer. */
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { replaceMember } from './replace';

export interface Message {
  readonly kind: 'information' | 'warning' | 'error';
  readonly text: string;
  readonly modal: boolean;
  readonly buttons: readonly string[];
}

/** The messages that the user got in the current test. */
export interface TestUser {
  /** Notifications and modal dialogs, in order. */
  readonly messages: readonly Message[];
  /** Temporary status bar messages. */
  readonly statusBar: readonly string[];
  /** The exact values that were passed to the system browser, strings or not. */
  readonly opened: readonly unknown[];
  /** Presses the button with this label on the next message that has it. */
  willPress(label: string): void;
  /** All of the above as one text. */
  allWords(): string;
  /** The one message of the test. */
  onlyMessage(): Message;
}

type ShowMessage = (text: string, ...rest: unknown[]) => Thenable<unknown>;

/**
 * Records the messages of the extension. Messages are really shown, except modal dialogs, which would block the window.
 * Opens nothing in a browser.
 */
export function useTestUser(): TestUser {
  const state = { messages: [] as Message[], statusBar: [] as string[], opened: [] as unknown[] };
  const presses: string[] = [];
  const restores: (() => void)[] = [];

  function listen(kind: Message['kind'], name: 'showInformationMessage' | 'showWarningMessage' | 'showErrorMessage') {
    const show: unknown = vscode.window[name];
    const replacement: ShowMessage = (text, ...rest) => {
      const options = rest.find((part) => typeof part === 'object') as vscode.MessageOptions | undefined;
      const buttons = rest.filter((part) => typeof part === 'string');
      const modal = options?.modal === true;
      state.messages.push({ kind, text, modal, buttons });
      const press = presses.findIndex((label) => buttons.includes(label));
      if (press !== -1) {
        return Promise.resolve(presses.splice(press, 1)[0]);
      }
      return modal ? Promise.resolve(undefined) : (show as ShowMessage)(text, ...rest);
    };
    restores.push(replaceMember(vscode.window, name, replacement as never));
  }

  beforeEach('listen to messages', () => {
    listen('information', 'showInformationMessage');
    listen('warning', 'showWarningMessage');
    listen('error', 'showErrorMessage');
    const { setStatusBarMessage } = vscode.window;
    const say = (text: string, ms: number): vscode.Disposable => {
      state.statusBar.push(text);
      return setStatusBarMessage(text, ms);
    };
    restores.push(replaceMember(vscode.window, 'setStatusBarMessage', say as typeof setStatusBarMessage));
    restores.push(
      replaceMember(vscode.env, 'openExternal', (target) => {
        state.opened.push(target);
        return Promise.resolve(true);
      }),
    );
  });
  afterEach('clear messages', async () => {
    for (const restore of restores.splice(0)) {
      restore();
    }
    state.messages = [];
    state.statusBar = [];
    state.opened = [];
    const unpressed = presses.splice(0);
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await vscode.commands.executeCommand('notifications.clearAll');
    assert.deepEqual(unpressed, [], 'no message had these buttons');
  });

  return {
    get messages() {
      return state.messages;
    },
    get statusBar() {
      return state.statusBar;
    },
    get opened() {
      return state.opened;
    },
    willPress: (label) => presses.push(label),
    allWords: () => [...state.messages.map(({ text }) => text), ...state.statusBar].join('\n'),
    onlyMessage: () => {
      assert.equal(state.messages.length, 1, JSON.stringify(state.messages));
      const [message] = state.messages;
      assert.ok(message);
      return message;
    },
  };
}
