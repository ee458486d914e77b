import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** When the newest file at or below a path was changed, in milliseconds since 1970; 0 where there is nothing. */
export function newest(path: string): number {
  if (!existsSync(path)) return 0;
  const info = statSync(path);
  if (!info.isDirectory()) return info.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}
