/**
 * Selects suites by name.
 * @param all paths below `test/host/` without `.test.ts`
 * @param only the suites to run; empty for all
 * @param skipped the suites to leave out
 * @throws if a name is unknown or ambiguous: a suite must not be left out because of a typo.
 */
export function chosenSuites(
  all: readonly string[],
  only: readonly string[],
  skipped: readonly string[],
): readonly string[] {
  const wanted = new Set(only.map((name) => suiteNamed(name, all)));
  const unwanted = new Set(skipped.map((name) => suiteNamed(name, all)));
  return all.filter((suite) => (wanted.size === 0 || wanted.has(suite)) && !unwanted.has(suite));
}

/** The suite with this path, or else the only one with this base name. */
function suiteNamed(name: string, all: readonly string[]): string {
  if (all.includes(name)) return name;
  const matches = all.filter((suite) => suite.endsWith(`/${name}`));
  const [match, ...others] = matches;
  if (match === undefined) throw new Error(`There is no suite "${name}" in test/host/`);
  if (others.length > 0) throw new Error(`"${name}" can be any of: ${matches.join(', ')}. Give the whole path.`);
  return match;
}
