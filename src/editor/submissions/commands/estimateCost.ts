import * as vscode from 'vscode';
import { displayText } from '../../../core/common/displayText';
import { type EstimateReport, estimatesPerMinute, payloadOf, spreadSample } from '../../../core/submissions/estimates';
import { hashOfRequests } from '../../../core/submissions/plan';
import { currentSession } from '../../account/session';
import { batchFileOf } from '../../batchFiles/commands/pickBatchFile';
import { type Button, showLogButton, showMessage } from '../../shared/messages';
import { withProgress } from '../../shared/progress';
import { reportErrors } from '../../shared/reportErrors';
import type { SubmissionContext } from '../context';
import { fileNameOf } from '../fileToSubmit';
import { estimatedText, estimatingText, longEstimateText } from '../text/estimates';
import { emptyFileText } from '../text/submitting';

/** The user is asked first if it takes longer than this, in milliseconds. */
const askAfterMs = 60_000;
const sampleSize = 20;

/** *Estimate Cost of Batch File*: lets sync.so estimate the requests of a file, one by one. */
export async function estimateCost(context: SubmissionContext, argument: unknown): Promise<void> {
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
  // Unreadable requests count as not estimated.
  const payloads = requests.map(({ text }) => payloadOf(text));
  const readable = payloads.filter((payload) => payload !== undefined);
  const { account } = await currentSession(context);
  const waitMs = context.submissions.estimates.waitFor(account, readable);
  const wanted = waitMs >= askAfterMs ? await askHowMany(readable, waitMs) : readable;
  if (wanted === undefined) {
    return;
  }
  const hash = await hashOfRequests(requests);
  await estimate(context, { fileName, hash, requests: requests.length, isSample: wanted !== readable, wanted });
}

interface Estimation {
  readonly fileName: string;
  readonly hash: string;
  /** The number of requests in the file. */
  readonly requests: number;
  /** The payloads to estimate. */
  readonly wanted: readonly string[];
  readonly isSample: boolean;
}

/** @returns undefined if the user cancels. */
async function askHowMany(payloads: readonly string[], waitMs: number): Promise<readonly string[] | undefined> {
  const all = vscode.l10n.t('Estimate All');
  const some = vscode.l10n.t('Estimate {0} and Extrapolate', sampleSize);
  const detail = vscode.l10n.t(
    'sync.so estimates one request at a time. The extension sends at most {0} a minute, to leave room for other requests with the same key. You can cancel at any time and keep the estimates so far.',
    estimatesPerMinute,
  );
  const question = longEstimateText(payloads.length, waitMs);
  const chosen = await vscode.window.showInformationMessage(question, { modal: true, detail }, all, some);
  return chosen === all ? payloads : chosen === some ? spreadSample(payloads, sampleSize) : undefined;
}

async function estimate(context: SubmissionContext, estimation: Estimation): Promise<void> {
  const { fileName, hash, requests, wanted, isSample } = estimation;
  const { submissions } = context;
  const { client, account } = await currentSession(context);
  const title = vscode.l10n.t('Estimating {0}', displayText(fileName));
  const asked = await withProgress(title, (progress, { signal }) => {
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
  // Unreadable requests were not sent to sync.so; they count as failed.
  const unreadable = isSample ? 0 : requests - asked.total;
  const report = { ...asked, failed: asked.failed + unreadable, total: asked.total + unreadable };
  if (report.estimated > 0) {
    const { usd, at, estimated } = report;
    const isExtrapolated = isSample && report.end === 'complete';
    submissions.preflight.add(account, hash, {
      estimate: {
        usd: isExtrapolated ? (usd / estimated) * requests : usd,
        at,
        estimated,
        total: requests,
        isExtrapolated,
      },
    });
  }
  showReport(context, estimation, report);
}

function showReport(context: SubmissionContext, estimation: Estimation, report: EstimateReport): void {
  const buttons: Button[] = [];
  if (report.end !== 'complete') {
    // The estimates so far are cached.
    buttons.push([vscode.l10n.t('Continue'), reportErrors(context, () => estimate(context, estimation))]);
  }
  if (report.error !== undefined) {
    buttons.push(showLogButton());
  }
  showMessage(severityOf(report), estimatedText(report, estimation.requests), ...buttons);
}

function severityOf({ end, estimated, failed }: EstimateReport): 'information' | 'warning' | 'error' {
  return estimated === 0 && failed > 0 ? 'error' : end === 'stopped' || failed > 0 ? 'warning' : 'information';
}
