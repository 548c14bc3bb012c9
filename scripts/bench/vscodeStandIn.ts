/** What the texts of the extension need of the editor, where there is none: everything stays in English. */
export const l10n = { t: (text: string): string => text };
export const env = { language: 'en' };
