/** Decides what may be sent of a batch file, and what the user has to know before it is sent. */
import type { BatchFileLimits } from '../batchFile/schema/limits';
import { sha256 } from '../common/hash';
import { isRecord, parseJson } from '../common/json';
import { type EarlierSubmission, earlierSubmissions } from './earlier';
import type { KnownEstimate, PreflightResult } from './preflight';
import { bytesOfLines, inputOf, splitIntoParts } from './split';
import type { Submission } from './submission';

/** A batch file and the result of its check. */
export interface CheckedFile {
  readonly requests: readonly {
    /** In the document, from 0. */
    readonly line: number;
    readonly text: string;
  }[];
  readonly errors: number;
  readonly warnings: number;
}

/** The exact content that is sent: edits since then are not sent, because the user did not agree to them. */
export interface FileContent {
  /** UTF-8 bytes of all parts. */
  readonly bytes: number;
  /** SHA-256 of all parts, joined: identifies the content. */
  readonly hash: string;
  readonly parts: readonly PartContent[];
}

/** The content of one batch. */
export interface PartContent {
  /** The requests, without line ends. */
  readonly lines: readonly string[];
  /** The exact bytes that are sent. */
  readonly input: Uint8Array;
  /** SHA-256 of the input. */
  readonly hash: string;
}

/** A file that can be submitted. */
export interface FileToSubmit {
  /** Base name, with an extension. */
  readonly fileName: string;
  /** Undefined if the document was never saved. */
  readonly fileUri: string | undefined;
  readonly content: FileContent;
}

/** Everything that the decision depends on. */
export interface PlanInput extends Omit<FileToSubmit, 'content'> {
  readonly checked: CheckedFile;
  /** See {@link contentOf}. */
  readonly content: FileContent | PlanRefusal;
  readonly limits: BatchFileLimits;
  /** What the dry run and the estimate of this content have found. */
  readonly preflight: PreflightResult;
  readonly journal: JournalSnapshot;
}

/** The journal at one moment. */
export interface JournalSnapshot {
  /** Newest first. */
  readonly list: readonly Submission[];
  /** Every entry was understood: see `Journal.isWhole`. */
  readonly isWhole: boolean;
}

/** What would be sent, and what the user has to know before. A plain value: it can be shown, stored and compared. */
export interface SubmissionPlan extends FileToSubmit {
  readonly kind: 'plan';
  /** In all parts together. */
  readonly requests: number;
  /** How many requests use each model, most used first. A request without a model counts as `?`. */
  readonly models: readonly (readonly [model: string, count: number])[];
  /** Errors of our check. Only a file that passed the dry run may have any. */
  readonly errors: number;
  readonly warnings: number;
  /** Undefined if the cost of this content was not estimated. */
  readonly estimate: KnownEstimate | undefined;
  /** Earlier submissions of the same content, or of a part of it, newest first. */
  readonly earlier: readonly EarlierSubmission[];
  /** An earlier submission may have created a batch that is not known. */
  readonly isUncertain: boolean;
  /** False if the journal has entries that are not understood: there may be other earlier submissions. */
  readonly isJournalWhole: boolean;
}

/**
 * Why nothing may be sent.
 * - `empty`: the file has no requests.
 * - `lineTooLong`: a single line exceeds the byte limit.
 * - `tooFewPerBatch`: the file needs `parts` batches, and then some of them would have too few requests.
 * - `hasErrors`: our check found errors, and the content has not passed the dry run.
 * - `tooFewRequests`: the file has fewer requests than a batch needs.
 */
export type PlanRefusal =
  | { readonly kind: 'empty' }
  /** The line in the document, from 0. */
  | { readonly kind: 'lineTooLong'; readonly line: number; readonly bytes: number }
  | { readonly kind: 'tooFewPerBatch'; readonly parts: number }
  | { readonly kind: 'hasErrors'; readonly errors: number }
  | { readonly kind: 'tooFewRequests'; readonly requests: number };

/** Splits a file into batches. @returns why it has no content that could be sent, not even in a dry run, if so. */
export async function contentOf(
  { requests }: Pick<CheckedFile, 'requests'>,
  limits: BatchFileLimits,
): Promise<FileContent | PlanRefusal> {
  if (requests.length === 0) {
    return { kind: 'empty' };
  }
  const lines = requests.map(({ text }) => text);
  const ranges = splitIntoParts(bytesOfLines(lines), limits);
  if ('error' in ranges) {
    return ranges.error === 'lineTooLong'
      ? { kind: 'lineTooLong', line: requests[ranges.line]?.line ?? 0, bytes: ranges.bytes }
      : { kind: 'tooFewPerBatch', parts: ranges.parts };
  }
  const parts = ranges.map(async (range): Promise<PartContent> => {
    const input = inputOf(lines, range);
    return { lines: lines.slice(range.from, range.to), input, hash: await sha256(input) };
  });
  return {
    bytes: ranges.reduce((sum, { bytes }) => sum + bytes, 0),
    hash: await hashOfRequests(requests),
    parts: await Promise.all(parts),
  };
}

/** The {@link FileContent.hash} of a file with these requests. */
export function hashOfRequests(requests: CheckedFile['requests']): Promise<string> {
  const lines = requests.map(({ text }) => text);
  return sha256(inputOf(lines, { from: 0, to: lines.length }));
}

/** Decides whether a file may be submitted, and how. */
export function planSubmission(input: PlanInput): SubmissionPlan | PlanRefusal {
  const { fileName, fileUri, checked, content, limits, preflight, journal } = input;
  const { requests, errors, warnings } = checked;
  if ('kind' in content) {
    return content;
  }
  // The dry run decides, not our check: the rules of sync.so may be newer.
  if (errors > 0 && preflight.isValidated !== true) {
    return { kind: 'hasErrors', errors };
  }
  if (requests.length < limits.minLines) {
    return { kind: 'tooFewRequests', requests: requests.length };
  }
  const hashes = new Set([content.hash, ...content.parts.map(({ hash }) => hash)]);
  const earlier = earlierSubmissions(journal.list, hashes);
  return {
    kind: 'plan',
    fileName,
    fileUri,
    content,
    requests: requests.length,
    models: modelsOf(content),
    errors,
    warnings,
    estimate: preflight.estimate,
    earlier,
    isUncertain: earlier.some((each) => each.isUncertain),
    isJournalWhole: journal.isWhole,
  };
}

/**
 * Returns true if the user still knows every earlier submission that matters: since the plan was shown, none was added and
 * none became uncertain or certain. Otherwise the user has to be asked again.
 */
export function isStillValid(shown: SubmissionPlan, now: SubmissionPlan): boolean {
  const known = new Map(shown.earlier.map(({ id, isUncertain }) => [id, isUncertain]));
  return now.earlier.every(({ id, isUncertain }) => known.get(id) === isUncertain);
}

function modelsOf({ parts }: FileContent): [model: string, count: number][] {
  const counts = new Map<string, number>();
  for (const line of parts.flatMap(({ lines }) => lines)) {
    const request = parseJson(line);
    const payload = isRecord(request) ? request['payload'] : undefined;
    const model = isRecord(payload) ? payload['model'] : undefined;
    const name = typeof model === 'string' ? model : '?';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a);
}
