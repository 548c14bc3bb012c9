/** The texts about estimated costs. */
import * as vscode from 'vscode';
import type { EstimateReport } from '../../../core/submissions/estimates';
import { requestsText, formatNumber } from '../../shared/counts';
import { errorSentence } from '../../shared/errorText';

/** "$12.40"; two significant digits below a cent. */
export function usdText(usd: number): string {
  const isSmall = usd > 0 && usd < 0.01;
  return new Intl.NumberFormat(vscode.env.language, {
    style: 'currency',
    currency: 'USD',
    ...(isSmall ? { maximumSignificantDigits: 2 } : {}),
  }).format(usd);
}

/** The progress of an estimation. @param leftMs The remaining time, in milliseconds. */
export function estimatingText(done: number, total: number, usd: number, leftMs: number): string {
  const [doneText, totalText, cost] = [formatNumber(done), formatNumber(total), usdText(usd)];
  return leftMs < 60_000
    ? vscode.l10n.t('{0} of {1}, {2} so far', doneText, totalText, cost)
    : vscode.l10n.t('{0} of {1}, {2} so far, about {3} left', doneText, totalText, cost, minutesText(leftMs));
}

export function longEstimateText(requests: number, waitMs: number): string {
  return vscode.l10n.t('Estimating {0} takes about {1}.', requestsText(requests), minutesText(waitMs));
}

function minutesText(ms: number): string {
  const minutes = Math.max(1, Math.ceil(ms / 60_000));
  return minutes === 1 ? vscode.l10n.t('1 minute') : vscode.l10n.t('{0} minutes', formatNumber(minutes));
}

/** The result of an estimation. @param requests The number of requests in the file; more than the report has for a sample. */
export function estimatedText(report: EstimateReport, requests: number): string {
  const { usd, estimated, failed, total, end, error } = report;
  if (estimated === 0) {
    return failed === 0 || error === undefined
      ? vscode.l10n.t('Nothing was estimated.')
      : vscode.l10n.t('The cost can’t be estimated. {0}', errorSentence(error, 'estimateCost'));
  }
  const texts: string[] = [];
  if (requests > total && end === 'complete') {
    texts.push(
      vscode.l10n.t(
        'Roughly {0} for {1}, extrapolated from {2} of them that cost {3} (estimate by sync.so, not an invoice).',
        usdText((usd / estimated) * requests),
        requestsText(requests),
        formatNumber(estimated),
        usdText(usd),
      ),
    );
  } else if (estimated === total) {
    texts.push(
      vscode.l10n.t('About {0} for {1} (estimate by sync.so, not an invoice).', usdText(usd), requestsText(total)),
    );
  } else {
    const [cost, some, all] = [usdText(usd), formatNumber(estimated), formatNumber(total)];
    texts.push(
      end === 'complete'
        ? vscode.l10n.t('About {0} for {1} of {2} requests (estimate by sync.so, not an invoice).', cost, some, all)
        : vscode.l10n.t(
            'About {0} for {1} of {2} requests so far (estimate by sync.so, not an invoice).',
            cost,
            some,
            all,
          ),
    );
  }
  if (end === 'stopped' && error !== undefined) {
    texts.push(vscode.l10n.t('The estimation has stopped: {0}', errorSentence(error, 'estimateCost')));
  } else if (failed > 0) {
    const count = formatNumber(failed);
    texts.push(
      error === undefined
        ? vscode.l10n.t('{0} could not be estimated: not a valid request.', count)
        : vscode.l10n.t('{0} could not be estimated: {1}', count, errorSentence(error, 'estimateCost')),
    );
  }
  return texts.join(' ');
}
