/** User settings that make a workbench quiet: nothing in it moves, asks or phones home on its own. */
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
  // Newer versions open settings over everything else, where no command can be run.
  'workbench.editor.useModal': 'off',
  // Rows that stick to the top of a tree are there twice, and lie over the others.
  'workbench.tree.enableStickyScroll': false,
};
