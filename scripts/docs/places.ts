/** Where a command can be found, in the words of the VS Code documentation. */
import type { Contributions, MenuItem } from './manifest';

/** The places of menus other than those of views, which are named after their view. */
const menuPlaces: Readonly<Record<string, string>> = {
  'editor/context': 'context menu of the editor',
  'editor/title': 'title bar of the editor',
  'editor/title/run': 'run menu in the title bar of the editor',
  'editor/title/context': 'context menu of an editor tab',
  'explorer/context': 'context menu of the Explorer',
  'webview/context': 'context menu of a row in the results tab',
  'file/newFile': 'File > New File…',
  touchBar: 'Touch Bar',
};

/** Places that package.json does not know of, by the name of the command after `syncBatches.`. */
const otherPlaces: Readonly<Record<string, readonly string[]>> = {
  showMore: ['last row of a long group in the Batches view'],
  validateFile: ['code lens of a batch file'],
  dryRun: ['code lens of a batch file'],
  estimateCost: ['code lens of a batch file'],
  submitFile: ['code lens of a batch file'],
  saveMedia: ['toolbar of the results tab'],
  exportFailed: ['toolbar of the results tab'],
  openResultsText: ['toolbar of the results tab'],
  saveResults: ['toolbar of the results tab'],
};

/** Conditions that are never true outside of a text editor. */
const inEditorOnly = /\beditor(?:Text)?Focus\b/;

/**
 * The places of a command, the Command Palette first. A command of a submenu has the places of its submenu.
 * @throws Error for a menu that has no words here.
 */
export function placesOf(command: string, contributions: Contributions, localize: (text: string) => string): string[] {
  const { menus, submenus = [], views } = contributions;
  const viewNames = new Map(
    Object.values(views)
      .flat()
      .map(({ id, name }) => [id, localize(name)]),
  );
  const submenuNames = new Map(submenus.map(({ id, label }) => [id, localize(label)]));

  const inMenu = (menu: string, item: MenuItem): string[] => {
    const submenu = submenuNames.get(menu);
    if (submenu !== undefined) {
      return placesWith((outer) => outer.submenu === menu, inEditorOnly.test(item.when ?? '')).map(
        (place) => `${place} > ${submenu}`,
      );
    }
    if (menu === 'view/title' || menu === 'view/item/context') {
      const view = viewNames.get(/\bview\s*==\s*'?([\w.]+)/.exec(item.when ?? '')?.[1] ?? '');
      const where = view === undefined ? 'a view' : `the ${view} view`;
      const isButton = /^(?:navigation|inline)\b/.test(item.group ?? '');
      if (menu === 'view/title') return [`${isButton ? 'title bar' : '… menu'} of ${where}`];
      return [isButton ? `button on a row of ${where}` : `context menu of a row in ${where}`];
    }
    const place = menuPlaces[menu];
    if (place === undefined) throw new Error(`scripts/docs/places.ts has no words for the menu "${menu}"`);
    return [place];
  };

  const placesWith = (isMeant: (item: MenuItem) => boolean, isEditorOnly = false): string[] =>
    Object.entries(menus)
      .filter(([menu]) => menu !== 'commandPalette' && !(isEditorOnly && menu.startsWith('explorer/')))
      .flatMap(([menu, items]) => items.filter(isMeant).flatMap((item) => inMenu(menu, item)));

  const isHidden = (menus['commandPalette'] ?? []).some((item) => item.command === command && item.when === 'false');
  const others = otherPlaces[command.slice(command.indexOf('.') + 1)] ?? [];
  const places = [...placesWith((item) => item.command === command), ...others];
  return [...new Set(isHidden ? places : ['Command Palette', ...places])];
}
