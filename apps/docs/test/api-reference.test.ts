import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { documentPackages } from '../build/api-reference.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sepconv-api-test-'));
  writeFileSync(
    join(folder, 'tsconfig.json'),
    '{ "include": ["*.ts"], "compilerOptions": { "strict": true } }',
  );
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Documents a package that consists of this one file. */
async function documentSource(source: string): Promise<string> {
  const file = join(folder, 'index.ts');
  writeFileSync(file, source);
  // TypeDoc writes a page per module from two modules on.
  const other = join(folder, 'other.ts');
  writeFileSync(other, '/** One. */\nexport const one = 1;\n');
  const entries = new Map([
    ['@sepconv/example', file],
    ['@sepconv/example/other', other],
  ]);
  const example = { name: '@sepconv/example', folder, description: '', entries };
  await documentPackages([example], join(folder, 'out'), join(folder, 'tsconfig.json'));
  return readFileSync(join(folder, 'out/@sepconv/example.md'), 'utf8');
}

test('an exported name with a comment is documented', async () => {
  const page = await documentSource(
    `/** Twice the number. */
export const twice = (x: number): number => 2 * x;
/** Something is wrong. */
export class Wrong extends Error {
  /** Always the same. */
  override readonly name: string = 'Wrong';
}
`,
  );
  expect(page).toContain('Twice the number.');
  expect(page).toContain('Something is wrong.');
  // Its constructor is Error's, which stands in no source of ours.
  expect(page).not.toContain('node_modules');
  expect(page).not.toContain('Constructor');
}, 60_000);

test('an exported name without one fails the build, and is named', async () => {
  const documented = documentSource('export const twice = (x: number): number => 2 * x;\n');
  await expect(documented).rejects.toThrow(/give every exported name a comment:\n.*twice/);
}, 60_000);
