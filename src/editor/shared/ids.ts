/** The names of stored values. */
export const storageKeys = {
  /** SecretStorage: the API key. */
  apiKey: 'syncBatches.apiKey',
  /** Workspace state: the filter. */
  filter: 'syncBatches.filter',
} as const;

/** The ID of the batches view in package.json. */
export const viewId = 'syncBatches.batches';

/** The type of the results tab. VS Code uses it to restore the tab after a reload. */
export const resultsViewType = 'syncBatches.results';
