import { readBatchInput } from '../batchInput';
import { hasResults } from '../batches';
import type { BatchFilter, BatchStore } from '../batches';
import { ApiError } from '../errors';
import { json, readTime } from '../http';
import type { ApiRequest } from '../http';
import { batchStatuses } from '../lifecycle';
import { param } from './router';
import type { Route } from './router';

export interface BatchRouteOptions {
  batches: BatchStore;
  /** A fresh signed link to a batch's result file on the files origin. */
  signedResultUrl: (id: string) => string;
  resultNeedsKey: boolean;
}

/** Create, list, get (documented, and declared by the official client) and the result redirect (documented). */
export function batchRoutes({ batches, signedResultUrl, resultNeedsKey }: BatchRouteOptions): Route[] {
  return [
    {
      method: 'POST',
      path: '/v2/batch',
      async handle(request) {
        const input = await readBatchInput(request);
        // The status of success is not documented for batches; 201 is documented for uploads.
        if (input.dryRun) return json(201, { status: 'VALIDATED' });
        return json(201, batches.view(batches.create(input)));
      },
    },
    {
      method: 'GET',
      path: '/v2/batch',
      handle: (request) =>
        json(
          200,
          batches.list(readFilter(request)).map((batch) => batches.view(batch)),
        ),
    },
    {
      method: 'GET',
      path: '/v2/batch/:id',
      handle: (request) => json(200, batches.view(batches.get(param(request, 'id')))),
    },
    {
      method: 'GET',
      path: '/v2/batches/:id/result',
      open: !resultNeedsKey,
      handle(request) {
        const id = param(request, 'id');
        if (!hasResults(batches.state(batches.get(id)))) throw new ApiError(404, `Batch ${id} has no results yet`);
        return { status: 302, headers: { location: signedResultUrl(id) } };
      },
    },
  ];
}

/** One status per call is what is documented; several, or one that is not known, are refused here (inferred). */
function readFilter(request: ApiRequest): BatchFilter {
  const filter: BatchFilter = {};
  const statuses = request.query.getAll('status');
  const [status] = statuses;
  if (status !== undefined) {
    if (statuses.length > 1 || !batchStatuses.some((known) => known === status)) {
      throw new ApiError(400, [`status must be one of the following values: ${batchStatuses.join(', ')}`], {
        field: 'status',
      });
    }
    filter.status = status;
  }
  const createdAfter = readTime(request.query, 'created_after');
  const createdBefore = readTime(request.query, 'created_before');
  if (createdAfter !== undefined) filter.createdAfter = createdAfter;
  if (createdBefore !== undefined) filter.createdBefore = createdBefore;
  return filter;
}
