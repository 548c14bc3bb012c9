import * as vscode from 'vscode';
import type { BaseUrlFault } from '../../core/api/http/baseUrl';
import type { ApiError, ApiErrorReason } from '../../core/api/http/errors';
import { clockTimeWithSeconds } from './times';

/** The operation that failed. `other`: the caller does not know. */
export type ApiOperation =
  | 'listBatches'
  | 'getBatch'
  | 'loadResults'
  | 'downloadMedia'
  | 'createBatch'
  | 'dryRun'
  | 'estimateCost'
  | 'listModels'
  | 'checkKey'
  | 'other';

/** What the user can do about an error; each one is a button. */
export type NextStep =
  'setApiKey' | 'openBilling' | 'openStatus' | 'openAddressSetting' | 'openProxySettings' | 'clearFilters';

/** An error in the user's language. */
export interface ErrorText {
  /** What happened: one sentence, or two if the server gave a reason. */
  readonly what: string;
  /** What it means and what to do: one or two sentences. */
  readonly advice: string;
  /** The most helpful step first. *Try Again* and *Show Log* are always offered and not listed here. */
  readonly nextSteps: readonly NextStep[];
}

/**
 * The texts of all API errors. To find the text of an HTTP status, search this file for the number, such as 402. The
 * welcome texts of the empty list are in package.nls.json, by {@link errorFamilies}.
 */
export function errorText(error: ApiError, operation: ApiOperation): ErrorText {
  const text = baseText(error, operation);
  const isAmbiguous = error.reason === 'forbidden' || error.reason === 'server';
  if (error.details.isForeign !== true || !isAmbiguous) {
    return text;
  }
  // VS Code passes on the refusal of a proxy as if it were the server's.
  return {
    ...text,
    advice: `${text.advice} ${vscode.l10n.t('The answer may come from a proxy and not from sync.so. See the setting http.proxy.')}`,
    nextSteps: [...text.nextSteps, 'openProxySettings'],
  };
}

