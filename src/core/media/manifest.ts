import * as v from 'valibot';
import { parseApiTime } from '../api/resources/time';
import { parseJson } from '../common/json';
import { isSafeName } from './names';

/** How saving a request's media came out. `unsaved`: not tried, or not to the end. */
export const mediaOutcomes = ['saved', 'failed', 'unsaved'] as const;
export type MediaOutcome = (typeof mediaOutcomes)[number];

export interface ManifestEntry {
  readonly requestId?: string;
  /** The name of the file beside the manifest. */
  readonly file?: string;
  /** Where it came from, without its query: that is a signature, and soon of no use. */
  readonly url?: string;
  /** The size of the whole file. */
  readonly bytes?: number;
  readonly outcome: MediaOutcome;
  /** Why it was not saved. */
  readonly error?: string;
}

/** What lies beside saved media and says what they are. */
export interface MediaManifest {
  readonly batchId: string;
  /** Milliseconds since 1970; ISO 8601 in the file. */
  readonly savedAt: number;
  readonly requests: readonly ManifestEntry[];
}

/** The manifest as text, for people too. URLs lose their query here, whoever forgot. */
export function encodeManifest({ batchId, savedAt, requests }: MediaManifest): string {
  const entries = requests.map(({ requestId, file, url, bytes, outcome, error }) => ({
    requestId,
    file,
    url: url === undefined ? undefined : withoutSignature(url),
    bytes,
    outcome,
    error,
  }));
  const manifest = { version: 1, batchId, savedAt: new Date(savedAt).toISOString(), requests: entries };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

/**
 * A URL without what gives access: its query, its fragment, a name and password. Empty for what is no `http:` or
 * `https:` URL, which may hold anything.
 */
export function withoutSignature(url: string): string {
  const [plain = ''] = url.split(/[?#]/, 1);
  return /^https?:\/\//i.test(plain) ? plain.replace(/^(https?:\/\/)[^/\\]*@/i, '$1') : '';
}

const manifest = v.object({
  version: v.literal(1),
  batchId: v.pipe(v.string(), v.minLength(1)),
  savedAt: v.unknown(),
  requests: v.array(v.unknown()),
});
const optionalText = v.fallback(v.optional(v.pipe(v.string(), v.minLength(1))), undefined);
const entry = v.object({
  requestId: optionalText,
  // A file is looked for by this name: one that leads elsewhere is not taken over.
  file: v.fallback(v.optional(v.pipe(v.string(), v.check(isSafeName))), undefined),
  url: optionalText,
  bytes: v.fallback(v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))), undefined),
  outcome: v.picklist(mediaOutcomes),
  error: optionalText,
});

/**
 * Reads what {@link encodeManifest} wrote, and people may have changed since. An entry that can't be understood costs
 * that entry, a field of it that field.
 * @returns nothing where it is no manifest, or one of a later version.
 */
export function decodeManifest(text: string): MediaManifest | undefined {
  const parsed = v.safeParse(manifest, parseJson(text.replace(/^\ufeff/, '')));
  if (!parsed.success) {
    return undefined;
  }
  const { batchId, savedAt, requests } = parsed.output;
  return {
    batchId,
    savedAt: parseApiTime(savedAt) ?? 0,
    requests: requests.flatMap((value): ManifestEntry[] => {
      const read = v.safeParse(entry, value);
      return read.success ? [present(read.output)] : [];
    }),
  };
}

/** The entry with those fields only that it has. */
function present({ requestId, file, url, bytes, outcome, error }: v.InferOutput<typeof entry>): ManifestEntry {
  return {
    ...(requestId === undefined ? {} : { requestId }),
    ...(file === undefined ? {} : { file }),
    ...(url === undefined ? {} : { url }),
    ...(bytes === undefined ? {} : { bytes }),
    outcome,
    ...(error === undefined ? {} : { error }),
  };
}
