/**
 * The versions of VS Code that every suite runs on. This is the only place that names them.
 *
 * The npm package `code-server` carries a complete release build of VS Code (server, extension host and the workbench
 * for a browser), so that a machine that reaches nothing but the npm registry can run the real editor.
 */
export type HostVersion = 'floor' | 'current';

export interface HostRelease {
  /** Version of VS Code. */
  vscode: string;
  /** Version of the npm package `code-server` that carries it. */
  codeServer: string;
  /** Packages that are installed beside it, at these versions. */
  beside: Readonly<Record<string, string>>;
  /** The oldest Node that runs it. */
  minimumNode: string;
}

export const hostReleases: Readonly<Record<HostVersion, HostRelease>> = {
  // The oldest VS Code that `engines.vscode` admits. argon2: 0.44 has compiled binaries in the package, while the
  // version that code-server asks for has to be compiled.
  floor: { vscode: '1.100.3', codeServer: '4.100.3', beside: { argon2: '0.44.0' }, minimumNode: '20.0.0' },
  current: { vscode: '1.139.1', codeServer: '4.139.1', beside: {}, minimumNode: '22.15.0' },
};

export const hostVersions: readonly HostVersion[] = ['floor', 'current'];

export function isHostVersion(value: string): value is HostVersion {
  return value === 'floor' || value === 'current';
}

/** The major version of Node that is fetched from npm where the running one is too old for a release. */
export const fallbackNodeMajor = 24;
