/** Pages of sync.so that the extension links to (documented). */
export const links = {
  apiKeys: 'https://sync.so/settings/api-keys',
  billing: 'https://sync.so/billing/subscription',
  status: 'https://status.sync.so',
} as const;
