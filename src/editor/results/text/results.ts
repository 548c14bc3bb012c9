import * as vscode from 'vscode';
import type { KnownErrorCode } from '../../../core/results/failures';
import type { PageTexts } from '../../../core/results/protocol';
import type { Outcome } from '../../../core/results/row';
import { age } from '../../shared/times';

/** What came of a request, in a word. */
export function outcomeText(outcome: Outcome): string {
  switch (outcome) {
    case 'succeeded':
      return vscode.l10n.t('Succeeded');
    case 'failed':
      return vscode.l10n.t('Failed');
    case 'rejected':
      return vscode.l10n.t('Rejected');
    case 'unfinished':
      return vscode.l10n.t('Unfinished');
    case 'unreadable':
      return vscode.l10n.t('Unreadable');
  }
}

/**
 * What an error code means and what to do about it. The codes are those that sync.so documents; others are shown as they
 * are, with the API's own message.
 */
export function resultErrorTexts(): Readonly<Record<KnownErrorCode, string>> {
  const sendAgain = vscode.l10n.t('It may work when it is sent again: Export Failed Requests…');
  return {
    generation_unsupported_model: vscode.l10n.t('The model can’t be used for this. Choose another model.'),
    generation_media_metadata_missing: vscode.l10n.t(
      'A file does not say how long it is, or a video not how many frames a second. Encode it anew.',
    ),
    generation_audio_length_exceeded: vscode.l10n.t('The audio is longer than allowed. Cut it.'),
    generation_text_length_exceeded: vscode.l10n.t('The script is longer than 5,000 characters. Split it.'),
    generation_audio_missing: vscode.l10n.t('There is no audio, or it could not be read. Check the audio input.'),
    generation_video_missing: vscode.l10n.t('There is no video, or it could not be read. Check the video input.'),
    generation_input_validation_failed: vscode.l10n.t('The inputs do not fit together. Check them and the options.'),
    generation_input_video_inaccessible: vscode.l10n.t(
      'sync.so could not fetch the video. Check that its URL opens without a log-in and has not expired.',
    ),
    generation_timeout: `${vscode.l10n.t('It took too long.')} ${sendAgain}`,
    generation_pipeline_failed: `${vscode.l10n.t('A step inside of sync.so failed.')} ${sendAgain}`,
    generation_database_error: `${vscode.l10n.t('sync.so had trouble with its storage.')} ${sendAgain}`,
    generation_internal_auth: vscode.l10n.t('sync.so had trouble with itself. Tell its support.'),
    generation_unhandled_error: `${vscode.l10n.t('Something that sync.so has no name for.')} ${sendAgain}`,
    concurrency_limit_reached: `${vscode.l10n.t('Too much was running at once.')} ${sendAgain}`,
    rate_limit_exceeded: `${vscode.l10n.t('There were too many requests.')} ${sendAgain}`,
    project_not_found: vscode.l10n.t('The project is not one of your organization. Check projectId.'),
    voice_not_found: vscode.l10n.t('There is no such voice. Check voiceId.'),
    elevenlabs_service_unavailable: `${vscode.l10n.t('The provider of synthetic voices could not be reached.')} ${sendAgain}`,
    dialogue_edit_not_found: vscode.l10n.t('The dialogue edit is not there. Check dialogueEdit.'),
    dialogue_edit_retime_required: vscode.l10n.t('The dialogue edit needs another timing. Check dialogueEdit.'),
    dialogue_edit_removal_too_large: vscode.l10n.t('The dialogue edit removes too much. Check dialogueEdit.'),
    generation_not_deletable_while_processing: vscode.l10n.t(
      'A generation can’t be deleted while it runs. Wait until it has ended.',
    ),
    INVALID_IDEMPOTENCY_KEY: vscode.l10n.t('The idempotency key of the request is not valid. Send another one.'),
    IDEMPOTENCY_OUTCOME_UNKNOWN: vscode.l10n.t(
      'sync.so can’t say whether the request was carried out. Look for its output first: sent again, it may be paid for twice.',
    ),
  };
}

