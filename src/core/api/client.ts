import type { Batch } from '../batches/batch';
import type { Log } from '../common/log';
import type { Download, DownloadRequest } from './http/download';
import * as batches from './resources/batches';
import * as cost from './resources/cost';
import * as generations from './resources/generations';
import * as models from './resources/models';
import type { ApiAccess } from './resources/shared';

/**
 * The sync.so API (v2) for one base URL and one key. Each call is implemented and documented in the file of its resource
 * in `resources/`.
 */
export class BatchClient {
  private readonly api: ApiAccess;

  constructor(http: ApiAccess['http'], baseUrl: string, key: string, log: Log) {
    this.api = { http, baseUrl, key, log };
  }

  listBatches(query: batches.BatchQuery, signal: AbortSignal): Promise<Batch[]> {
    return batches.listBatches(this.api, query, signal);
  }

  getBatch(id: string, signal: AbortSignal): Promise<Batch | undefined> {
    return batches.getBatch(this.api, id, signal);
  }

  checkKey(now: number, signal: AbortSignal): Promise<void> {
    return batches.checkKey(this.api, now, signal);
  }

  /** Never retried. */
  createBatch(input: batches.BatchInput, signal: AbortSignal): Promise<Batch> {
    return batches.createBatch(this.api, input, signal);
  }

  validateBatch(input: batches.BatchInput, signal: AbortSignal): Promise<batches.Validation> {
    return batches.validateBatch(this.api, input, signal);
  }

  openResults(outputUrl: string, signal: AbortSignal): Promise<Download> {
    return batches.openResults(this.api, outputUrl, signal);
  }

  getGeneration(id: string, signal: AbortSignal): Promise<generations.Generation | undefined> {
    return generations.getGeneration(this.api, id, signal);
  }

  openMedia(url: string, signal: AbortSignal, resume?: DownloadRequest['resume']): Promise<Download> {
    return generations.openMedia(this.api, url, signal, resume);
  }

  renewMedia(generationId: string, oldUrl: string, signal: AbortSignal): Promise<string | undefined> {
    return generations.renewMedia(this.api, generationId, oldUrl, signal);
  }

  estimateCost(payload: unknown, signal: AbortSignal): Promise<cost.CostEstimate> {
    return cost.estimateCost(this.api, payload, signal);
  }

  listModels(signal: AbortSignal): Promise<string[]> {
    return models.listModels(this.api, signal);
  }
}