function baseText({ reason, details }: ApiError, operation: ApiOperation): ErrorText {
  const { code, status, retryAt, serverMessage } = details;
  const said = serverMessage === undefined ? undefined : withFullStop(serverMessage);
  const proxyCode = code ?? status;
  const texts: Readonly<Record<ApiErrorReason, ErrorText>> = {
    badRequest: {
      what:
        said === undefined
          ? vscode.l10n.t('sync.so refused the request ({0}).', status ?? 400)
          : vscode.l10n.t('sync.so refused the request ({0}): {1}', status ?? 400, said),
      ...badRequestAdvice(operation),
    },
    unauthorized: {
      what: vscode.l10n.t('sync.so refused the API key (401).'),
      advice: vscode.l10n.t('The key is wrong or was revoked. Set a valid key.'),
      nextSteps: ['setApiKey'],
    },
    planRequired: {
      what:
        said === undefined
          ? vscode.l10n.t('Your plan does not include the Batch API (402).')
          : vscode.l10n.t('Your plan does not include the Batch API (402): {0}', said),
      advice: vscode.l10n.t('Batches need a Scale or Enterprise plan, and no unpaid invoice.'),
      nextSteps: ['openBilling'],
    },
    forbidden: {
      what:
        said === undefined
          ? vscode.l10n.t('This API key is not allowed to do this (403).')
          : vscode.l10n.t('This API key is not allowed to do this (403): {0}', said),
      advice: vscode.l10n.t('Set another key, or ask an administrator of your organization.'),
      nextSteps: ['setApiKey'],
    },
    notFound: {
      what:
        said === undefined
          ? vscode.l10n.t('There is nothing at this address (404).')
          : vscode.l10n.t('There is nothing at this address (404): {0}', said),
      advice: vscode.l10n.t('Check the setting syncBatches.apiBaseUrl.'),
      nextSteps: ['openAddressSetting'],
    },
    rateLimited: {
      what:
        said === undefined
          ? vscode.l10n.t('sync.so received too many requests with this API key (429).')
          : vscode.l10n.t('sync.so received too many requests with this API key (429): {0}', said),
      advice:
        retryAt === undefined
          ? vscode.l10n.t('The limit is per minute. Try again in a minute.')
          : vscode.l10n.t('It accepts requests again at {0}.', clockTimeWithSeconds(retryAt)),
      nextSteps: [],
    },
    server: {
      what:
        said === undefined
          ? vscode.l10n.t('sync.so server error ({0}).', status ?? 500)
          : vscode.l10n.t('sync.so server error ({0}): {1}', status ?? 500, said),
      advice: vscode.l10n.t('Try again in a few minutes. The status page announces outages.'),
      nextSteps: ['openStatus'],
    },
    unexpectedStatus: {
      what: vscode.l10n.t('The server answered with a status that the API does not use ({0}).', status ?? '?'),
      advice: vscode.l10n.t('Check the setting syncBatches.apiBaseUrl, and that no proxy answers in place of the API.'),
      nextSteps: ['openAddressSetting', 'openProxySettings'],
    },
    connection: {
      what:
        code === undefined
          ? vscode.l10n.t('sync.so could not be reached.')
          : vscode.l10n.t('sync.so could not be reached ({0}).', code),
      advice: vscode.l10n.t('Check the network. Behind a proxy, check the setting http.proxy.'),
      nextSteps: ['openProxySettings'],
    },
    dns: {
      what:
        code === undefined
          ? vscode.l10n.t('The address of sync.so could not be found.')
          : vscode.l10n.t('The address of sync.so could not be found ({0}).', code),
      advice: vscode.l10n.t('You may be offline. Behind a proxy, check the setting http.proxy.'),
      nextSteps: ['openProxySettings'],
    },
    tls: {
      what:
        code === undefined
          ? vscode.l10n.t('The server’s certificate is not trusted.')
          : vscode.l10n.t('The server’s certificate is not trusted ({0}).', code),
      advice: vscode.l10n.t(
        'If your company inspects traffic, your system must trust its certificate. See the settings http.systemCertificates and http.proxy.',
      ),
      nextSteps: ['openProxySettings'],
    },
    proxy: {
      what:
        proxyCode === undefined
          ? vscode.l10n.t('The proxy did not let the request through.')
          : vscode.l10n.t('The proxy did not let the request through ({0}).', proxyCode),
      advice: vscode.l10n.t('Check the settings http.proxy and http.proxyAuthorization.'),
      nextSteps: ['openProxySettings'],
    },
    timeout: {
      what: vscode.l10n.t('sync.so did not answer in time.'),
      advice: vscode.l10n.t('Check the network, or try again in a few minutes.'),
      nextSteps: ['openStatus'],
    },
    cutOff: {
      what:
        code === undefined
          ? vscode.l10n.t('The connection was lost before the whole answer arrived.')
          : vscode.l10n.t('The connection was lost before the whole answer arrived ({0}).', code),
      advice: vscode.l10n.t('Try again. If it happens again, check the network or the proxy.'),
      nextSteps: ['openProxySettings'],
    },
    notJson: {
      what: vscode.l10n.t('Something other than the API answered.'),
      advice: vscode.l10n.t(
        'It may be a proxy or a log-in page. Check the network and the setting syncBatches.apiBaseUrl.',
      ),
      nextSteps: ['openAddressSetting', 'openProxySettings'],
    },
    wrongShape: {
      what: wrongShapeText(operation),
      advice: vscode.l10n.t(
        'Check the setting syncBatches.apiBaseUrl. If it is right, look for an update of this extension.',
      ),
      nextSteps: ['openAddressSetting'],
    },
    tooLarge: { ...tooLargeText(operation), nextSteps: [] },
    expired: {
      what: vscode.l10n.t('The link to the file has expired.'),
      advice: vscode.l10n.t('Links are valid for a limited time. Try again to get a new one.'),
      nextSteps: [],
    },
    gone: {
      what: vscode.l10n.t('The file no longer exists.'),
      advice: vscode.l10n.t('sync.so keeps results for a limited time. Copies saved on this computer still work.'),
      nextSteps: [],
    },
    linkRefused: {
      what: vscode.l10n.t('The file server refused the link.'),
      advice: vscode.l10n.t('Try again. If it happens again, check for a proxy in the setting http.proxy.'),
      nextSteps: ['openProxySettings'],
    },
    tooManyRedirects: {
      what: vscode.l10n.t('The file was not found because of too many redirects.'),
      advice: vscode.l10n.t('Try again. If it happens again, check that no proxy answers in place of the server.'),
      nextSteps: ['openProxySettings'],
    },
    unsafeUrl: {
      what: vscode.l10n.t('The address of the file is not safe, so it was not opened.'),
      advice: vscode.l10n.t(
        'Only https: addresses are opened, and none on this computer or with a password. If the address came from sync.so, report it to its support.',
      ),
      nextSteps: [],
    },
    badBaseUrl: {
      what: vscode.l10n.t('The setting syncBatches.apiBaseUrl can’t be used, so nothing was sent.'),
      advice: baseUrlAdvice(code),
      nextSteps: ['openAddressSetting'],
    },
    noKey: {
      what: vscode.l10n.t('There is no API key.'),
      advice: vscode.l10n.t('Set the API key first.'),
      nextSteps: ['setApiKey'],
    },
  };
  return texts[reason];
}

