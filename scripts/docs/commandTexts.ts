/**
 * What each command does, in one plain sentence or two, for `docs/commands.md`. Every command of package.json has one text
 * here, by its name after `syncBatches.`; `npm run docs` and its test fail if one is missing or left over.
 */

export interface CommandGroup {
  readonly title: string;
  readonly commands: Readonly<Record<string, string>>;
}

export const commandGroups: readonly CommandGroup[] = [
  {
    title: 'API key',
    commands: {
      setApiKey: 'Asks for an API key, checks it with one request, and stores it in the secret storage of the editor.',
      removeApiKey:
        'Deletes the stored API key after you confirm, together with the saved batch list and results of its account. Submissions that are running stop before their next batch.',
    },
  },
  {
    title: 'Batch list',
    commands: {
      refresh: 'Reloads the list of batches.',
      filterByDate: 'Shows only batches that were created in a period: a preset, or dates that you type.',
      filterByStatus: 'Shows only batches with the statuses that you select.',
      clearFilters: 'Removes all filters.',
      renameBatch:
        'Gives a batch a name of your own. The name is stored on your computer. Enter an empty name to remove it.',
      notifyWhenFinished: 'Notifies you once when the batch finishes.',
      dontNotifyWhenFinished: 'Cancels the notification for the batch.',
      copyBatchId: 'Copies the ID of a batch.',
      showMore: 'Shows the next 100 batches of a group.',
    },
  },
  {
    title: 'Results',
    commands: {
      showResults: 'Opens the results of a batch in a tab with one row for each request.',
      openResultsText: 'Opens the result file as a read-only document, exactly as sync.so sent it.',
      saveResults: 'Saves the result file, byte for byte.',
      saveMedia: 'Downloads the videos of a batch to a folder.',
      exportFailed: 'Creates a batch file from the requests that failed, were rejected or are missing.',
      deleteKeptResults: 'Deletes the result files that are stored on your computer, after you confirm.',
      openOutput: 'Opens the result file of a batch in the browser.',
      copyOutputUrl: 'Copies the URL of the result file.',
    },
  },
  {
    title: 'Batch files',
    commands: {
      newFile: 'Creates a batch file from a template, a CSV file or a list of media URLs.',
      validateFile: 'Checks a batch file on your computer and goes to the first problem.',
      showRequest: 'Shows the request at the cursor as formatted JSON.',
      dryRun: 'Sends a batch file to sync.so for a check, without creating a batch.',
      estimateCost: 'Adds up what sync.so estimates for each request of a batch file.',
      submitFile:
        'Checks a batch file, asks you to confirm, and creates a batch from it. A long file becomes several batches.',
    },
  },
  {
    title: 'Submissions',
    commands: {
      showSubmissions:
        'Lists what you submitted from this computer, with its outcome. Here you resolve a submission with an unknown outcome, and continue or cancel one that stopped.',
      continueSubmission: 'Sends the remaining batches of a submission that stopped.',
      cancelSubmission: 'Cancels the batches of a submission that were not sent yet. Batches that exist keep running.',
    },
  },
  {
    title: 'Help',
    commands: {
      showLog: 'Opens the log: one line for each request, with method, path, status, time and size.',
    },
  },
];
