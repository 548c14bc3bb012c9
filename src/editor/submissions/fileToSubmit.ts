import type * as vscode from 'vscode';
import type { ErrorLine } from '../../core/api/http/errorLines';
import type { BatchFileLimits } from '../../core/batchFile/schema/limits';
import { bytesOfLines, inputOf, type PartFault, planParts } from '../../core/submissions/split';
import { isRecord, parseJson } from '../../core/common/json';
import { sha256 } from '../../core/common/hash';
import type { CheckedFile, ServerError, RequestLine } from '../batchFiles/types';

/**
 * A file as it was checked, ready to be sent. All that follows - what the person is asked, what is sent, what is kept - is
 * made of the text that was taken then: what is typed meanwhile is not sent, and was not agreed to.
 */
export interface FileToSubmit {
  readonly document: vscode.TextDocument;
  readonly checked: CheckedFile;
  /** Base name, with an ending. */
  readonly fileName: string;
  /** Nothing for a document that was never saved. */
  readonly fileUri: string | undefined;
  /** UTF-8 bytes of all parts. */
  readonly bytes: number;
  /** Names the whole text: SHA-256 of all parts, one after the other. */
  readonly hash: string;
  readonly parts: readonly PartToSubmit[];
}

export interface PartToSubmit {
  /** The requests of the part, without their line ends. */
  readonly lines: readonly string[];
  /** The exact bytes that are sent. */
  readonly input: Uint8Array;
}

/** @returns why the text can't be divided into batches, where it can't. */
export async function takeFile(
  document: vscode.TextDocument,
  checked: CheckedFile,
  limits: BatchFileLimits,
): Promise<FileToSubmit | PartFault> {
  const lines = checked.requests.map(({ text }) => text);
  const plan = planParts(bytesOfLines(lines), limits);
  if ('fault' in plan) {
    return plan;
  }
  const parts = plan.parts.map(({ from, to }) => ({
    lines: lines.slice(from, to),
    input: inputOf(lines, { from, to }),
  }));
  return {
    document,
    checked,
    fileName: fileNameOf(document),
    fileUri: document.isUntitled ? undefined : document.uri.toString(),
    bytes: plan.parts.reduce((sum, { bytes }) => sum + bytes, 0),
    hash: await hashOfRequests(checked.requests),
    parts,
  };
}

/** Names a text by its requests: the same as the {@link FileToSubmit.hash} of a file that is made of them. */
export function hashOfRequests(requests: readonly RequestLine[]): Promise<string> {
  const lines = requests.map(({ text }) => text);
  return sha256(inputOf(lines, { from: 0, to: lines.length }));
}

/** The base name of a document; one that was never saved gets the ending that it would be saved with. */
export function fileNameOf(document: vscode.TextDocument): string {
  const name = document.uri.path.replace(/^.*\//, '') || 'batch';
  return document.isUntitled && !name.includes('.') ? `${name}.jsonl` : name;
}

/** How many requests ask for which model, most first. */
export function modelsOf({ parts }: FileToSubmit): [model: string, count: number][] {
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

/**
 * Where the lines that the server has named are in a document as it is now: those that have not been changed since they
 * were sent. By their text, since lines may have been added, and a part does not begin where the file does.
 * @param sent the requests of the part, as they were sent.
 * @param named counted from 1 in what was sent.
 */
export function locateServerErrors(
  requests: readonly RequestLine[],
  sent: readonly string[],
  named: readonly ErrorLine[],
): ServerError[] {
  const places = new Map<string, number>();
  for (const { line, text } of requests) {
    if (!places.has(text)) {
      places.set(text, line);
    }
  }
  return named.flatMap(({ line, message }) => {
    const text = sent[line - 1];
    const place = text === undefined ? undefined : places.get(text);
    return place === undefined ? [] : [{ line: place, message }];
  });
}
