import { createHmac } from 'node:crypto';

/** The same for every simulator, so that a link outlives a restart; it guards nothing. */
const secret = 'simulator';
const signatureMark = '&X-Sim-Signature=';

/**
 * A link such as storage services sign. It holds `%2F`, `+`, `%20`, `=` and `&` on purpose, and its signature covers the
 * exact text: whoever decodes and encodes it again gets 403. The real links' form is not documented.
 *
 * @param filesUrl the files origin
 * @param path an encoded path, e.g. `/exports/a%20b.jsonl`
 * @param fileName the name under which a browser saves it
 * @param expiresAt ms since the epoch
 * @param series links of an earlier series than the one in force have expired, whatever the time
 */
export function signUrl(filesUrl: string, path: string, fileName: string, expiresAt: number, series: number): string {
  const query = [
    `response-content-disposition=attachment%3B%20filename%3D%22${encodeURIComponent(fileName)}%22`,
    'X-Sim-Credential=demo+files%2Feu-west-1%2Fs3==',
    `X-Sim-Expires=${Math.floor(expiresAt / 1000)}`,
    `X-Sim-Series=${series}`,
  ].join('&');
  const target = `${path}?${query}`;
  return `${filesUrl}${target}${signatureMark}${signatureOf(target)}`;
}

/** Whether a request target (path and query, word for word) carries a signature that holds at this moment. */
export function checkSignature(target: string, now: number, series: number): 'good' | 'unsigned' | 'wrong' | 'expired' {
  const mark = target.lastIndexOf(signatureMark);
  if (mark === -1) return 'unsigned';
  const signed = target.slice(0, mark);
  if (target.slice(mark + signatureMark.length) !== signatureOf(signed)) return 'wrong';
  const expires = Number(/X-Sim-Expires=(\d+)/.exec(signed)?.[1]);
  const isOfSeries = Number(/X-Sim-Series=(\d+)/.exec(signed)?.[1]) >= series;
  return isOfSeries && now / 1000 <= expires ? 'good' : 'expired';
}

function signatureOf(target: string): string {
  return createHmac('sha256', secret).update(target).digest('base64');
}
