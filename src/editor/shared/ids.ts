/** Every name under which something is kept. */
export const storageKeys = {
  /** SecretStorage: the API key. */
  apiKey: 'syncBatches.apiKey',
  /** Workspace state: the filter. */
  filter: 'syncBatches.filter',
} as const;

/** The view of batches, as package.json declares it. */
export const viewId = 'syncBatches.batches';

/** The kind of tab that shows results: under this name VS Code brings it back after a reload. */
export const resultsViewType = 'syncBatches.results';
