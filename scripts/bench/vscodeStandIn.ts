/** The part of `vscode` that the texts of the extension use, for runs without an editor. All texts stay English. */
export const l10n = { t: (text: string): string => text };
export const env = { language: 'en' };
