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
 * welcome texts of the empty list are in package.nls.json, by {@link errorFamily}.
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

function baseText(error: ApiError, operation: ApiOperation): ErrorText {
  const { code, retryAt, serverMessage } = error.details;
  const said = serverMessage === undefined ? undefined : withFullStop(serverMessage);
  switch (error.reason) {
    case 'badRequest': {
      const status = error.details.status ?? 400;
      return {
        what:
          said === undefined
            ? vscode.l10n.t('sync.so refused the request ({0}).', status)
            : vscode.l10n.t('sync.so refused the request ({0}): {1}', status, said),
        ...badRequestAdvice(operation),
      };
    }
    case 'unauthorized': // 401
      return {
        what: vscode.l10n.t('sync.so refused the API key (401).'),
        advice: vscode.l10n.t('The key is wrong or was revoked. Set a valid key.'),
        nextSteps: ['setApiKey'],
      };
    case 'planRequired': // 402
      return {
        what:
          said === undefined
            ? vscode.l10n.t('Your plan does not include the Batch API (402).')
            : vscode.l10n.t('Your plan does not include the Batch API (402): {0}', said),
        advice: vscode.l10n.t('Batches need a Scale or Enterprise plan, and no unpaid invoice.'),
        nextSteps: ['openBilling'],
      };
    case 'forbidden': // 403
      return {
        what:
          said === undefined
            ? vscode.l10n.t('This API key is not allowed to do this (403).')
            : vscode.l10n.t('This API key is not allowed to do this (403): {0}', said),
        advice: vscode.l10n.t('Set another key, or ask an administrator of your organization.'),
        nextSteps: ['setApiKey'],
      };
    case 'notFound': // 404
      return {
        what:
          said === undefined
            ? vscode.l10n.t('There is nothing at this address (404).')
            : vscode.l10n.t('There is nothing at this address (404): {0}', said),
        advice: vscode.l10n.t('Check the setting syncBatches.apiBaseUrl.'),
        nextSteps: ['openAddressSetting'],
      };
    case 'rateLimited': // 429
      return {
        what:
          said === undefined
            ? vscode.l10n.t('sync.so received too many requests with this API key (429).')
            : vscode.l10n.t('sync.so received too many requests with this API key (429): {0}', said),
        advice:
          retryAt === undefined
            ? vscode.l10n.t('The limit is per minute. Try again in a minute.')
            : vscode.l10n.t('It accepts requests again at {0}.', clockTimeWithSeconds(retryAt)),
        nextSteps: [],
      };
    case 'server': {
      const status = error.details.status ?? 500;
      return {
        what:
          said === undefined
            ? vscode.l10n.t('sync.so server error ({0}).', status)
            : vscode.l10n.t('sync.so server error ({0}): {1}', status, said),
        advice: vscode.l10n.t('Try again in a few minutes. The status page announces outages.'),
        nextSteps: ['openStatus'],
      };
    }
    case 'unexpectedStatus':
      return {
        what: vscode.l10n.t(
          'The server answered with a status that the API does not use ({0}).',
          error.details.status ?? '?',
        ),
        advice: vscode.l10n.t(
          'Check the setting syncBatches.apiBaseUrl, and that no proxy answers in place of the API.',
        ),
        nextSteps: ['openAddressSetting', 'openProxySettings'],
      };
    case 'connection':
      return {
        what:
          code === undefined
            ? vscode.l10n.t('sync.so could not be reached.')
            : vscode.l10n.t('sync.so could not be reached ({0}).', code),
        advice: vscode.l10n.t('Check the network. Behind a proxy, check the setting http.proxy.'),
        nextSteps: ['openProxySettings'],
      };
    case 'dns':
      return {
        what:
          code === undefined
            ? vscode.l10n.t('The address of sync.so could not be found.')
            : vscode.l10n.t('The address of sync.so could not be found ({0}).', code),
        advice: vscode.l10n.t('You may be offline. Behind a proxy, check the setting http.proxy.'),
        nextSteps: ['openProxySettings'],
      };
    case 'tls':
      return {
        what:
          code === undefined
            ? vscode.l10n.t('The server’s certificate is not trusted.')
            : vscode.l10n.t('The server’s certificate is not trusted ({0}).', code),
        advice: vscode.l10n.t(
          'If your company inspects traffic, your system must trust its certificate. See the settings http.systemCertificates and http.proxy.',
        ),
        nextSteps: ['openProxySettings'],
      };
    case 'proxy': {
      const proxyCode = code ?? error.details.status;
      return {
        what:
          proxyCode === undefined
            ? vscode.l10n.t('The proxy did not let the request through.')
            : vscode.l10n.t('The proxy did not let the request through ({0}).', proxyCode),
        advice: vscode.l10n.t('Check the settings http.proxy and http.proxyAuthorization.'),
        nextSteps: ['openProxySettings'],
      };
    }
    case 'timeout':
      return {
        what: vscode.l10n.t('sync.so did not answer in time.'),
        advice: vscode.l10n.t('Check the network, or try again in a few minutes.'),
        nextSteps: ['openStatus'],
      };
    case 'cutOff':
      return {
        what:
          code === undefined
            ? vscode.l10n.t('The connection was lost before the whole answer arrived.')
            : vscode.l10n.t('The connection was lost before the whole answer arrived ({0}).', code),
        advice: vscode.l10n.t('Try again. If it happens again, check the network or the proxy.'),
        nextSteps: ['openProxySettings'],
      };
    case 'notJson':
      return {
        what: vscode.l10n.t('Something other than the API answered.'),
        advice: vscode.l10n.t(
          'It may be a proxy or a log-in page. Check the network and the setting syncBatches.apiBaseUrl.',
        ),
        nextSteps: ['openAddressSetting', 'openProxySettings'],
      };
    case 'wrongShape':
      return {
        what: wrongShapeText(operation),
        advice: vscode.l10n.t(
          'Check the setting syncBatches.apiBaseUrl. If it is right, look for an update of this extension.',
        ),
        nextSteps: ['openAddressSetting'],
      };
    case 'tooLarge':
      return { ...tooLargeText(operation), nextSteps: [] };
    case 'expired':
      return {
        what: vscode.l10n.t('The link to the file has expired.'),
        advice: vscode.l10n.t('Links are valid for a limited time. Try again to get a new one.'),
        nextSteps: [],
      };
    case 'gone':
      return {
        what: vscode.l10n.t('The file no longer exists.'),
        advice: vscode.l10n.t('sync.so keeps results for a limited time. Copies saved on this computer still work.'),
        nextSteps: [],
      };
    case 'linkRefused':
      return {
        what: vscode.l10n.t('The file server refused the link.'),
        advice: vscode.l10n.t('Try again. If it happens again, check for a proxy in the setting http.proxy.'),
        nextSteps: ['openProxySettings'],
      };
    case 'tooManyRedirects':
      return {
        what: vscode.l10n.t('The file was not found because of too many redirects.'),
        advice: vscode.l10n.t('Try again. If it happens again, check that no proxy answers in place of the server.'),
        nextSteps: ['openProxySettings'],
      };
    case 'unsafeUrl':
      return {
        what: vscode.l10n.t('The address of the file is not safe, so it was not opened.'),
        advice: vscode.l10n.t(
          'Only https: addresses are opened, and none on this computer or with a password. If the address came from sync.so, report it to its support.',
        ),
        nextSteps: [],
      };
    case 'badBaseUrl':
      return {
        what: vscode.l10n.t('The setting syncBatches.apiBaseUrl can’t be used, so nothing was sent.'),
        advice: baseUrlAdvice(code),
        nextSteps: ['openAddressSetting'],
      };
    case 'noKey':
      return {
        what: vscode.l10n.t('There is no API key.'),
        advice: vscode.l10n.t('Set the API key first.'),
        nextSteps: ['setApiKey'],
      };
  }
}

