import * as vscode from 'vscode';
import { ApiError } from '../../../core/api/http/errors';
import type { Batch } from '../../../core/batches/batch';
import { asError } from '../../../core/common/errors';
import type { ServerError } from '../../batchFiles/types';
import { type Button, showMessage } from '../../shared/messages';
import { withProgress } from '../../shared/progress';
import { readBatchFileLimits } from '../../shared/settings';
import { currentSession } from '../../account/session';
import { reportErrors } from '../../shared/reportErrors';
import { type FileToSubmit, fileNameOf, locateServerErrors, takeFile } from '../fileToSubmit';
import { readWebhook } from '../webhook';
import { createdByDryRunText, dryRunHasErrorsText, dryRunTitle, validatedText } from '../text/dryRun';
import { refusedFileText } from '../text/refusals';
import { partText } from '../text/submissions';
import { emptyFileText, partFaultText } from '../text/submitting';
import { batchFileOf } from '../../batchFiles/commands/pickBatchFile';
import type { CommandContext } from '../../commandContext';

/** *Dry Run Batch File*: has sync.so check a file without making a batch of it. */
export async function dryRun(context: CommandContext, argument: unknown): Promise<void> {
  const document = await batchFileOf(context, argument);
  if (document === undefined) {
    return;
  }
  const files = await context.batchFiles.get();
  const checked = files.check(document);
  const fileName = fileNameOf(document);
  if (checked.requests.length === 0) {
    showMessage('information', emptyFileText(fileName));
    return;
  }
  const webhookUrl = readWebhook();
  if (webhookUrl === undefined) {
    return;
  }
  const limits = readBatchFileLimits();
  const file = await takeFile(document, checked, limits);
  if ('fault' in file) {
    const line = 'line' in file ? (checked.requests[file.line]?.line ?? 0) + 1 : 0;
    showMessage('error', partFaultText(fileName, file, line, limits));
    return;
  }
  const run = (): Promise<void> => runDry(context, file, webhookUrl);
  if (checked.errors === 0) {
    await run();
    return;
  }
  // sync.so may take what was not documented when this was written: it is asked, where the person wants that.
  showMessage(
    'warning',
    dryRunHasErrorsText(fileName, checked.errors),
    [vscode.l10n.t('Show Problems'), () => files.showProblems(document)],
    [vscode.l10n.t('Dry Run All the Same'), reportErrors(context, run, 'dryRun')],
  );
}

/** What came of the parts that were tried. */
interface DryRun {
  /** The refusals of the file itself, with the lines of the part that each is about. */
  readonly refusals: readonly { readonly lines: readonly string[]; readonly error: ApiError }[];
  /** What kept the other parts from being tried. */
  readonly failure: Error | undefined;
  /** The server made a batch. Nothing more is sent to it then. */
  readonly created: { readonly batch: Batch; readonly part: number } | undefined;
}

async function runDry(context: CommandContext, file: FileToSubmit, webhookUrl: string): Promise<void> {
  const { client, account } = await currentSession(context);
  const { document, fileName, hash, parts } = file;
  const files = await context.batchFiles.get();
  const came = await withProgress(dryRunTitle(fileName), async (progress, { signal }): Promise<DryRun> => {
    const refusals: DryRun['refusals'][number][] = [];
    for (const [part, { input, lines }] of parts.entries()) {
      progress.report({ message: partText(part, parts.length), increment: part === 0 ? 0 : 100 / parts.length });
      try {
        const answer = await client.validateBatch({ input, fileName, webhookUrl }, signal);
        if (answer.kind === 'created') {
          return { refusals, failure: undefined, created: { batch: answer.batch, part } };
        }
      } catch (error) {
        if (!(error instanceof ApiError) || error.reason !== 'badRequest') {
          return { refusals, failure: asError(error), created: undefined };
        }
        // The other parts may have faults of their own: all of them are better known at once.
        refusals.push({ lines, error });
      }
    }
    return { refusals, failure: undefined, created: undefined };
  });
  // In the text as it is now: it may have been edited meanwhile.
  const { requests } = files.check(document);
  const serverErrors = came.refusals.flatMap(({ lines, error }) =>
    locateServerErrors(requests, lines, error.details.lines ?? []),
  );
  if (came.failure === undefined || serverErrors.length > 0) {
    files.setServerErrors(document, serverErrors);
  }
  if (came.created !== undefined) {
    await tellCreated(context, account, file, webhookUrl, came.created);
  } else if (came.refusals.length > 0) {
    tellRefused(context, file, came, serverErrors);
  } else if (came.failure === undefined) {
    context.submissions.tried.note(account, hash, { isValidated: true });
    showMessage('information', validatedText(fileName, file.checked.requests.length, parts.length), [
      vscode.l10n.t('Submit…'),
      () => vscode.commands.executeCommand('syncBatches.submitFile', document.uri),
    ]);
  }
  if (came.failure !== undefined) {
    throw came.failure;
  }
}

/** A server that makes a batch when it is asked to check a file only: the person must know, and so must the journal. */
async function tellCreated(
  context: CommandContext,
  account: string,
  file: FileToSubmit,
  webhookUrl: string,
  { batch, part }: NonNullable<DryRun['created']>,
): Promise<void> {
  const { submissions, view, log } = context;
  log.error(`A dry run has created a batch: ${batch.id}`);
  showMessage(
    'error',
    createdByDryRunText(file.fileName, batch.id),
    [vscode.l10n.t('Show in List'), () => view.reveal(batch.id)],
    [vscode.l10n.t('Copy Batch ID'), () => vscode.env.clipboard.writeText(batch.id)],
  );
  await submissions.noteCreated(account, file, webhookUrl, part, batch.id);
}

function tellRefused(
  { batchFiles }: CommandContext,
  { document, fileName }: FileToSubmit,
  { refusals }: DryRun,
  serverErrors: readonly ServerError[],
): void {
  const said = refusals.map(({ error }) => error.details.serverMessage).filter((text) => text !== undefined);
  const buttons: Button[] = [];
  if (serverErrors.length > 0) {
    const show = async (): Promise<void> => (await batchFiles.get()).showProblems(document);
    buttons.push([vscode.l10n.t('Show Problems'), show]);
  }
  buttons.push([vscode.l10n.t('Show Log'), () => vscode.commands.executeCommand('syncBatches.showLog')]);
  showMessage('error', refusedFileText(fileName, said.length === 0 ? undefined : said.join(' ')), ...buttons);
}