/** An error as one text. */
export function errorSentence(error: ApiError, operation: ApiOperation): string {
  const { what, advice } = errorText(error, operation);
  return `${what} ${advice}`;
}

function badRequestAdvice(operation: ApiOperation): Pick<ErrorText, 'advice' | 'nextSteps'> {
  if (operation === 'listBatches') {
    return { advice: vscode.l10n.t('If a filter is set, clear it and try again.'), nextSteps: ['clearFilters'] };
  }
  const isAboutFile = operation === 'createBatch' || operation === 'dryRun' || operation === 'estimateCost';
  return {
    advice: isAboutFile
      ? vscode.l10n.t('Correct the batch file and try again.')
      : vscode.l10n.t('If it happens again, look for an update of this extension.'),
    nextSteps: [],
  };
}

function wrongShapeText(operation: ApiOperation): string {
  const texts: Readonly<Record<ApiOperation, string>> = {
    listBatches: vscode.l10n.t('The answer is not a list of batches.'),
    getBatch: vscode.l10n.t('The answer is not a batch.'),
    loadResults: vscode.l10n.t('The answer is not a result file.'),
    downloadMedia: vscode.l10n.t('The answer is not a video, and not a link to one.'),
    createBatch: vscode.l10n.t('The answer does not contain the new batch.'),
    dryRun: vscode.l10n.t('The answer does not say whether the batch file is valid.'),
    estimateCost: vscode.l10n.t('The answer is not a cost estimate.'),
    listModels: vscode.l10n.t('The answer is not a list of models.'),
    checkKey: vscode.l10n.t('The answer does not say whether the API key is valid.'),
    other: vscode.l10n.t('sync.so sent an unexpected answer.'),
  };
  return texts[operation];
}

function tooLargeText(operation: ApiOperation): Pick<ErrorText, 'what' | 'advice'> {
  const openUrl = vscode.l10n.t('Open the output URL in a browser instead.');
  const texts: Partial<Record<ApiOperation, Pick<ErrorText, 'what' | 'advice'>>> = {
    listBatches: {
      what: vscode.l10n.t('The list of batches is too large to load.'),
      advice: vscode.l10n.t('Filter by date to load fewer batches.'),
    },
    loadResults: { what: vscode.l10n.t('The result file is too large to load.'), advice: openUrl },
    downloadMedia: { what: vscode.l10n.t('The video is too large to download.'), advice: openUrl },
  };
  return (
    texts[operation] ?? {
      what: vscode.l10n.t('The answer is too large to read.'),
      advice: vscode.l10n.t('Check the setting syncBatches.apiBaseUrl, and that no proxy answers in place of the API.'),
    }
  );
}

/** The server's message as a sentence: it may end without a full stop. */
function withFullStop(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

/** The kinds of errors that have their own welcome text in package.json. */
export type ErrorFamily =
  'plan' | 'rateLimit' | 'server' | 'network' | 'trust' | 'address' | 'request' | 'size' | 'answer';

export const errorFamilies: Readonly<Record<ApiErrorReason, ErrorFamily>> = {
  planRequired: 'plan',
  forbidden: 'plan',
  rateLimited: 'rateLimit',
  server: 'server',
  connection: 'network',
  dns: 'network',
  timeout: 'network',
  cutOff: 'network',
  tls: 'trust',
  proxy: 'trust',
  badBaseUrl: 'address',
  notFound: 'address',
  badRequest: 'request',
  tooLarge: 'size',
  unexpectedStatus: 'answer',
  notJson: 'answer',
  wrongShape: 'answer',
  unauthorized: 'answer',
  noKey: 'answer',
  expired: 'answer',
  gone: 'answer',
  linkRefused: 'answer',
  tooManyRedirects: 'answer',
  unsafeUrl: 'answer',
};

function baseUrlAdvice(fault: string | undefined): string {
  const texts: Readonly<Record<BaseUrlFault, string>> = {
    insecure: vscode.l10n.t('It begins with http:, which would expose the API key on the network. Use https:.'),
    credentials: vscode.l10n.t('It contains a user name or a password. Remove them.'),
    query: vscode.l10n.t('It contains a part that begins with ? or #. Remove it.'),
    scheme: vscode.l10n.t('It must begin with https:.'),
    notAUrl: vscode.l10n.t('It is not a URL. The address of the API is https://api.sync.so.'),
  };
  return texts[(fault as BaseUrlFault | undefined) ?? 'notAUrl'];
}
