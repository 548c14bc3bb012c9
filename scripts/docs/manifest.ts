/** package.json and package.nls.json, as the generated pages need them. */
import { isRecord, readJson } from '../lib/json';
import { inRepo } from '../lib/paths';

export interface CommandEntry {
  readonly command: string;
  readonly title: string;
}

/** An entry of a menu: a command or a submenu. */
export interface MenuItem {
  readonly command?: string;
  readonly submenu?: string;
  readonly when?: string;
  readonly group?: string;
}

export interface Keybinding {
  readonly command: string;
  readonly key?: string;
  readonly mac?: string;
  readonly when?: string;
}

export interface Setting {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly enumDescriptions?: readonly string[];
  readonly markdownEnumDescriptions?: readonly string[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly scope?: string;
  readonly order?: number;
  readonly description?: string;
  readonly markdownDescription?: string;
}

export interface SettingGroup {
  readonly title?: string;
  readonly properties?: Readonly<Record<string, Setting>>;
}

export interface Contributions {
  readonly commands: readonly CommandEntry[];
  readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
  readonly submenus?: readonly { readonly id: string; readonly label: string }[];
  readonly keybindings?: readonly Keybinding[];
  readonly views: Readonly<Record<string, readonly { readonly id: string; readonly name: string }[]>>;
  /** One heading of settings, or several. */
  readonly configuration: SettingGroup | readonly SettingGroup[];
}

export function readContributions(): Contributions {
  const manifest = readJson(inRepo('package.json'));
  const contributes = isRecord(manifest) ? manifest['contributes'] : undefined;
  if (!isRecord(contributes)) throw new Error('package.json has no contributions');
  // The editor checks the shape of its manifest, and the tests of the package check the rest.
  return contributes as unknown as Contributions;
}

/** Replaces a `%key%` of package.json by its text in package.nls.json. */
export function localizer(): (text: string) => string {
  const texts = readJson(inRepo('package.nls.json'));
  return (text) => {
    const key = /^%([^%]+)%$/.exec(text)?.[1];
    if (key === undefined) return text;
    const found = isRecord(texts) ? texts[key] : undefined;
    // A text can be an object with comments for translators.
    const message = isRecord(found) ? found['message'] : found;
    if (typeof message !== 'string') throw new Error(`package.nls.json has no text "${key}"`);
    return message;
  };
}
