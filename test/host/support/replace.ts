/**
 * Replaces a member, for example of `vscode.window`: the extension and its suites share that object.
 * @returns a function that restores the original.
 */
export function replaceMember<T extends object, K extends keyof T>(target: T, name: K, replacement: T[K]): () => void {
  const original = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, { value: replacement, configurable: true, enumerable: true, writable: true });
  if (target[name] !== replacement) {
    throw new Error(`${String(name)} can't be replaced`);
  }
  return () => {
    if (original === undefined) {
      Reflect.deleteProperty(target, name);
    } else {
      Object.defineProperty(target, name, original);
    }
  };
}
