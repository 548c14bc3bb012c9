import * as vscode from 'vscode';
import type { BaseUrlFault } from '../../core/api/http/baseUrl';
import type { ApiError, ApiErrorReason } from '../../core/api/http/errors';
import { clockTimeWithSeconds } from './times';

/** What a person can do about a failure; each one is a button. */
export type NextStep =
  'setApiKey' | 'openBilling' | 'openStatus' | 'openAddressSetting' | 'openProxySettings' | 'clearFilters';

/** A failure in a person's words. */
export interface ErrorText {
  /** What happened, as a sentence. */
  readonly what: string;
  /** What it means and what to do, as a sentence or two. */
  readonly advice: string;
  /** What helps, first what helps most. Trying again and reading the log are always possible and not listed. */
  readonly nextSteps: readonly NextStep[];
}

/** The one place for the texts of failures. */
export function errorText(error: ApiError): ErrorText {
  const text = ownErrorText(error);
  const isMistakable = error.reason === 'forbidden' || error.reason === 'server';
  if (error.details.isForeign !== true || !isMistakable) {
    return text;
  }
  // The editor hands on the refusal of a proxy as if it were the server's.
  return {
    ...text,
    advice: `${text.advice} ${vscode.l10n.t('The answer does not look like one of sync.so: a proxy may have given it. See the setting http.proxy.')}`,
    nextSteps: [...text.nextSteps, 'openProxySettings'],
  };
}

