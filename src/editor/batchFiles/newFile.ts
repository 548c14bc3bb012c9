import * as vscode from 'vscode';
import { guessMapping, rowsToRequests } from '../../core/batchFile/newFile/columns';
import { isEmptyRow, readCsv, type CsvTable } from '../../core/batchFile/newFile/csv';
import { requestsFromUrls } from '../../core/batchFile/newFile/mediaUrls';
import { templateLines } from '../../core/batchFile/newFile/template';
import { showMessage } from '../shared/messages';
import {
  createdText,
  noRowsText,
  nothingCreatedText,
  noUrlsText,
  rowProblemLines,
  tooLargeTableText,
  unpairedLines,
} from './text/newFile';
import { withoutIcons } from '../shared/plainText';
import type { BatchFilesHost } from './checkedFile';
import { askForColumns } from './columnsPick';
import { batchFileLanguage } from './documents';

/** A table of more bytes than this is none of a batch. */
const largestTable = 20_000_000;
/** A template need not be longer, whatever the limits are. */
const longestTemplate = 100;

/** Asks from what a batch file is to be made, and opens it. Nothing is written to the disk. */
export async function newFile(host: BatchFilesHost): Promise<void> {
  host.onUse();
  const ways = [
    {
      label: vscode.l10n.t('From a Template'),
      detail: vscode.l10n.t('Requests with places for your URLs, as many as a batch has at least.'),
      make: () => fromTemplate(host),
    },
    {
      label: vscode.l10n.t('From a CSV File…'),
      detail: vscode.l10n.t('A request for each row. You say which column is what.'),
      make: () => fromCsv(host),
    },
    {
      label: vscode.l10n.t('From Media URLs…'),
      detail: vscode.l10n.t('A request for each audio, with the video that goes with it by its name.'),
      make: () => fromUrls(host),
    },
  ];
  const chosen = await vscode.window.showQuickPick(ways, {
    title: vscode.l10n.t('New Batch File'),
    placeHolder: vscode.l10n.t('What is it made from?'),
    matchOnDetail: true,
  });
  await chosen?.make();
}

async function fromTemplate(host: BatchFilesHost): Promise<void> {
  const [model] = host.models();
  await open(templateLines(Math.min(host.readLimits().minLines, longestTemplate), model).text);
}

async function fromCsv(host: BatchFilesHost): Promise<void> {
  const table = await askForTable();
  if (table === undefined) {
    return;
  }
  const rows = table.rows.filter((row) => !isEmptyRow(row)).length;
  if (rows === 0) {
    showMessage('warning', noRowsText());
    return;
  }
  const mapping = await askForColumns(table.headers, guessMapping(table.headers), rows);
  if (mapping === undefined) {
    return;
  }
  const [firstModel = ''] = host.models();
  const model = mapping.model === undefined ? await askForModel(host) : firstModel;
  if (model === undefined) {
    return;
  }
  const isVoiceMissing = mapping.text !== undefined && mapping.voice === undefined;
  const voice = isVoiceMissing ? await askForVoice() : '';
  if (voice === undefined) {
    return;
  }
  const { text, requests, problems } = rowsToRequests(table, mapping, {
    model,
    ...(voice === '' ? {} : { voice }),
  });
  const leftOut = new Set(problems.filter(({ isInFile }) => !isInFile).map(({ row }) => row)).size;
  const noted = new Set([...problems.filter(({ isInFile }) => isInFile), ...table.notes].map(({ row }) => row)).size;
  await finish({ text, requests, leftOut, noted, lines: rowProblemLines(table.headers, table.notes, problems) });
}

async function askForTable(): Promise<CsvTable | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const [picked] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Choose a CSV File'),
      openLabel: vscode.l10n.t('Read'),
      filters: { CSV: ['csv', 'tsv', 'txt'], [vscode.l10n.t('All Files')]: ['*'] },
      ...(folder === undefined ? {} : { defaultUri: folder }),
    })) ?? [];
  if (picked === undefined) {
    return undefined;
  }
  const { size } = await vscode.workspace.fs.stat(picked);
  if (size > largestTable) {
    showMessage('error', tooLargeTableText(size, largestTable));
    return undefined;
  }
  return readCsv(decoded(await vscode.workspace.fs.readFile(picked)));
}

