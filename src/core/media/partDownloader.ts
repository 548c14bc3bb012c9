import type { BatchClient } from '../api/client';
import type { Download } from '../api/http/download';
import { ApiError } from '../api/http/errors';
import { type Clock, sleep } from '../common/clock';
import type { Log } from '../common/log';
import { FolderError, type MediaFolder, type MediaWriter } from './folder';
import type { MediaItem } from './items';
import { findPartFile, type PartFile, recordPartFile } from './parts';
import { isRenewable } from './playable';

/** How often to resume the download of a file after its connection was lost. */
const maxResumes = 2;
const firstDelayMs = 1_000;

export interface MediaSaverHost {
  readonly client: Pick<BatchClient, 'openMedia' | 'renewMedia'>;
  readonly folder: MediaFolder;
  readonly clock: Clock;
  /** Must redact secrets. */
  readonly log: Log;
}

/** Downloads videos to part files. */
export class PartDownloader {
  constructor(
    private readonly host: MediaSaverHost,
    private readonly batchId: string,
    private readonly signal: AbortSignal,
    private readonly onBytes: (bytes: number) => void,
  ) {}

  /**
   * Downloads a video completely. Resumes the part file of an earlier run if the server still has the same file, renews
   * an expired link once, and resumes after a lost connection.
   * @param fileName The name that the file will get.
   * @returns the name of the part file.
   * @throws {ApiError | FolderError} if that fails. The part file stays, for the next run to resume.
   */
  async download(item: MediaItem, fileName: string): Promise<string> {
    const { folder, clock, log } = this.host;
    let url = item.url;
    for (let resumes = 0, isRenewed = false; ;) {
      const part = await findPartFile(folder, this.batchId, item, fileName);
      if (part.version?.totalBytes === part.bytes && part.bytes > 0) {
        return part.name;
      }
      let download: Download;
      try {
        download = await this.open(url, part);
      } catch (error) {
        if (isRenewed || !isRenewable(error) || item.generationId === undefined) {
          throw error;
        }
        isRenewed = true;
        url = await this.renew(item.generationId, url, error);
        continue;
      }
      try {
        await this.write(item, part, download);
        return part.name;
      } catch (error) {
        if (!(error instanceof ApiError) || error.reason !== 'cutOff' || resumes >= maxResumes) {
          throw error;
        }
        const delayMs = firstDelayMs * 2 ** resumes;
        log.info(`Resuming the download in ${delayMs} ms: ${error.message}`);
        resumes++;
        await sleep(clock, delayMs, this.signal);
      } finally {
        download.close();
      }
    }
  }

  private open(url: string, { bytes, version }: PartFile): Promise<Download> {
    const resume = version === undefined || bytes === 0 ? undefined : { bytes, version };
    return this.host.client.openMedia(url, this.signal, resume);
  }

  private async renew(generationId: string, oldUrl: string, { details }: ApiError): Promise<string> {
    const url = await this.host.client.renewMedia(generationId, oldUrl, this.signal);
    if (url === undefined) {
      throw new ApiError('gone', 'sync.so has no link to the video any more', details);
    }
    return url;
  }

  /** Writes a download to its part file. */
  private async write(item: MediaItem, part: PartFile, download: Download): Promise<void> {
    const { folder } = this.host;
    const { start, version } = download;
    if (version.totalBytes === 0) {
      throw new ApiError('wrongShape', 'the video is empty');
    }
    if (start === 0) {
      await folder.remove(part.name);
      await recordPartFile(folder, this.batchId, item, part.name, version);
    }
    const writer = await folder.open(part.name, start);
    let received = 0;
    await closeAfter(writer, async () => {
      for await (const chunk of download.chunks) {
        await writer.write(chunk);
        received += chunk.byteLength;
        this.onBytes(chunk.byteLength);
      }
    });
    if (received === 0 && start === 0) {
      throw new ApiError('wrongShape', 'the video is empty');
    }
    const written = await folder.stat(part.name);
    if (written?.bytes !== start + received) {
      throw new FolderError('other', `the file has ${written?.bytes ?? 0} of ${start + received} bytes`);
    }
  }
}

/** Closes a file after the work, also if it fails. An error of the work hides an error of closing. */
async function closeAfter(writer: MediaWriter, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    await writer.close().catch(() => undefined);
    throw error;
  }
  await writer.close();
}
