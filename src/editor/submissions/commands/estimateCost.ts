import * as vscode from 'vscode';
import { type EstimateReport, estimatesPerMinute, payloadOf, spreadSample } from '../../../core/submissions/estimates';
import { type Button, showMessage } from '../../shared/messages';
import { withProgress } from '../../shared/progress';
import { fileNameOf, hashOfRequests } from '../fileToSubmit';
import {
  estimatedText,
  estimatingText,
  estimatingTitle,
  longEstimateDetail,
  longEstimateText,
} from '../text/estimates';
import { emptyFileText } from '../text/submitting';
import { batchFileOf } from '../../batchFiles/commands/pickBatchFile';
import type { CommandContext } from '../../commandContext';
import { currentSession } from '../../account/session';
import { reportErrors } from '../../shared/reportErrors';

/** More than a minute is worth a question. */
const longMs = 60_000;
const sampleSize = 20;

/** *Estimate Cost of Batch File*: what sync.so says that its requests will cost, asked one by one. */
export async function estimateCost(context: CommandContext, argument: unknown): Promise<void> {
  const document = await batchFileOf(context, argument);
  if (document === undefined) {
    return;
  }
  const fileName = fileNameOf(document);
  const { requests } = (await context.batchFiles.get()).check(document);
  if (requests.length === 0) {
    showMessage('information', emptyFileText(fileName));
    return;
  }
  // Those that can't be read are counted among those that can't be estimated.
  const payloads = requests.map(({ text }) => payloadOf(text));
  const readable = payloads.filter((payload) => payload !== undefined);
  const { account } = await currentSession(context);
  const waitMs = context.submissions.estimates.waitFor(account, readable);
  const wanted = waitMs >= longMs ? await askHowMany(readable, waitMs) : readable;
  if (wanted === undefined) {
    return;
  }
  const hash = await hashOfRequests(requests);
  await estimate(context, { fileName, hash, requests: requests.length, isSample: wanted !== readable, wanted });
}

interface Estimation {
  readonly fileName: string;
  readonly hash: string;
  /** In the file. */
  readonly requests: number;
  /** The payloads to be estimated. */
  readonly wanted: readonly string[];
  readonly isSample: boolean;
}

/** @returns nothing when the person escapes. */
async function askHowMany(payloads: readonly string[], waitMs: number): Promise<readonly string[] | undefined> {
  const all = vscode.l10n.t('Estimate All');
  const some = vscode.l10n.t('Estimate {0} and Extrapolate', sampleSize);
  const chosen = await vscode.window.showInformationMessage(
    longEstimateText(payloads.length, waitMs),
    { modal: true, detail: longEstimateDetail(estimatesPerMinute) },
    all,
    some,
  );
  return chosen === all ? payloads : chosen === some ? spreadSample(payloads, sampleSize) : undefined;
}

async function estimate(context: CommandContext, estimation: Estimation): Promise<void> {
  const { fileName, hash, requests, wanted, isSample } = estimation;
  const { submissions } = context;
  const { client, account } = await currentSession(context);
  const asked = await withProgress(estimatingTitle(fileName), (progress, { signal }) => {
    let shown = 0;
    return submissions.estimates.estimate({
      source: client,
      account,
      payloads: wanted,
      signal,
      onProgress({ done, total, usd }) {
        const leftMs = submissions.estimates.waitFor(account, wanted);
        progress.report({
          message: estimatingText(done, total, usd, leftMs),
          increment: ((done - shown) / total) * 100,
        });
        shown = done;
      },
    });
  });
  const report = isSample ? asked : withUnreadable(asked, requests);
  if (report.estimated > 0) {
    const { usd, at, estimated } = report;
    const isExtrapolated = isSample && report.end === 'complete';
    submissions.tried.note(account, hash, {
      estimate: {
        usd: isExtrapolated ? (usd / estimated) * requests : usd,
        at,
        estimated,
        total: requests,
        isExtrapolated,
      },
    });
  }
  tell(context, estimation, report);
}

/** Requests without a payload that could be read were not asked for; they count as not estimated. */
function withUnreadable(report: EstimateReport, requests: number): EstimateReport {
  return { ...report, failed: report.failed + requests - report.total, total: requests };
}

function tell(context: CommandContext, estimation: Estimation, report: EstimateReport): void {
  const buttons: Button[] = [];
  if (report.end !== 'complete') {
    // What was estimated is known by now, and not asked for again.
    buttons.push([vscode.l10n.t('Go On'), reportErrors(context, () => estimate(context, estimation))]);
  }
  if (report.error !== undefined) {
    buttons.push([vscode.l10n.t('Show Log'), () => vscode.commands.executeCommand('syncBatches.showLog')]);
  }
  showMessage(severityOf(report), estimatedText(report, estimation.requests), ...buttons);
}

function severityOf({ end, estimated, failed }: EstimateReport): 'information' | 'warning' | 'error' {
  return estimated === 0 && failed > 0 ? 'error' : end === 'stopped' || failed > 0 ? 'warning' : 'information';
}
