import * as vscode from 'vscode';
import { guessMapping, rowsToRequests } from '../../core/batchFile/newFile/columns';
import { isEmptyRow, readCsv, type CsvTable } from '../../core/batchFile/newFile/csv';
import { requestsFromUrls } from '../../core/batchFile/newFile/mediaUrls';
import { templateLines } from '../../core/batchFile/newFile/template';
import { formatNumber } from '../shared/counts';
import { askWhatToOpen } from '../shared/files';
import { showMessage } from '../shared/messages';
import { sizeText } from '../results/text/results';
import { createdText, nothingCreatedText, rowIssueLines, unpairedLines } from './text/newFile';
import { withoutIcons } from '../shared/plainText';
import type { BatchFilesHost } from './batchFilesInterface';
import { askForColumns } from './columnsPick';
import { batchFileLanguage } from './documents';

/** A larger table is certainly not the source of a batch. */
const maxTableBytes = 20_000_000;
/** The template has no more requests than this, whatever the limits are. */
const maxTemplateRequests = 100;

/** Asks for the source of a new batch file and opens it as an unsaved document. */
export async function newFile(host: BatchFilesHost): Promise<void> {
  host.onUse();
  const sources = [
    {
      label: vscode.l10n.t('From a Template'),
      detail: templateDetail(requestsInTemplate(host)),
      create: () => fromTemplate(host),
    },
    {
      label: vscode.l10n.t('From a CSV File…'),
      detail: vscode.l10n.t('One request per row. You choose the columns.'),
      create: () => fromCsv(host),
    },
    {
      label: vscode.l10n.t('From Media URLs…'),
      detail: vscode.l10n.t('One request per audio file, matched to a video by file name'),
      create: () => fromUrls(host),
    },
  ];
  const chosen = await vscode.window.showQuickPick(sources, {
    title: vscode.l10n.t('New Batch File'),
    placeHolder: vscode.l10n.t('Start from'),
    matchOnDetail: true,
  });
  await chosen?.create();
}

function requestsInTemplate(host: BatchFilesHost): number {
  return Math.min(host.readLimits().minLines, maxTemplateRequests);
}

function templateDetail(requests: number): string {
  return requests === 1
    ? vscode.l10n.t('1 sample request with placeholders for your URLs')
    : vscode.l10n.t('{0} sample requests with placeholders for your URLs', formatNumber(requests));
}

async function fromTemplate(host: BatchFilesHost): Promise<void> {
  const [model] = host.models();
  await open(templateLines(requestsInTemplate(host), model).text);
}

async function fromCsv(host: BatchFilesHost): Promise<void> {
  const table = await askForTable();
  if (table === undefined) {
    return;
  }
  const rows = table.rows.filter((row) => !isEmptyRow(row)).length;
  if (rows === 0) {
    showMessage('warning', vscode.l10n.t('The table has no rows. Its first line must contain the column names.'));
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
  const { text, requests, issues } = rowsToRequests(table, mapping, {
    model,
    ...(voice === '' ? {} : { voice }),
  });
  const skipped = issues.filter(({ isInFile }) => !isInFile);
  const accepted = [...issues.filter(({ isInFile }) => isInFile), ...table.issues];
  await finish({
    text,
    requests,
    skipped: new Set(skipped.map(({ row }) => row)).size,
    isAudioMissing: skipped.every(({ code }) => code === 'noAudio'),
    rowsToCheck: new Set(accepted.map(({ row }) => row)).size,
    lines: rowIssueLines(table.headers, table.issues, issues),
  });
}

async function askForTable(): Promise<CsvTable | undefined> {
  const picked = await askWhatToOpen({
    title: vscode.l10n.t('Choose a CSV File'),
    openLabel: vscode.l10n.t('Open'),
    filters: { CSV: ['csv', 'tsv', 'txt'], [vscode.l10n.t('All Files')]: ['*'] },
  });
  if (picked === undefined) {
    return undefined;
  }
  const { size } = await vscode.workspace.fs.stat(picked);
  if (size > maxTableBytes) {
    const [actual, max] = [sizeText(size), sizeText(maxTableBytes)];
    showMessage('error', vscode.l10n.t('The file is too large ({0}). A table can have at most {1}.', actual, max));
    return undefined;
  }
  return readCsv(decoded(await vscode.workspace.fs.readFile(picked)));
}

/** Decodes UTF-8, UTF-16 with a byte order mark, or Windows-1252, which are the encodings that spreadsheets write. */
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

/** @returns undefined if the user cancels. */
async function askForModel(host: BatchFilesHost): Promise<string | undefined> {
  const models = host.models().map((model) => ({ label: withoutIcons(model), model }));
  const chosen = await vscode.window.showQuickPick(models, {
    title: vscode.l10n.t('New Batch File'),
    placeHolder: vscode.l10n.t('Select the model for the requests'),
    ignoreFocusOut: true,
  });
  return chosen?.model;
}

/** @returns an empty text if the user enters none, undefined if the user cancels. */
async function askForVoice(): Promise<string | undefined> {
  const voice = await vscode.window.showInputBox({
    title: vscode.l10n.t('New Batch File'),
    prompt: vscode.l10n.t('Enter the ID of the voice that speaks the texts. Rows with a text need a voice.'),
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
    const text = vscode.l10n.t(
      'No URLs found. Copy the URLs of your video and audio files to the clipboard or an editor, one per line.',
    );
    showMessage('warning', text);
    return;
  }
  const model = await askForModel(host);
  if (model === undefined) {
    return;
  }
  const { text, requests, unpaired } = requestsFromUrls(list, { model });
  const lines = unpairedLines(unpaired);
  await finish({ text, requests, skipped: unpaired.length, isAudioMissing: false, rowsToCheck: 0, lines });
}

/** Asks for the source of the URLs. Reads the clipboard only if the user picks it. */
async function askForList(): Promise<string | undefined> {
  const editor = vscode.window.activeTextEditor;
  const sources = [
    {
      label: vscode.l10n.t('From the Clipboard'),
      detail: vscode.l10n.t('Copy the URLs first, one per line.'),
      read: () => vscode.env.clipboard.readText(),
    },
    ...(editor === undefined
      ? []
      : [
          {
            label: editor.selection.isEmpty
              ? vscode.l10n.t('From the Editor')
              : vscode.l10n.t('From the Selection in the Editor'),
            detail: vscode.l10n.t('URLs in the active editor'),
            read: () => editor.document.getText(editor.selection.isEmpty ? undefined : editor.selection),
          },
        ]),
  ];
  const chosen = await vscode.window.showQuickPick(sources, {
    title: vscode.l10n.t('New Batch File'),
    placeHolder: vscode.l10n.t('Select the source of the video and audio URLs'),
    ignoreFocusOut: true,
  });
  return await chosen?.read();
}

interface NewRequests {
  readonly text: string;
  readonly requests: number;
  readonly skipped: number;
  readonly isAudioMissing: boolean;
  readonly rowsToCheck: number;
  /** One line for each skipped item and each issue. */
  readonly lines: readonly string[];
}

async function finish({ text, requests, skipped, isAudioMissing, rowsToCheck, lines }: NewRequests): Promise<void> {
  if (requests > 0) {
    await open(text);
  }
  const isComplete = requests > 0 && lines.length === 0;
  showMessage(
    isComplete ? 'information' : 'warning',
    requests > 0 ? createdText(requests, skipped, rowsToCheck) : nothingCreatedText(skipped, isAudioMissing),
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
