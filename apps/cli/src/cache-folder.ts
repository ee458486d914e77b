import { homedir, platform } from 'node:os';
import { join } from 'node:path';

/** The folder for what can be made again: `SEPCONV_CACHE`, or what the system provides for it. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env.SEPCONV_CACHE) return env.SEPCONV_CACHE;
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, 'sepconv');
  if (platform() === 'darwin') return join(homedir(), 'Library', 'Caches', 'sepconv');
  if (platform() === 'win32' && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, 'sepconv', 'Cache');
  return join(homedir(), '.cache', 'sepconv');
}
