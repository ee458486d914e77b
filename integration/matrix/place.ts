/** @file Where people are: a place builds or runs `program.js` with the packed packages, and says what it answered. */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { openPage, type ServedFiles } from '../browser/page.ts';
import { mustRun } from '../packed.ts';

/** One row of the matrix. */
export interface Place {
  readonly name: string;
  /** Packages of npm that it needs, with versions; they are installed for it alone. */
  readonly tools: readonly string[];
  /** Whether CI runs it. */
  readonly isQuick?: boolean;
  /**
   * Runs in a folder of its own, in which the packages and tools are found.
   *
   * @returns what the program answered there.
   */
  run(folder: string): Promise<string> | string;
  /** A limit of the other side, with where it is said. */
  readonly limit?: string;
}

/** A folder of its own inside the project, with the program and these files. */
export function furnish(project: string, name: string, files: Readonly<Record<string, string>>): string {
  const folder = join(project, 'places', name.replace(/\W+/g, '-').toLowerCase());
  mkdirSync(folder, { recursive: true });
  cpSync(new URL('./program.js', import.meta.url), join(folder, 'program.js'));
  write(folder, files);
  return folder;
}

/** Writes files, with the folders that they are in. */
export function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** The last line that a command prints. */
export const lastLine = (folder: string, command: string, args: string[]): string =>
  mustRun(folder, command, args).trim().split('\n').at(-1) ?? '';

const types: Readonly<Record<string, string>> = {
  html: 'text/html',
  js: 'text/javascript',
  mjs: 'text/javascript',
  wasm: 'application/wasm',
};

/** All files below a folder, as a server gives them. */
export function filesBelow(folder: string): ServedFiles {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return new Map(
    entries.map((one) => {
      const path = join(one.parentPath, one.name);
      const type = types[one.name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
      return [`/${relative(folder, path)}`, [type, readFileSync(path)] as const];
    }),
  );
}

/** What a page of these files comes to, which it leaves in `globalThis.answered`; its first error is that of the place. */
export async function answerOfPage(files: ServedFiles, policy?: string): Promise<string> {
  const served = new Map(files);
  const index = served.get('/index.html');
  if (index !== undefined) served.set('/', index);
  const { page, problems, close } = await openPage(served, policy);
  try {
    await page
      .waitForFunction('globalThis.answered !== undefined', undefined, { timeout: 60_000 })
      .catch(() => {
        throw new Error(`the page says nothing: ${problems.join('; ')}`);
      });
    return await page.evaluate<string>('globalThis.answered');
  } finally {
    await close();
  }
}

/** A page's own script. */
export const pageScript = `import { answer } from './program.js';
answer().then((bits) => { globalThis.answered = bits; }, (error) => { globalThis.answered = String(error); });
`;
