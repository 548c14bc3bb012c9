import { isRecord } from '../../common/json';
import { isSafeUrl } from '../../common/urls';
import type { Download, DownloadRequest } from '../http/download';
import { ApiError } from '../http/errors';
import {
  type ApiAccess,
  isUsableId,
  jsonHeaders,
  maxIdLength,
  maxStatusLength,
  maxUrlLength,
  openFile,
  readText,
  undefinedIfNotFound,
  urlOf,
} from './shared';

/** One lip-synced video. */
export interface Generation {
  /** Opaque, never empty. */
  readonly id: string;
  /** `PENDING`, `PROCESSING`, `COMPLETED`, `FAILED`, `REJECTED` (documented), or an unknown one; never empty. */
  readonly status: string;
  /** A signed link to the video, exactly as received; empty until there is one. */
  readonly outputUrl: string;
  /** Why there is no video, in the words of the API; empty if it does not say. */
  readonly error: string;
  /** A stable code, such as `generation_audio_missing`; empty if there is none. */
  readonly errorCode: string;
}

/** Limit of a video, in bytes. Videos of a batch are up to 30 s long (documented), others up to 30 min. */
export const maxMediaBytes = 16 * 1024 * 1024 * 1024;

const maxErrorLength = 10_000;

/**
 * `GET /v2/generate/{id}`: one generation.
 * @returns undefined if there is no such generation, or it belongs to another organization (404).
 * @throws {ApiError} if there is no usable answer; the signal's reason if aborted.
 */
export async function getGeneration(api: ApiAccess, id: string, signal: AbortSignal): Promise<Generation | undefined> {
  return undefinedIfNotFound(async () => {
    const answer = await api.http.getJson(urlOf(api, 'generate', id), jsonHeaders(api), signal);
    const generation = decodeGeneration(answer);
    if (generation?.id !== id) {
      throw new ApiError('wrongShape', 'the answer is not the requested generation');
    }
    return generation;
  });
}

/**
 * Opens a video by the signed link of its generation. Links are signed for seven days, but may expire earlier
 * (documented).
 * @throws {ApiError} `expired`, `gone` or `linkRefused` if a new link may help ({@link renewMedia}); other reasons of a
 * download; the signal's reason if aborted.
 */
export function openMedia(
  api: ApiAccess,
  url: string,
  signal: AbortSignal,
  resume?: DownloadRequest['resume'],
): Promise<Download> {
  return openFile(api, { url, maxBytes: maxMediaBytes, signal, resume });
}

/**
 * Gets a new link to the video of a generation. Reads the generation again; if that has no link or still the old one, asks
 * `GET /v2/generations/{id}/download`, which answers with just a URL as plain text (documented).
 * @returns the link exactly as received; undefined if the video no longer exists.
 * @throws {ApiError} if there is no usable answer; the signal's reason if aborted.
 */
export async function renewMedia(
  api: ApiAccess,
  id: string,
  oldUrl: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const generation = await getGeneration(api, id, signal);
  if (generation === undefined) {
    return undefined;
  }
  if (generation.outputUrl !== '' && generation.outputUrl !== oldUrl) {
    return checkedLink(generation.outputUrl);
  }
  return undefinedIfNotFound(async () => {
    const headers = { ...jsonHeaders(api), accept: 'text/plain' };
    const answer = await api.http.getText(`${urlOf(api, 'generations', id)}/download`, headers, signal);
    return checkedLink(answer.trim());
  });
}

/**
 * Reads one generation. `outputUrl`, `error` and `error_code` are optional (documented: the official client's types);
 * newer pages call the last one `errorCode`, so both are read. Unknown fields are ignored.
 * @returns undefined if the value has no ID or no status.
 */
export function decodeGeneration(value: unknown): Generation | undefined {
  if (!isRecord(value)) {
    return undefined;
  }
  const id = readText(value['id'], maxIdLength);
  const status = readText(value['status'], maxStatusLength);
  if (!isUsableId(id) || status === '') {
    return undefined;
  }
  return {
    id,
    status,
    outputUrl: readText(value['outputUrl'], maxUrlLength),
    error: readText(value['error'], maxErrorLength),
    errorCode: readText(value['errorCode'], maxStatusLength) || readText(value['error_code'], maxStatusLength),
  };
}

function checkedLink(url: string): string {
  if (!isSafeUrl(url)) {
    throw new ApiError('wrongShape', 'the answer is not a link to a file');
  }
  return url;
}
