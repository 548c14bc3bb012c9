/** What the resources of the API share: the access of a call, URLs with an ID, "not found", and reading fields. */
import type { Log } from '../../common/log';
import type { Download, DownloadRequest } from '../http/download';
import { ApiError } from '../http/errors';
import type { Http } from '../http/http';

/** What a call needs: the transport, the base URL, and the key. */
export interface ApiAccess {
  readonly http: Pick<Http, 'getJson' | 'getText' | 'download' | 'postQuery' | 'postOnce'>;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly key: string;
  readonly log: Log;
}

/** The headers of a call that expects JSON. */
export function jsonHeaders({ key }: Pick<ApiAccess, 'key'>): Record<string, string> {
  return { 'x-api-key': key, accept: 'application/json' };
}

/**
 * The URL of one object.
 * @throws {ApiError} `notFound` for an ID that no URL can contain.
 */
export function urlOf({ baseUrl }: ApiAccess, kind: 'batch' | 'generate' | 'generations', id: string): string {
  if (!isUsableId(id)) {
    throw new ApiError('notFound', 'nothing has such an ID');
  }
  return `${baseUrl}/v2/${kind}/${encodeURIComponent(id)}`;
}

/** Opens a file. The key is sent to the API's own origin only. */
export function openFile(api: ApiAccess, request: Omit<DownloadRequest, 'access'>): Promise<Download> {
  return api.http.download({ ...request, access: { origin: new URL(api.baseUrl).origin, key: api.key } });
}

/** @returns undefined if the API answers 404. A 404 from something else, such as a gateway, is thrown as an error. */
export async function undefinedIfNotFound<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'notFound' && error.details.isForeign !== true) {
      return undefined;
    }
    throw error;
  }
}

export const maxIdLength = 512;
export const maxStatusLength = 100;
export const maxUrlLength = 16_384;

/** False for an empty text and for one with a lone surrogate, which no URL can contain. */
export function isUsableId(id: string): boolean {
  return id !== '' && !/\p{Cs}/u.test(id);
}

/** @returns an empty text if the value is not a text, or is too long. */
export function readText(value: unknown, maxLength: number): string {
  return typeof value === 'string' && value.length <= maxLength ? value : '';
}