/** An error as one text. */
export function errorSentence(error: ApiError, operation: ApiOperation): string {
  const { what, advice } = errorText(error, operation);
  return `${what} ${advice}`;
}

function badRequestAdvice(operation: ApiOperation): Pick<ErrorText, 'advice' | 'nextSteps'> {
  switch (operation) {
    case 'listBatches':
      return { advice: vscode.l10n.t('If a filter is set, clear it and try again.'), nextSteps: ['clearFilters'] };
    case 'createBatch':
    case 'dryRun':
    case 'estimateCost':
      return { advice: vscode.l10n.t('Correct the batch file and try again.'), nextSteps: [] };
    case 'getBatch':
    case 'loadResults':
    case 'downloadMedia':
    case 'listModels':
    case 'checkKey':
    case 'other':
      return {
        advice: vscode.l10n.t('If it happens again, look for an update of this extension.'),
        nextSteps: [],
      };
  }
}

function wrongShapeText(operation: ApiOperation): string {
  switch (operation) {
    case 'listBatches':
      return vscode.l10n.t('The answer is not a list of batches.');
    case 'getBatch':
      return vscode.l10n.t('The answer is not a batch.');
    case 'loadResults':
      return vscode.l10n.t('The answer is not a result file.');
    case 'downloadMedia':
      return vscode.l10n.t('The answer is not a video, and not a link to one.');
    case 'createBatch':
      return vscode.l10n.t('The answer does not contain the new batch.');
    case 'dryRun':
      return vscode.l10n.t('The answer does not say whether the batch file is valid.');
    case 'estimateCost':
      return vscode.l10n.t('The answer is not a cost estimate.');
    case 'listModels':
      return vscode.l10n.t('The answer is not a list of models.');
    case 'checkKey':
      return vscode.l10n.t('The answer does not say whether the API key is valid.');
    case 'other':
      return vscode.l10n.t('sync.so sent an unexpected answer.');
  }
}

