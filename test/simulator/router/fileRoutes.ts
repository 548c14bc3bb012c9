import { createHash } from 'node:crypto';
import { hasResults } from '../batches';
import type { BatchStore } from '../batches';
import { text } from '../http';
import type { Answer, ApiRequest } from '../http';
import { smallVideo } from '../media';
import { resultLines } from '../results';
import type { MediaUrl } from '../results';
import { checkSignature, signUrl } from '../signedUrls';
import { param } from './router';
import type { Route } from './router';

/** How long a link to a result file is valid, in ms (invented: none is documented). */
export const resultLinkMs = 15 * 60_000;
/** How long a link to media is valid, in ms (documented: seven days, and it may expire earlier). */
export const mediaLinkMs = 7 * 24 * 3_600_000;

/** When every file was last changed, as far as the files origin says. */
const lastModified = 'Tue, 10 Mar 2026 12:00:00 GMT';

/** A signed link to the result file of a batch. */
export function resultFileUrl(filesUrl: string, id: string, now: number, series: number): string {
  const path = `/exports/batch%2Fresults%20v2/${encodeURIComponent(id)}.jsonl`;
  return signUrl(filesUrl, path, `results ${id}.jsonl`, now + resultLinkMs, series);
}

/** A signed link to the output of a generation. */
export function mediaFileUrl(filesUrl: string, generationId: string, now: number, series: number): string {
  const path = `/media/${encodeURIComponent(generationId)}.mp4`;
  return signUrl(filesUrl, path, `${generationId}.mp4`, now + mediaLinkMs, series);
}

export interface FileRouteOptions {
  batches: BatchStore;
  now: () => number;
  /** The series of valid links. */
  series: () => number;
  mediaUrl: MediaUrl;
  /** Minimum size of the video of a generation, in bytes. */
  mediaBytes: (generationId: string) => number;
}

/** The files origin: no keys, only signatures. */
export function fileRoutes({ batches, now, series, mediaUrl, mediaBytes }: FileRouteOptions): Route[] {
  const refuse = (request: ApiRequest) => refusal(checkSignature(request.target, now(), series()));
  return [
    {
      method: 'GET',
      path: '/exports/:folder/:name',
      handle(request) {
        const refused = refuse(request);
        if (refused !== undefined) return refused;
        const batch = batches.find(param(request, 'name').replace(/\.jsonl$/, ''));
        const state = batch === undefined ? undefined : batches.state(batch);
        if (batch === undefined || state === undefined || !hasResults(state)) return notThere();
        const made = () => resultLines(batch, state, mediaUrl).map((line) => `${JSON.stringify(line)}\n`);
        return file(request, Buffer.from(batch.seed.resultText ?? made().join('')), 'application/jsonl');
      },
    },
    {
      method: 'GET',
      path: '/media/:name',
      handle(request) {
        const refused = refuse(request);
        if (refused !== undefined) return refused;
        const id = param(request, 'name').replace(/\.mp4$/, '');
        return file(request, smallVideo(id, mediaBytes(id)), 'video/mp4');
      },
    },
  ];
}

/**
 * A file as storage services serve it: with an entity tag, and a part of it where one is asked for (RFC 9110, 14: one
 * range, which `If-Range` may make depend on the entity tag or on the time of the last change).
 */
function file(request: ApiRequest, content: Buffer, type: string): Answer {
  const etag = `"${createHash('sha256').update(content).digest('hex').slice(0, 32)}"`;
  const headers = { 'content-type': type, etag, 'last-modified': lastModified, 'accept-ranges': 'bytes' };
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers['range'] ?? '') ?? [];
  const condition = request.headers['if-range'] ?? etag;
  if (from === undefined || (condition !== etag && condition !== lastModified)) {
    return { status: 200, headers, body: content };
  }
  const first = Number(from);
  const last = Math.min(to === undefined || to === '' ? Infinity : Number(to), content.length - 1);
  if (first > last) {
    return {
      ...storageError(416, 'InvalidRange', 'The requested range is not satisfiable'),
      headers: {
        'content-type': 'application/xml',
        'content-range': `bytes */${content.length}`,
      },
    };
  }
  return {
    status: 206,
    headers: { ...headers, 'content-range': `bytes ${first}-${last}/${content.length}` },
    body: content.subarray(first, last + 1),
  };
}

/** What the files origin says to a path it does not know: XML, as storage services do, and never the API's JSON. */
export function notThere(): Answer {
  return storageError(404, 'NoSuchKey', 'The specified key does not exist.');
}

function refusal(signature: ReturnType<typeof checkSignature>): Answer | undefined {
  if (signature === 'good') return undefined;
  if (signature === 'expired') return storageError(403, 'AccessDenied', 'Request has expired');
  if (signature === 'unsigned') return storageError(403, 'AccessDenied', 'Access Denied');
  return storageError(403, 'SignatureDoesNotMatch', 'The request signature does not match.');
}

function storageError(status: number, code: string, message: string): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return text(status, body, 'application/xml');
}
