import { createHash } from 'node:crypto';
import { wholeSeconds } from './batches';
import type { BatchRow, BatchStore } from './batches';
import { ApiError } from './errors';
import { batchGeneration, batchGenerationId, endGeneration, generationOf, parseBatchGenerationId } from './results';
import type { Generation, MediaUrl } from './results';

export interface GenerationFilter {
  statuses: readonly string[] | undefined;
  ids: readonly string[] | undefined;
  limit: number | undefined;
  cursor: string | undefined;
}

interface StoredGeneration {
  first: Generation;
  createdAtMs: number;
}

export interface GenerationStoreOptions {
  now: () => number;
  speed: number;
  batches: BatchStore;
  mediaUrl: MediaUrl;
}

/** How long one generation takes at speed 1, in ms (invented). */
const lifeMs = 60_000;

/** The generations that were created one by one, and a view on those of the batches. */
export class GenerationStore {
  readonly #single: StoredGeneration[] = [];
  readonly #options: GenerationStoreOptions;
  #count = 0;

  constructor(options: GenerationStoreOptions) {
    this.#options = options;
  }

  create(payload: BatchRow['payload']): Generation {
    this.#count += 1;
    const createdAtMs = this.#options.now();
    const hex = createHash('sha256').update(`generation ${this.#count} ${createdAtMs}`).digest('hex');
    // The 9 keeps these ids apart from those of batches.
    const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-9${hex.slice(15, 18)}-${hex.slice(18, 30)}`;
    const first = generationOf(id, wholeSeconds(createdAtMs), payload);
    this.#single.push({ first, createdAtMs });
    return first;
  }

  /** @throws ApiError 404 (documented) for an unknown ID. */
  get(id: string): Generation {
    const found = this.#find(id);
    if (found === undefined) throw new ApiError(404, `Generation ${id} not found`);
    return found;
  }

  /** @throws ApiError 404 if it is unknown, 409 while it runs (both documented). */
  delete(id: string): Generation {
    const generation = this.get(id);
    if (generation.status === 'PENDING' || generation.status === 'PROCESSING') {
      throw new ApiError(409, 'The generation is still running', {
        errorCode: 'generation_not_deletable_while_processing',
      });
    }
    const index = this.#single.findIndex((stored) => stored.first.id === id);
    if (index !== -1) this.#single.splice(index, 1);
    return generation;
  }

  /**
   * Newest first with a limit, in no documented order without one (here oldest first, so that nobody relies on it).
   * Those of batches are found by id only: whether the real list holds them is not documented.
   */
  list(filter: GenerationFilter): Generation[] {
    const all =
      filter.ids === undefined
        ? this.#single.map((stored) => this.#now(stored))
        : filter.ids.map((id) => this.#find(id)).filter((found) => found !== undefined);
    const { statuses, limit, cursor } = filter;
    const fitting = all.filter((generation) => statuses?.includes(generation.status) ?? true);
    if (limit === undefined) {
      if (cursor !== undefined) throw new ApiError(400, ['cursor needs a limit'], { field: 'cursor' });
      return fitting;
    }
    fitting.reverse();
    const last = cursor === undefined ? -1 : fitting.findIndex((generation) => generation.id === cursor);
    if (cursor !== undefined && last === -1) throw new ApiError(400, ['cursor is not known'], { field: 'cursor' });
    return fitting.slice(last + 1, last + 1 + limit);
  }

  #find(id: string): Generation | undefined {
    const single = this.#single.find((stored) => stored.first.id === id);
    if (single !== undefined) return this.#now(single);
    const place = parseBatchGenerationId(id);
    const batch = place === undefined ? undefined : this.#options.batches.findBySequence(place.sequence);
    if (place === undefined || batch === undefined || batchGenerationId(batch, place.index) !== id) return undefined;
    const state = this.#options.batches.state(batch);
    // While a batch is PENDING its rows have not become generations yet (inferred).
    if (state.status === 'PENDING' || place.index >= state.total) return undefined;
    return batchGeneration(batch, state, place.index, this.#options.mediaUrl);
  }

  #now({ first, createdAtMs }: StoredGeneration): Generation {
    const share = ((this.#options.now() - createdAtMs) * this.#options.speed) / lifeMs;
    const status = share >= 1 ? 'COMPLETED' : share >= 0.1 ? 'PROCESSING' : 'PENDING';
    return endGeneration(first, status, 0, this.#options.mediaUrl);
  }
}
