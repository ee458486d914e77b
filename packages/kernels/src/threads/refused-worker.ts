/** @file What to do where a worker cannot even be made. */

/** The option that says where a worker's script lies. */
type ScriptOption = 'threadScript' | 'workerScript';

/** Why a browser does not make a worker, in its own words where it has some, and what helps. */
export const refusedInPage = (message: string | undefined, option: ScriptOption): string =>
  `${message || 'its script could not be loaded'}: the bundler or the server has to give the script, from the page's own origin (see the option ${option}), and the page's Content-Security-Policy has to allow it ("worker-src 'self'")`;

/** Why Node does not make a worker, and what helps. */
export function refusedInNode(
  error: unknown,
  script: string | URL | undefined,
  option: ScriptOption,
): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ERR_ACCESS_DENIED') return `${message}: start Node with --allow-worker as well`;
  if (script === undefined) return `${message}: the process may have used up its threads or its memory`;
  return `${message}: the option ${option} takes a path or a file URL, not "${script}"`;
}