/** Everything that the results page says by itself. */
export function pageTexts(): PageTexts {
  return {
    outcomes: {
      succeeded: outcomeText('succeeded'),
      failed: outcomeText('failed'),
      rejected: outcomeText('rejected'),
      unfinished: outcomeText('unfinished'),
      unreadable: outcomeText('unreadable'),
      missing: vscode.l10n.t('Missing'),
    },
    problems: {
      notJson: vscode.l10n.t('The line is not JSON'),
      notAnObject: vscode.l10n.t('The line is not an object'),
      tooLong: vscode.l10n.t('The line is too long to be read'),
      duplicate: vscode.l10n.t('An earlier line has the same request ID'),
      noRequestId: vscode.l10n.t('The line has no request ID'),
      noStatus: vscode.l10n.t('The line does not say what came of it'),
      noOutput: vscode.l10n.t('It succeeded, and there is no output URL'),
    },
    errors: resultErrorTexts(),
    words: {
      actions: vscode.l10n.t('Actions'),
      cancel: vscode.l10n.t('Cancel'),
      close: vscode.l10n.t('Close details'),
      code: vscode.l10n.t('Error code'),
      copyId: vscode.l10n.t('Copy Request ID'),
      copyUrl: vscode.l10n.t('Copy Output URL'),
      created: vscode.l10n.t('Created'),
      details: vscode.l10n.t('Details'),
      duration: vscode.l10n.t('Length'),
      error: vscode.l10n.t('Error'),
      exportFailed: vscode.l10n.t('Export Failed Requests…'),
      filterLabel: vscode.l10n.t('Filter by text'),
      filterPlaceholder: vscode.l10n.t('Request ID, model, error…'),
      generation: vscode.l10n.t('Generation ID'),
      input: vscode.l10n.t('Input {0}'),
      line: vscode.l10n.t('Line {0}'),
      lineName: vscode.l10n.t('Line'),
      loadAgain: vscode.l10n.t('Load Again'),
      loading: vscode.l10n.t('Loading the results'),
      meaning: vscode.l10n.t('What it means'),
      model: vscode.l10n.t('Model'),
      nothingPasses: vscode.l10n.t('No row passes the filter.'),
      openBrowser: vscode.l10n.t('Open in Browser'),
      openText: vscode.l10n.t('Open as Text'),
      outcome: vscode.l10n.t('Outcome'),
      outcomes: vscode.l10n.t('Filter by outcome'),
      output: vscode.l10n.t('Output'),
      outputSeconds: vscode.l10n.t('{0} of output'),
      play: vscode.l10n.t('Play'),
      playInput: vscode.l10n.t('Play'),
      problem: vscode.l10n.t('Problem'),
      raw: vscode.l10n.t('The line as it came'),
      requestId: vscode.l10n.t('Request ID'),
      results: vscode.l10n.t('Results'),
      retry: vscode.l10n.t('Try Again'),
      rowsShown: vscode.l10n.t('{0} of {1} rows shown'),
      saveAll: vscode.l10n.t('Save Media…'),
      saveResults: vscode.l10n.t('Save Results…'),
      saveSelected: vscode.l10n.t('Save Media of {0} Selected…'),
      status: vscode.l10n.t('Status'),
      unsafeUrl: vscode.l10n.t('This address is not opened: only https: is.'),
      unplayable: vscode.l10n.t('The editor can’t play this. Open it in the browser, or save it.'),
    },
  };
}

/** How much of a file has arrived. */
export function bytesText(bytes: number, totalBytes: number | undefined): string {
  return totalBytes === undefined
    ? vscode.l10n.t('{0} loaded', sizeText(bytes))
    : vscode.l10n.t('{0} of {1} loaded', sizeText(bytes), sizeText(totalBytes));
}

/** "1.4 MB", in powers of ten as disks and the API count. */
export function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  const exact = Math.floor(Math.log10(Math.max(bytes, 1)) / 3);
  // What would be rounded to a thousand of a unit is one of the next.
  const isNext = exact > 0 && bytes / 1_000 ** exact >= 999.95;
  const power = Math.min(isNext ? exact + 1 : exact, units.length - 1);
  const amount = new Intl.NumberFormat(vscode.env.language, { maximumFractionDigits: power === 0 ? 0 : 1 });
  return `${amount.format(bytes / 1_000 ** power)} ${units[power] ?? ''}`;
}

/** Where the results are from. @param cachedAt when they were kept, where they are not from the server just now. */
export function cachedText(cachedAt: number | undefined): string {
  return cachedAt === undefined ? '' : vscode.l10n.t('As kept on this computer, {0}', age(cachedAt));
}
