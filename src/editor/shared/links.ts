/** The vendor's pages that we send people to (from the vendor's documentation). */
export const links = {
  apiKeys: 'https://sync.so/settings/api-keys',
  billing: 'https://sync.so/billing/subscription',
  status: 'https://status.sync.so',
} as const;
