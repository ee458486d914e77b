/** @file Documents are true: their code runs from the tarballs, and their links lead somewhere on npm, too. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blocksOf, documents } from './documents.ts';
import { installPacked, mustRun, type PackedProject, publishedPackages, root } from './packed.ts';

const packages = publishedPackages();
const repository = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).repository.url;
const address = repository.replace(/^git\+|\.git$/g, '');

describe.each(packages)('$manifest.name', ({ folder, manifest }) => {
  test('says where it comes from', () => {
    const directory = folder.slice(root.length + 1);
    expect(manifest.repository).toEqual({ type: 'git', url: repository, directory });
  });

  test('has a README whose links lead somewhere when it stands on npm', () => {
    const text = readFileSync(join(folder, 'README.md'), 'utf8');
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link as string);
    expect(links.filter((link) => !/^https:|^#/.test(link))).toEqual([]);
    const own = links.filter((link) => link.startsWith(`${address}/`));
    const paths = own.map((link) => link.replace(/^.*?\/(tree|blob)\/main\//, '').replace(/#.*$/, ''));
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe('a block of code', () => {
  let project: PackedProject;
  beforeAll(() => {
    project = installPacked(packages);
    mkdirSync(join(project.folder, 'blocks'));
    copyFileSync(new URL('./given.js', import.meta.url), join(project.folder, 'blocks/given.js'));
  });
  afterAll(() => {
    project?.remove();
  });

  const blocks = documents()
    .flatMap(blocksOf)
    .filter(({ language }) => language === 'ts');

  test('is found', () => {
    expect(blocks.length).toBeGreaterThan(20);
  });

  test.each(blocks.filter(({ notRun }) => notRun === undefined))('runs: $where', ({ program }) => {
    const folder = join(project.folder, 'blocks');
    const isGiven = /\bgiven\./.test(program);
    writeFileSync(
      join(folder, 'block.mjs'),
      `${isGiven ? "import * as given from './given.js';\n" : ''}${program}`,
    );
    mustRun(folder, 'node', ['block.mjs']);
  });

  test.each(blocks.filter(({ notRun }) => notRun !== undefined))(
    'says why it is not run: $where',
    (block) => {
      expect(block.notRun?.length).toBeGreaterThan(5);
    },
  );
});
