/** Every name under which something is kept. */
export const storageKeys = {
  /** SecretStorage: the API key. */
  apiKey: 'syncBatches.apiKey',
  /** Workspace state: the filter. */
  filter: 'syncBatches.filter',
} as const;
