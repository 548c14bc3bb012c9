import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { replaceMember } from './replace';

type Options = vscode.OpenDialogOptions | vscode.SaveDialogOptions;

/** A folder for the running test, and the dialogs in which the user picks files. */
export interface Files {
  readonly folder: string;
  /** What the dialogs were opened with, in order. */
  readonly asked: readonly Options[];
  /** The next dialogs are answered with these, in order; without an answer a dialog is escaped. */
  willPick(...picks: (vscode.Uri | undefined)[]): void;
  uri(name: string): vscode.Uri;
  names(): string[];
  read(name: string): Buffer;
  write(name: string, content: string | Uint8Array): vscode.Uri;
}

/** Gives every test of the suite an empty folder, and answers the dialogs for files. */
export function useFiles(): Files {
  let folder = '';
  let asked: Options[] = [];
  let picks: (vscode.Uri | undefined)[] = [];
  let restores: (() => void)[] = [];
  const ask = (options: Options = {}): vscode.Uri | undefined => {
    asked.push(options);
    return picks.shift();
  };
  beforeEach('make a folder', () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'syncb-files-'));
    [asked, picks] = [[], []];
    restores = [
      replaceMember(vscode.window, 'showSaveDialog', (options) => Promise.resolve(ask(options))),
      replaceMember(vscode.window, 'showOpenDialog', (options) => {
        const picked = ask(options);
        return Promise.resolve(picked === undefined ? undefined : [picked]);
      }),
    ];
  });
  afterEach('remove the folder', () => {
    for (const restore of restores) {
      restore();
    }
    fs.rmSync(folder, { recursive: true, force: true });
    assert.deepEqual(picks, [], 'there were fewer dialogs than answers');
  });
  return {
    get folder() {
      return folder;
    },
    get asked() {
      return asked;
    },
    willPick: (...more) => picks.push(...more),
    uri: (name) => vscode.Uri.file(path.join(folder, name)),
    names: () => fs.readdirSync(folder).sort(),
    read: (name) => fs.readFileSync(path.join(folder, name)),
    write(name, content) {
      fs.writeFileSync(path.join(folder, name), content);
      return this.uri(name);
    },
  };
}