function ownErrorText(error: ApiError): ErrorText {
  const { code, retryAt, serverMessage, status } = error.details;
  switch (error.reason) {
    case 'unauthorized':
      return {
        what: vscode.l10n.t('sync.so refused the API key (401).'),
        advice: vscode.l10n.t('It is wrong, or it was revoked. Set a key that is valid.'),
        nextSteps: ['setApiKey'],
      };
    case 'planRequired':
      return {
        what: said(vscode.l10n.t('The plan of this account does not let it use the Batch API (402)'), serverMessage),
        advice: vscode.l10n.t('Batches need a Scale or Enterprise plan, and no unpaid invoice.'),
        nextSteps: ['openBilling'],
      };
    case 'forbidden':
      return {
        what: said(vscode.l10n.t('sync.so does not allow this API key to read batches (403)'), serverMessage),
        advice: vscode.l10n.t('Set another key, or ask an administrator of your organization.'),
        nextSteps: ['setApiKey'],
      };
    case 'badRequest':
      return {
        what: said(vscode.l10n.t('sync.so did not understand the request ({0})', status ?? 400), serverMessage),
        advice: vscode.l10n.t('If a filter is set, clear it and try again.'),
        nextSteps: ['clearFilters'],
      };
    case 'notFound':
      return {
        what: said(vscode.l10n.t('There is nothing at this address (404)'), serverMessage),
        advice: vscode.l10n.t('Check the setting syncBatches.apiBaseUrl.'),
        nextSteps: ['openAddressSetting'],
      };
    case 'rateLimited':
      return {
        what: said(vscode.l10n.t('sync.so received too many requests with this API key (429)'), serverMessage),
        advice:
          retryAt === undefined
            ? vscode.l10n.t('The limit counts by the minute: try again in a minute.')
            : vscode.l10n.t('It takes requests again at {0}.', clockTimeWithSeconds(retryAt)),
        nextSteps: [],
      };
    case 'server':
      return {
        what: said(vscode.l10n.t('sync.so has a problem of its own ({0})', status ?? 500), serverMessage),
        advice: vscode.l10n.t('Try again in a few minutes. Outages are announced on the status page.'),
        nextSteps: ['openStatus'],
      };
    case 'unexpectedStatus':
      return {
        what: vscode.l10n.t('The server gave an answer that the API does not have ({0}).', status ?? '?'),
        advice: vscode.l10n.t(
          'Check the setting syncBatches.apiBaseUrl, and that no proxy answers in place of the API.',
        ),
        nextSteps: ['openAddressSetting', 'openProxySettings'],
      };
    case 'connection':
      return {
        what: withCode(vscode.l10n.t('sync.so could not be reached'), code),
        advice: vscode.l10n.t('Check the network. Behind a proxy, check the setting http.proxy.'),
        nextSteps: ['openProxySettings'],
      };
    case 'dns':
      return {
        what: withCode(vscode.l10n.t('The address of sync.so could not be found'), code),
        advice: vscode.l10n.t('You may be offline. Behind a proxy, check the setting http.proxy.'),
        nextSteps: ['openProxySettings'],
      };
    case 'tls':
      return {
        what: withCode(vscode.l10n.t('The certificate of the server is not trusted'), code),
        advice: vscode.l10n.t(
          'If your company inspects traffic, its certificate must be known to the system: see the settings http.systemCertificates and http.proxy.',
        ),
        nextSteps: ['openProxySettings'],
      };
    case 'proxy':
      return {
        what: withCode(vscode.l10n.t('The proxy did not let the request through'), code ?? status?.toString()),
        advice: vscode.l10n.t('Check the settings http.proxy and http.proxyAuthorization.'),
        nextSteps: ['openProxySettings'],
      };
    case 'timeout':
      return {
        what: vscode.l10n.t('sync.so did not answer in time.'),
        advice: vscode.l10n.t('Check the network, or try again in a few minutes.'),
        nextSteps: ['openStatus'],
      };
    case 'cutOff':
      return {
        what: withCode(vscode.l10n.t('The answer was cut off on its way'), code),
        advice: vscode.l10n.t('Try again. If it happens again, check the network or the proxy.'),
        nextSteps: ['openProxySettings'],
      };
    case 'notJson':
      return {
        what: vscode.l10n.t('Something other than the API answered.'),
        advice: vscode.l10n.t(
          'A proxy or a log-in page may stand in between. Check the network and the setting syncBatches.apiBaseUrl.',
        ),
        nextSteps: ['openAddressSetting', 'openProxySettings'],
      };
    case 'wrongShape':
      return {
        what: vscode.l10n.t('The answer is not a list of batches.'),
        advice: vscode.l10n.t(
          'Check the setting syncBatches.apiBaseUrl. If it is right, look for an update of this extension.',
        ),
        nextSteps: ['openAddressSetting'],
      };
    case 'tooLarge':
      return {
        what: vscode.l10n.t('The answer is too large to be read.'),
        advice: vscode.l10n.t('Filter by date, so that fewer batches are asked for.'),
        nextSteps: [],
      };
    case 'expired':
      return {
        what: vscode.l10n.t('The link to the file is not valid any more{0}.', inBrackets(status)),
        advice: vscode.l10n.t('Such links hold for a limited time. Try again to get a new one.'),
        nextSteps: [],
      };
    case 'gone':
      return {
        what: vscode.l10n.t('The file is not there any more{0}.', inBrackets(status)),
        advice: vscode.l10n.t(
          'sync.so keeps results for a limited time. What was saved here before can still be used.',
        ),
        nextSteps: [],
      };
    case 'linkRefused':
      return {
        what: vscode.l10n.t('The server that keeps the file refused the link{0}.', inBrackets(status)),
        advice: vscode.l10n.t(
          'Try again. If it happens again, a proxy may stand in between: see the setting http.proxy.',
        ),
        nextSteps: ['openProxySettings'],
      };
    case 'tooManyRedirects':
      return {
        what: vscode.l10n.t('The file was not found: each address led to another one.'),
        advice: vscode.l10n.t('Try again. If it happens again, check that no proxy answers in place of the server.'),
        nextSteps: ['openProxySettings'],
      };
    case 'unsafeUrl':
      return {
        what: vscode.l10n.t('The address of the file is not a safe one, so it was not opened.'),
        advice: vscode.l10n.t(
          'Only https: addresses are opened, none on this computer and none with a password. If it came from sync.so, tell its support.',
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

/** A failure as one text. */
export function errorSentence(error: ApiError): string {
  const { what, advice } = errorText(error);
  return `${what} ${advice}`;
}

/** The kinds of failure that have a welcome text of their own in package.json. */
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
      return vscode.l10n.t('It begins with http:, which would show the API key to the network. Use https:.');
    case 'credentials':
      return vscode.l10n.t('It holds a user name or a password. Remove them.');
    case 'query':
      return vscode.l10n.t('It has a part that begins with ? or #. Remove it.');
    case 'scheme':
      return vscode.l10n.t('It must begin with https:.');
    case 'notAUrl':
    case undefined:
      return vscode.l10n.t('It is not a URL. The address of the API is https://api.sync.so.');
  }
}

function said(what: string, serverMessage: string | undefined): string {
  return serverMessage === undefined ? `${what}.` : `${what}: ${serverMessage.replace(/\.?$/, '.')}`;
}

function inBrackets(status: number | undefined): string {
  return status === undefined ? '' : ` (${status})`;
}

function withCode(what: string, code: string | undefined): string {
  return code === undefined ? `${what}.` : `${what} (${code}).`;
}
