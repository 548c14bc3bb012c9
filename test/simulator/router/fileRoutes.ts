import { hasResults } from '../batches';
import type { BatchStore } from '../batches';
import { text } from '../http';
import type { Answer, ApiRequest } from '../http';
import { resultLines } from '../results';
import type { MediaUrl } from '../results';
import { checkSignature, signUrl } from '../signedUrls';
import { param } from './router';
import type { Route } from './router';

/** How long a link to a result file holds, in ms (invented: none is documented). */
export const resultLinkMs = 15 * 60_000;
/** How long a link to media holds, in ms (documented: seven days, and it may end earlier). */
export const mediaLinkMs = 7 * 24 * 3_600_000;

/** The smallest thing that is recognisable as an MP4 file; nothing here plays it. */
const media = Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\x08free', 'latin1');

/** A signed link to the result file of a batch. */
export function resultFileUrl(filesUrl: string, id: string, now: number): string {
  const name = `${encodeURIComponent(id)}.jsonl`;
  return signUrl(filesUrl, `/exports/batch%2Fresults%20v2/${name}`, `results ${id}.jsonl`, now + resultLinkMs);
}

/** A signed link to the output of a generation. */
export function mediaFileUrl(filesUrl: string, generationId: string, now: number): string {
  return signUrl(filesUrl, `/media/${generationId}.mp4`, `${generationId}.mp4`, now + mediaLinkMs);
}

/** The files origin: no keys, only signatures. */
export function fileRoutes(batches: BatchStore, now: () => number, mediaUrl: MediaUrl): Route[] {
  return [
    {
      method: 'GET',
      path: '/exports/:folder/:name',
      handle(request) {
        const refusal = refuse(request, now());
        if (refusal !== undefined) return refusal;
        const batch = batches.find(param(request, 'name').replace(/\.jsonl$/, ''));
        const state = batch === undefined ? undefined : batches.state(batch);
        if (batch === undefined || state === undefined || !hasResults(state)) return notThere();
        const lines = resultLines(batch, state, mediaUrl).map((line) => `${JSON.stringify(line)}\n`);
        return text(200, lines.join(''), 'application/jsonl');
      },
    },
    {
      method: 'GET',
      path: '/media/:name',
      handle: (request) =>
        refuse(request, now()) ?? { status: 200, headers: { 'content-type': 'video/mp4' }, body: media },
    },
  ];
}

/** What the files origin says to a path it does not know: XML, as storage services do, and never the API's JSON. */
export function notThere(): Answer {
  return storageError(404, 'NoSuchKey', 'The specified key does not exist.');
}

function refuse(request: ApiRequest, now: number): Answer | undefined {
  const signature = checkSignature(request.target, now);
  if (signature === 'good') return undefined;
  if (signature === 'expired') return storageError(403, 'AccessDenied', 'Request has expired');
  if (signature === 'unsigned') return storageError(403, 'AccessDenied', 'Access Denied');
  return storageError(403, 'SignatureDoesNotMatch', 'The request signature does not match.');
}

function storageError(status: number, code: string, message: string): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return text(status, body, 'application/xml');
}
