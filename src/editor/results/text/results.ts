import * as vscode from 'vscode';
import type { ErrorCode } from '../../../core/results/errorCodes';
import { age } from '../../shared/times';

/** @returns what each documented error code means and what to do. Other codes are shown with the message of the API. */
export function errorCodeTexts(): Readonly<Record<ErrorCode, string>> {
  const retry = vscode.l10n.t('A retry may work: use Export Failed Requests…');
  return {
    generation_unsupported_model: vscode.l10n.t('The model does not support this request. Choose another model.'),
    generation_media_metadata_missing: vscode.l10n.t(
      'A media file does not contain its duration or frame rate. Encode the file again.',
    ),
    generation_audio_length_exceeded: vscode.l10n.t('The audio is longer than allowed. Shorten it.'),
    generation_text_length_exceeded: vscode.l10n.t('The script is longer than 5,000 characters. Split it.'),
    generation_audio_missing: vscode.l10n.t('The audio is missing or could not be read. Check the audio input.'),
    generation_video_missing: vscode.l10n.t('The video is missing or could not be read. Check the video input.'),
    generation_input_validation_failed: vscode.l10n.t(
      'The inputs do not match each other. Check the inputs and the options.',
    ),
    generation_input_video_inaccessible: vscode.l10n.t(
      'sync.so could not download the video. Check that its URL has not expired and opens without signing in.',
    ),
    generation_timeout: `${vscode.l10n.t('The generation took too long.')} ${retry}`,
    generation_pipeline_failed: `${vscode.l10n.t('A processing step at sync.so failed.')} ${retry}`,
    generation_database_error: `${vscode.l10n.t('sync.so had a database error.')} ${retry}`,
    generation_internal_auth: vscode.l10n.t('sync.so had an internal authentication error. Contact its support.'),
    generation_unhandled_error: `${vscode.l10n.t('sync.so had an unknown error.')} ${retry}`,
    concurrency_limit_reached: `${vscode.l10n.t('Too many generations were running at the same time.')} ${retry}`,
    rate_limit_exceeded: `${vscode.l10n.t('There were too many requests.')} ${retry}`,
    project_not_found: vscode.l10n.t('Your organization does not have this project. Check projectId.'),
    voice_not_found: vscode.l10n.t('This voice does not exist. Check voiceId.'),
    elevenlabs_service_unavailable: `${vscode.l10n.t('The provider of synthetic voices could not be reached.')} ${retry}`,
    dialogue_edit_not_found: vscode.l10n.t('The dialogue edit does not exist. Check dialogueEdit.'),
    dialogue_edit_retime_required: vscode.l10n.t('The dialogue edit needs different timing. Check dialogueEdit.'),
    dialogue_edit_removal_too_large: vscode.l10n.t('The dialogue edit removes too much. Check dialogueEdit.'),
    generation_not_deletable_while_processing: vscode.l10n.t(
      'A generation can’t be deleted while it is running. Wait until it has finished.',
    ),
    INVALID_IDEMPOTENCY_KEY: vscode.l10n.t('The idempotency key of the request is invalid. Use another key.'),
    IDEMPOTENCY_OUTCOME_UNKNOWN: vscode.l10n.t(
      'sync.so does not know whether it processed the request. Look for its output first: a retry may be charged again.',
    ),
  };
}

/** @returns the texts of the results page, which fills in placeholders such as `{0}`. */
export function pageTexts() {
  const errors: Readonly<Record<string, string>> = errorCodeTexts();
  return {
    outcomes: {
      succeeded: vscode.l10n.t('Succeeded'),
      failed: vscode.l10n.t('Failed'),
      rejected: vscode.l10n.t('Rejected'),
      unfinished: vscode.l10n.t('Unfinished'),
      unreadable: vscode.l10n.t('Unreadable'),
      missing: vscode.l10n.t('Missing'),
    },
    problems: {
      notJson: vscode.l10n.t('The line is not JSON'),
      notAnObject: vscode.l10n.t('The line is not an object'),
      tooLong: vscode.l10n.t('The line is too long'),
      duplicate: vscode.l10n.t('An earlier line has the same request ID'),
      noRequestId: vscode.l10n.t('The line has no request ID'),
      noStatus: vscode.l10n.t('The line has no status'),
      noOutput: vscode.l10n.t('The request succeeded but has no output URL'),
    },
    errors,
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
      inputAudio: vscode.l10n.t('Input {0} (audio):'),
      inputImage: vscode.l10n.t('Input {0} (image):'),
      inputVideo: vscode.l10n.t('Input {0} (video):'),
      line: vscode.l10n.t('Line {0}'),
      lineName: vscode.l10n.t('Line'),
      loading: vscode.l10n.t('Loading results'),
      meaning: vscode.l10n.t('Meaning'),
      model: vscode.l10n.t('Model'),
      noMatch: vscode.l10n.t('No rows match the filter.'),
      openBrowser: vscode.l10n.t('Open in Browser'),
      openText: vscode.l10n.t('Open as Text'),
      outcome: vscode.l10n.t('Outcome'),
      outcomes: vscode.l10n.t('Filter by outcome'),
      output: vscode.l10n.t('Output'),
      outputSeconds: vscode.l10n.t('{0} of output'),
      play: vscode.l10n.t('Play'),
      playInput: vscode.l10n.t('Play input {0}'),
      problem: vscode.l10n.t('Problem'),
      raw: vscode.l10n.t('Raw result line'),
      reload: vscode.l10n.t('Reload'),
      requestId: vscode.l10n.t('Request ID'),
      results: vscode.l10n.t('Results'),
      rowsShown: vscode.l10n.t('{0} of {1} rows shown'),
      saveAll: vscode.l10n.t('Save Media…'),
      saveResults: vscode.l10n.t('Save Results…'),
      saveSelected: vscode.l10n.t('Save Media of {0} Selected…'),
      status: vscode.l10n.t('Status'),
      tryAgain: vscode.l10n.t('Try Again'),
      unplayable: vscode.l10n.t('This can’t be played here. Open it in the browser, or save it.'),
      unsafeUrl: vscode.l10n.t('Not opened: only https: is accepted.'),
    },
  };
}

export type PageTexts = ReturnType<typeof pageTexts>;

/** @returns how much of a file is loaded. */
export function bytesText(bytes: number, totalBytes: number | undefined): string {
  return totalBytes === undefined
    ? vscode.l10n.t('{0} loaded', sizeText(bytes))
    : vscode.l10n.t('{0} of {1} loaded', sizeText(bytes), sizeText(totalBytes));
}

/** @returns a size such as "1.4 MB", in powers of ten like the limits of the API. */
export function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  const exact = Math.floor(Math.log10(Math.max(bytes, 1)) / 3);
  // A value that rounds to 1,000 of a unit is shown as 1 of the next unit.
  const isNext = exact > 0 && bytes / 1_000 ** exact >= 999.95;
  const power = Math.min(isNext ? exact + 1 : exact, units.length - 1);
  const amount = new Intl.NumberFormat(vscode.env.language, { maximumFractionDigits: power === 0 ? 0 : 1 });
  return `${amount.format(bytes / 1_000 ** power)} ${units[power] ?? ''}`;
}

/** @param cachedAt When the results were cached. @returns an empty text for undefined: they come from the server. */
export function cachedText(cachedAt: number | undefined): string {
  return cachedAt === undefined ? '' : vscode.l10n.t('Saved copy from {0}', age(cachedAt));
}