/** UTF-8, or what spreadsheets write where they don't write that: UTF-16 with a mark, or the encoding of old Windows. */
function decoded(bytes: Uint8Array): string {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (isUtf16) {
    return new TextDecoder(bytes[0] === 0xff ? 'utf-16le' : 'utf-16be').decode(bytes);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** @returns nothing when the person escapes. */
async function askForModel(host: BatchFilesHost): Promise<string | undefined> {
  const models = host.models().map((model) => ({ label: withoutIcons(model), model }));
  const chosen = await vscode.window.showQuickPick(models, {
    title: vscode.l10n.t('New Batch File'),
    placeHolder: vscode.l10n.t('Which model do the requests ask for?'),
    ignoreFocusOut: true,
  });
  return chosen?.model;
}

/** @returns empty for none, nothing when the person escapes. */
async function askForVoice(): Promise<string | undefined> {
  const voice = await vscode.window.showInputBox({
    title: vscode.l10n.t('New Batch File'),
    prompt: vscode.l10n.t('The ID of the voice that speaks the texts. Rows with a text need one.'),
    ignoreFocusOut: true,
  });
  return voice?.trim();
}

async function fromUrls(host: BatchFilesHost): Promise<void> {
  const list = await askForList();
  if (list === undefined) {
    return;
  }
  if (!/https?:\/\//i.test(list)) {
    showMessage('warning', noUrlsText());
    return;
  }
  const model = await askForModel(host);
  if (model === undefined) {
    return;
  }
  const { text, requests, unpaired } = requestsFromUrls(list, { model });
  await finish({ text, requests, leftOut: unpaired.length, noted: 0, lines: unpairedLines(unpaired) });
}

/** Asks where the list of URLs is. The clipboard is read only when it is chosen. */
async function askForList(): Promise<string | undefined> {
  const editor = vscode.window.activeTextEditor;
  const sources = [
    {
      label: vscode.l10n.t('From the Clipboard'),
      detail: vscode.l10n.t('Copy the URLs first, one a line.'),
      read: () => vscode.env.clipboard.readText(),
    },
    ...(editor === undefined
      ? []
      : [
          {
            label: editor.selection.isEmpty
              ? vscode.l10n.t('From the Editor')
              : vscode.l10n.t('From the Selection in the Editor'),
            detail: vscode.l10n.t('The URLs in the text that is in front now.'),
            read: () => editor.document.getText(editor.selection.isEmpty ? undefined : editor.selection),
          },
        ]),
  ];
  const chosen = await vscode.window.showQuickPick(sources, {
    title: vscode.l10n.t('New Batch File'),
    placeHolder: vscode.l10n.t('Where are the URLs of the videos and audios?'),
    ignoreFocusOut: true,
  });
  return await chosen?.read();
}

interface Made {
  readonly text: string;
  readonly requests: number;
  readonly leftOut: number;
  readonly noted: number;
  /** What is said about what was left out, and about what should be looked at. */
  readonly lines: readonly string[];
}

async function finish({ text, requests, leftOut, noted, lines }: Made): Promise<void> {
  if (requests > 0) {
    await open(text);
  }
  const isSound = requests > 0 && lines.length === 0;
  showMessage(
    isSound ? 'information' : 'warning',
    requests > 0 ? createdText(requests, leftOut, noted) : nothingCreatedText(leftOut),
    ...(lines.length === 0 ? [] : ([[vscode.l10n.t('Show List'), () => showList(lines)]] as const)),
  );
}

async function open(content: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: batchFileLanguage, content });
  await vscode.window.showTextDocument(document, { preview: false });
}

async function showList(lines: readonly string[]): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: 'plaintext', content: lines.join('\n') });
  await vscode.window.showTextDocument(document, { preview: false });
}
