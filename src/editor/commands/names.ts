/** Every command of the extension, by the name after `syncBatches.`. */
export const commandNames = [
  'setApiKey',
  'removeApiKey',
  'refresh',
  'filterByDate',
  'filterByStatus',
  'clearFilters',
  'showResults',
  'openResultsText',
  'saveResults',
  'saveMedia',
  'exportFailed',
  'deleteKeptResults',
  'openOutput',
  'copyOutputUrl',
  'copyBatchId',
  'renameBatch',
  'notifyWhenFinished',
  'dontNotifyWhenFinished',
  'showLog',
  'showMore',
] as const;
export type CommandName = (typeof commandNames)[number];
