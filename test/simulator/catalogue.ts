import { createHash } from 'node:crypto';
import { type BatchRow, wholeSeconds } from './batches';
import { ApiError } from './errors';
import { isObject } from './http';

/** A model as `GET /v2/models` lists it; fields declared by the official client. */
export interface ModelInfo {
  id: string;
  name: string;
  type: 'lipsync' | 'react';
  version: string;
  description?: string;
}

/** The model names are documented; versions and descriptions are invented. */
const documentedModels: readonly ModelInfo[] = [
  { id: 'sync-3', name: 'sync-3', type: 'lipsync', version: '3.0.0', description: 'Highest quality' },
  { id: 'lipsync-2-pro', name: 'lipsync-2-pro', type: 'lipsync', version: '2.0.0', description: 'Finer detail' },
  { id: 'lipsync-2', name: 'lipsync-2', type: 'lipsync', version: '2.0.0', description: 'Natural lip sync' },
  { id: 'lipsync-1.9.0-beta', name: 'lipsync-1.9.0-beta', type: 'lipsync', version: '1.9.0-beta' },
  { id: 'react-1', name: 'react-1', type: 'react', version: '1.0.0', description: 'Emotions and head movement' },
];

/** The models of these names, in this order; all documented ones by default. One that is not documented is made up. */
export function modelsNamed(names?: readonly string[]): readonly ModelInfo[] {
  return (
    names?.map(
      (name) =>
        documentedModels.find((model) => model.name === name) ?? { id: name, name, type: 'lipsync', version: '1.0.0' },
    ) ?? documentedModels
  );
}

/** US dollars per output frame (documented price list). */
const pricePerFrame: Readonly<Record<string, number>> = {
  'sync-3': 0.00534,
  'lipsync-2-pro': 0.00333,
  'react-1': 0.00667,
  'lipsync-2': 0.002,
  'lipsync-1.9.0-beta': 0.001,
};

const framesPerSecond = 25;
/** Of videos, in seconds (30 is the documented limit in a batch). No media is read, so a length is made of the URLs. */
const shortestVideo = 5;
const longestVideo = 30;

/**
 * The answer of `POST /v2/analyze/cost`: US dollars. The same media always have the same length.
 * @throws ApiError 400 for a model that has no price.
 */
export function estimateCost({
  model,
  input,
}: BatchRow['payload']): { estimatedFrameCount: number; estimatedGenerationCost: number }[] {
  const price = pricePerFrame[model];
  if (price === undefined) {
    throw new ApiError(400, `Model ${model} is not supported`, { errorCode: 'generation_unsupported_model' });
  }
  const media = input.map((item) => (isObject(item) ? [item['url'], item['assetId']] : []));
  const number = createHash('sha256').update(JSON.stringify(media)).digest().readUInt32BE(0);
  const frames = shortestVideo * framesPerSecond + (number % ((longestVideo - shortestVideo) * framesPerSecond + 1));
  return [{ estimatedFrameCount: frames, estimatedGenerationCost: Math.round(frames * price * 10_000) / 10_000 }];
}

/** An asset of the media library; fields declared by the official client. */
export interface Asset {
  id: string;
  createdAt: string;
  updatedAt: string;
  name: string;
  url: string;
  /** Bytes. */
  size: number;
  format: string;
  type: 'AUDIO' | 'VIDEO' | 'IMAGE';
  inputType: 'UPLOAD' | 'URL';
  durationSeconds?: number;
  visibility: 'USER' | 'ORGANIZATION';
  width?: number;
  height?: number;
}

export interface AssetFilter {
  searchQuery: string | undefined;
  types: readonly string[] | undefined;
  sortBy: string | undefined;
  limit: number | undefined;
  cursor: string | undefined;
}

const firstAssetAt = Date.UTC(2026, 0, 5, 9, 0, 0);

/** Twelve assets: eight videos, three recordings and a picture. */
export const assets: readonly Asset[] = Array.from({ length: 12 }, (_, index): Asset => {
  const number = String(index + 1).padStart(2, '0');
  const at = wholeSeconds(firstAssetAt + index * 3_600_000);
  const common = {
    id: `550e8400-e29b-41d4-a716-4466554400${number}`,
    createdAt: at,
    updatedAt: at,
    size: 1_000_000 + index * 12_345,
    inputType: index % 2 === 0 ? ('UPLOAD' as const) : ('URL' as const),
    visibility: 'ORGANIZATION' as const,
  };
  const url = (name: string) => ({ name, url: `https://media.example.test/assets/${name}` });
  if (index === 11) {
    return { ...common, ...url('portrait.png'), format: 'png', type: 'IMAGE', width: 1024, height: 1024 };
  }
  if (index % 4 === 3) {
    return { ...common, ...url(`voice-${number}.wav`), format: 'wav', type: 'AUDIO', durationSeconds: 8 + index };
  }
  const video = { format: 'mp4', type: 'VIDEO', durationSeconds: 10 + index, width: 1920, height: 1080 } as const;
  return { ...common, ...url(`episode-${number}.mp4`), ...video };
});

const sortKeys: Readonly<Record<string, (asset: Asset) => string | number>> = {
  name: (asset) => asset.name,
  date: (asset) => asset.createdAt,
  duration: (asset) => asset.durationSeconds ?? 0,
  size: (asset) => asset.size,
  kind: (asset) => asset.type,
};

/**
 * A page of assets. Filters, sort orders and paging fields are declared by the official client; the default order
 * (newest first) and the form of the cursor (the last id) are inferred.
 */
export function listAssets(filter: AssetFilter): { items: Asset[]; nextCursor?: string; totalCount: number } {
  const [, key = '', direction] = /^(.*)(Asc|Desc)$/.exec(filter.sortBy ?? 'dateDesc') ?? [];
  const sortKey = sortKeys[key];
  if (sortKey === undefined) throw new ApiError(400, ['sortBy must be a known order'], { field: 'sortBy' });
  const wanted = filter.searchQuery?.toLowerCase() ?? '';
  const fitting = assets
    .filter((asset) => asset.name.toLowerCase().includes(wanted) && (filter.types?.includes(asset.type) ?? true))
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : sortKey(a) > sortKey(b) ? 1 : 0));
  if (direction === 'Desc') fitting.reverse();
  const start = filter.cursor === undefined ? 0 : fitting.findIndex((asset) => asset.id === filter.cursor) + 1;
  const items = fitting.slice(start, start + (filter.limit ?? 100));
  const last = items.at(-1);
  const more = last !== undefined && start + items.length < fitting.length;
  return { items, ...(more ? { nextCursor: last.id } : {}), totalCount: fitting.length };
}
