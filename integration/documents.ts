/** @file The code of documents: every block of a README or guide, and what the source says about it in a comment before it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './packed.ts';

/** A block of code in a document. */
export interface CodeBlock {
  /** The document's path and the line of the fence. */
  readonly where: string;
  readonly language: string;
  /** A whole program: blocks before it that it continues, and values of `given.js` that the reader is thought to have. */
  readonly program: string;
  /** Why it is not run. */
  readonly notRun: string | undefined;
}

const folders = ['apps/docs/src/content/docs', 'apps/docs/src/content/docs/guides'];

/** Paths of all READMEs of packages and of the repository, and of the guides in English. */
export function documents(): string[] {
  const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}/README.md`);
  const guides = folders.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => /\.mdx?$/.test(name))
      .map((name) => `${folder}/${name}`),
  );
  return ['README.md', 'apps/cli/README.md', ...packages, ...guides].filter((path) =>
    existsSync(join(root, path)),
  );
}

const comment = /(?:<!--|\{\/\*)\s*((?:given|not run|continues)[^\n]*?)\s*(?:-->|\*\/\})\s*$/;

/** `image, bytes = onnx` as code that takes them from what is given. */
function taken(names: string): string {
  return names
    .split(',')
    .map((name) => name.split('=').map((part) => part.trim()))
    .map(([own, from = own]) => `const ${own} = given.${from};\n`)
    .join('');
}

/** The blocks of a document. */
export function blocksOf(path: string): CodeBlock[] {
  const text = readFileSync(join(root, path), 'utf8');
  let last = '';
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map((match) => {
    const before = text.slice(0, match.index);
    const words = comment.exec(before)?.[1] ?? '';
    const given = /given: ([^;]*)/.exec(words)?.[1];
    const [, language = '', code = ''] = match;
    const own = `${given === undefined ? '' : taken(given)}${code}`;
    // What it says again takes the place of what it continues: each in a scope of its own.
    const program = words.startsWith('continues') ? `${last}\n${own}` : own;
    if (language === 'ts') last = program;
    return {
      where: `${path}:${before.split('\n').length}`,
      language,
      program,
      notRun: /^not run: (.*)/.exec(words)?.[1],
    };
  });
}
