import { printable } from '../errors.js';
import { formatBytes } from './numbers.js';

/** What `sepconv build` wrote. */
export interface BuildResult {
  readonly engine: string;
  readonly folder: string;
  readonly written: readonly { readonly file: string; readonly bytes: number }[];
}

/** The files with their sizes, and how to use them. */
export function buildReport({ engine, folder, written }: BuildResult): string {
  const shown = written.map(({ file, bytes }) => ({ file: printable(file), bytes }));
  const width = Math.max(...shown.map(({ file }) => file.length));
  const lines = shown.map(({ file, bytes }) => `  ${file.padEnd(width)}  ${formatBytes(bytes).padStart(8)}`);
  const loader = shown.find(({ file }) => file.endsWith('.js'))?.file ?? '';
  return `
Compiled for ${engine}, into ${printable(folder)}

${lines.join('\n')}

  import { load } from './${loader.split(/[\\/]/).at(-1)}';
  const session = await load();
  const output = session.run(input);

Where bytes may not be compiled, import the .wasm as a module and call
createSession(module, weights) instead.
`;
}
