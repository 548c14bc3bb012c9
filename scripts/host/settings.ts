/** User settings for a quiet workbench: it shows, asks and sends nothing on its own. */
export const quietWorkbench: Readonly<Record<string, unknown>> = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'security.workspace.trust.enabled': false,
  'git.enabled': false,
  'window.commandCenter': false,
  // A browser's editor saves what is typed after a second; that of a desktop does not.
  'files.autoSave': 'off',
  // Newer versions open settings in a modal editor, in which no command can be run.
  'workbench.editor.useModal': 'off',
  // Sticky rows exist twice in the document and cover other rows.
  'workbench.tree.enableStickyScroll': false,
};
