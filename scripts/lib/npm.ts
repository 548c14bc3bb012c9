import { run, type RunOptions } from './processes';

/** Runs npm: the same one that runs this script if npm runs it, so that versions do not mix. */
export async function npm(args: readonly string[], options: RunOptions = {}): Promise<void> {
  const cli = process.env['npm_execpath'];
  if (cli !== undefined && /npm-cli\.c?js$/.test(cli)) await run(process.execPath, [cli, ...args], options);
  else await run('npm', args, options);
}
