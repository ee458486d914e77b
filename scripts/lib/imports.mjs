// What a source file imports, types included: TypeScript, JSX, and the code of Astro's components.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from './workspace.mjs';

export const isSource = (path) => /\.(ts|tsx|mts|js|mjs|astro)$/.test(path);

/** An Astro component's code: what stands between its two lines of dashes, and its scripts. */
const codeOfAstro = (text) =>
  [/^---\n(.*?)\n---$/gms, /<script[^>]*>(.*?)<\/script>/gs]
    .flatMap((pattern) => [...text.matchAll(pattern)].map(([, code]) => code))
    .join('\n');

/** The specifiers that a file imports or exports from, `import()` and `import type` among them. */
export function importsOf(path) {
  const text = readFileSync(join(root, path), 'utf8');
  const code = path.endsWith('.astro') ? codeOfAstro(text) : text;
  return ts.preProcessFile(code, true, true).importedFiles.map(({ fileName }) => fileName);
}
