import * as v from 'valibot';
import { parseJson } from '../common/json';
import { canBeResumed, type FileVersion } from '../api/http/download';
import { withoutSignature } from './manifest';
import { FolderError, type MediaFolder } from './folder';
import type { MediaItem } from './items';

/**
 * An incomplete file, next to the complete ones. A record file beside it says which download it is a part of. Without a
 * record, the file is not one of ours and is left alone.
 */
export interface PartFile {
  readonly name: string;
  /** The current size in bytes, or 0 if there is no file yet. */
  readonly bytes: number;
  /** The version of the download, or undefined if it can't be resumed. */
  readonly version: FileVersion | undefined;
}

const optionalText = v.fallback(v.optional(v.string()), undefined);
const recordSchema = v.object({
  version: v.literal(1),
  batchId: v.string(),
  requestId: optionalText,
  url: v.string(),
  etag: optionalText,
  lastModified: optionalText,
  totalBytes: v.fallback(v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))), undefined),
});
type PartRecord = v.InferOutput<typeof recordSchema>;

const maxNames = 20;

/** Finds the part file of an item, or a free name for it. @throws {FolderError} if other files have all possible names. */
export async function findPartFile(
  folder: MediaFolder,
  batchId: string,
  item: MediaItem,
  fileName: string,
): Promise<PartFile> {
  for (let count = 1; count <= maxNames; count++) {
    const name = count === 1 ? `${fileName}.part` : `${fileName}.${count}.part`;
    const [file, record] = await Promise.all([folder.stat(name), readRecord(folder, name)]);
    if (record === 'foreign' || (file !== undefined && (record === undefined || !file.isFile))) {
      continue;
    }
    const version = record !== undefined && isOf(record, batchId, item) ? versionOf(record) : undefined;
    const canResume = file !== undefined && version !== undefined && file.bytes <= (version.totalBytes ?? -1);
    return canResume ? { name, bytes: file.bytes, version } : { name, bytes: 0, version: undefined };
  }
  throw new FolderError('nameTaken', 'other files have all names that the part file can have');
}

/** Writes the record of a part file, before its first byte. */
export async function recordPartFile(
  folder: MediaFolder,
  batchId: string,
  item: MediaItem,
  partName: string,
  { etag, lastModified, totalBytes }: FileVersion,
): Promise<void> {
  const { requestId, url } = item;
  const record: PartRecord = {
    version: 1,
    batchId,
    requestId,
    url: withoutSignature(url),
    etag,
    lastModified,
    totalBytes,
  };
  await folder.writeText(recordName(partName), JSON.stringify(record));
}

/** Deletes the record of a part file that is complete. */
export async function removePartRecord(folder: MediaFolder, partName: string): Promise<void> {
  await folder.remove(recordName(partName));
}

/**
 * Whether an existing file is a complete part file that was renamed just before the program ended: its record still
 * exists, the part file does not, and the size matches.
 */
export async function isRenamedPart(
  folder: MediaFolder,
  batchId: string,
  item: MediaItem,
  fileName: string,
  bytes: number,
): Promise<boolean> {
  const name = `${fileName}.part`;
  const [file, record] = await Promise.all([folder.stat(name), readRecord(folder, name)]);
  const isOurs = record !== undefined && record !== 'foreign' && isOf(record, batchId, item);
  return isOurs && file === undefined && record.totalBytes === bytes;
}

function isOf(record: PartRecord, batchId: string, { requestId, url }: MediaItem): boolean {
  return record.batchId === batchId && record.requestId === requestId && record.url === withoutSignature(url);
}

function versionOf({ etag, lastModified, totalBytes }: PartRecord): FileVersion | undefined {
  const version = { etag, lastModified, totalBytes };
  return canBeResumed(version) ? version : undefined;
}

function recordName(partName: string): string {
  return `${partName}.json`;
}

async function readRecord(folder: MediaFolder, partName: string): Promise<PartRecord | 'foreign' | undefined> {
  const name = recordName(partName);
  const text = await folder.readText(name);
  if (text === undefined) {
    // Something that exists but can't be read is not ours either.
    return (await folder.stat(name)) === undefined ? undefined : 'foreign';
  }
  const parsed = v.safeParse(recordSchema, parseJson(text));
  return parsed.success ? parsed.output : 'foreign';
}
