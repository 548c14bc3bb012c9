import type { HostVersion } from '../../../scripts/host/versions';

/** A theme of each kind by its name, with the class that the workbench has under it. The usual ones were renamed. */
export function themesOf(version: HostVersion) {
  const usual = version === 'floor' ? ['Default Dark Modern', 'Default Light Modern'] : ['Dark 2026', 'Light 2026'];
  return [
    [usual[0], 'vs-dark'],
    [usual[1], 'vs'],
    ['Default High Contrast', 'hc-black'],
    ['Default High Contrast Light', 'hc-light'],
  ] as const;
}