function tooLargeText(operation: ApiOperation): Pick<ErrorText, 'what' | 'advice'> {
  switch (operation) {
    case 'listBatches':
      return {
        what: vscode.l10n.t('The list of batches is too large to load.'),
        advice: vscode.l10n.t('Filter by date to load fewer batches.'),
      };
    case 'loadResults':
      return {
        what: vscode.l10n.t('The result file is too large to load.'),
        advice: vscode.l10n.t('Open the output URL in a browser instead.'),
      };
    case 'downloadMedia':
      return {
        what: vscode.l10n.t('The video is too large to download.'),
        advice: vscode.l10n.t('Open the output URL in a browser instead.'),
      };
    case 'getBatch':
    case 'createBatch':
    case 'dryRun':
    case 'estimateCost':
    case 'listModels':
    case 'checkKey':
    case 'other':
      return {
        what: vscode.l10n.t('The answer is too large to read.'),
        advice: vscode.l10n.t(
          'Check the setting syncBatches.apiBaseUrl, and that no proxy answers in place of the API.',
        ),
      };
  }
}

/** The server's message as a sentence: it may end without a full stop. */
function withFullStop(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

/** The kinds of errors that have their own welcome text in package.json. */
export type ErrorFamily =
  'plan' | 'rateLimit' | 'server' | 'network' | 'trust' | 'address' | 'request' | 'size' | 'answer';

export function errorFamily(reason: ApiErrorReason): ErrorFamily {
  switch (reason) {
    case 'planRequired':
    case 'forbidden':
      return 'plan';
    case 'rateLimited':
      return 'rateLimit';
    case 'server':
      return 'server';
    case 'connection':
    case 'dns':
    case 'timeout':
    case 'cutOff':
      return 'network';
    case 'tls':
    case 'proxy':
      return 'trust';
    case 'badBaseUrl':
    case 'notFound':
      return 'address';
    case 'badRequest':
      return 'request';
    case 'tooLarge':
      return 'size';
    case 'unexpectedStatus':
    case 'notJson':
    case 'wrongShape':
    case 'unauthorized':
    case 'noKey':
    case 'expired':
    case 'gone':
    case 'linkRefused':
    case 'tooManyRedirects':
    case 'unsafeUrl':
      return 'answer';
  }
}

function baseUrlAdvice(fault: string | undefined): string {
  switch (fault as BaseUrlFault | undefined) {
    case 'insecure':
      return vscode.l10n.t('It begins with http:, which would expose the API key on the network. Use https:.');
    case 'credentials':
      return vscode.l10n.t('It contains a user name or a password. Remove them.');
    case 'query':
      return vscode.l10n.t('It contains a part that begins with ? or #. Remove it.');
    case 'scheme':
      return vscode.l10n.t('It must begin with https:.');
    case 'notAUrl':
    case undefined:
      return vscode.l10n.t('It is not a URL. The address of the API is https://api.sync.so.');
  }
}
