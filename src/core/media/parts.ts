import * as v from 'valibot';
import { parseJson } from '../common/json';
import { canBeResumed, type FileVersion } from '../api/http/download';
import { withoutSignature } from './manifest';
import type { MediaFolder } from './folder';
import type { MediaItem } from './items';

/**
 * A file that is not complete: it lies beside those that are under a name of its own, and with it a note that says what
 * it is a part of. Without such a note it is not one of ours, and is left alone.
 */
export interface PartFile {
  readonly name: string;
  /** Bytes that are there: 0 where there is none yet. */
  readonly bytes: number;
  /** What the bytes are a part of; nothing where they can't be gone on with. */
  readonly version: FileVersion | undefined;
}

const optionalText = v.fallback(v.optional(v.string()), undefined);
const note = v.object({
  version: v.literal(1),
  batchId: v.string(),
  requestId: optionalText,
  url: v.string(),
  etag: optionalText,
  lastModified: optionalText,
  totalBytes: v.fallback(v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))), undefined),
});
type Note = v.InferOutput<typeof note>;

/** No more than a few files that are not ours can have the names of parts. */
const mostNames = 20;

/** The part of an item's file, or the place for it. Nothing where others have taken every name for it. */
export async function findPartFile(
  folder: MediaFolder,
  batchId: string,
  item: MediaItem,
  fileName: string,
): Promise<PartFile | undefined> {
  for (let count = 1; count <= mostNames; count++) {
    const name = count === 1 ? `${fileName}.part` : `${fileName}.${count}.part`;
    const [file, noted] = await Promise.all([folder.stat(name), readNote(folder, name)]);
    if (noted === 'foreign' || (file !== undefined && (noted === undefined || !file.isFile))) {
      continue;
    }
    const version = noted !== undefined && isOf(noted, batchId, item) ? versionOf(noted) : undefined;
    const canGoOn = file !== undefined && version !== undefined && file.bytes <= (version.totalBytes ?? -1);
    return canGoOn ? { name, bytes: file.bytes, version } : { name, bytes: 0, version: undefined };
  }
  return undefined;
}

/** Writes down what the part is a part of, before its first byte is there. */
export async function recordPartFile(
  folder: MediaFolder,
  batchId: string,
  item: MediaItem,
  partName: string,
  { etag, lastModified, totalBytes }: FileVersion,
): Promise<void> {
  const { requestId, url } = item;
  const noted: Note = { version: 1, batchId, requestId, url: withoutSignature(url), etag, lastModified, totalBytes };
  await folder.writeText(noteName(partName), JSON.stringify(noted));
}

/** There is no part any more: its file got its name. */
export async function removePartRecord(folder: MediaFolder, partName: string): Promise<void> {
  await folder.remove(noteName(partName));
}

/**
 * Whether a file that is there came from a part that got its name just before everything ended: the note is still there,
 * the part is not, and the size is right.
 */
export async function hadPartFile(
  folder: MediaFolder,
  batchId: string,
  item: MediaItem,
  fileName: string,
  bytes: number,
): Promise<boolean> {
  const name = `${fileName}.part`;
  const [file, noted] = await Promise.all([folder.stat(name), readNote(folder, name)]);
  const isOurs = noted !== undefined && noted !== 'foreign' && isOf(noted, batchId, item);
  return isOurs && file === undefined && noted.totalBytes === bytes;
}

function isOf(noted: Note, batchId: string, { requestId, url }: MediaItem): boolean {
  return noted.batchId === batchId && noted.requestId === requestId && noted.url === withoutSignature(url);
}

function versionOf({ etag, lastModified, totalBytes }: Note): FileVersion | undefined {
  const version = { etag, lastModified, totalBytes };
  return canBeResumed(version) ? version : undefined;
}

function noteName(partName: string): string {
  return `${partName}.json`;
}

async function readNote(folder: MediaFolder, partName: string): Promise<Note | 'foreign' | undefined> {
  const name = noteName(partName);
  const text = await folder.readText(name);
  if (text === undefined) {
    // What is there and can't be read is not ours either.
    return (await folder.stat(name)) === undefined ? undefined : 'foreign';
  }
  const parsed = v.safeParse(note, parseJson(text));
  return parsed.success ? parsed.output : 'foreign';
}
