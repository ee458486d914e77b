import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  importableEntries,
  installPacked,
  mustRun,
  type PackedProject,
  publishedPackages,
  root,
  runIn,
} from './packed.js';

const packages = publishedPackages();
const entries = packages.flatMap(({ manifest }) => importableEntries(manifest));

let project: PackedProject;

beforeAll(() => {
  project = installPacked(packages);
});

afterAll(() => {
  project?.remove();
});

const installed = (name: string, ...path: string[]) => join(project.folder, 'node_modules', name, ...path);

const filesOf = (name: string): string[] => {
  const list = `console.log(JSON.stringify(require('fs').readdirSync(process.argv[1], { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile()).map((entry) => require('path').join(entry.parentPath ?? entry.path, entry.name))))`;
  return JSON.parse(mustRun(project.folder, 'node', ['-e', list, installed(name)]));
};

/** Every file that the `exports`, `imports` and `bin` of a package name, under whatever condition. */
function targetsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(targetsOf);
}

describe.each(packages.map(({ manifest }) => manifest))('the tarball of $name', (manifest) => {
  test('holds every file that its package.json names', () => {
    const packed = JSON.parse(readFileSync(installed(manifest.name, 'package.json'), 'utf8'));
    const targets = [packed.exports, packed.imports, packed.bin].flatMap(targetsOf);
    expect(targets.length).toBeGreaterThan(0);
    expect(targets.filter((target) => !existsSync(installed(manifest.name, target)))).toEqual([]);
  });

  test('has its licence and its readme', () => {
    expect(existsSync(installed(manifest.name, 'LICENSE'))).toBe(true);
    expect(existsSync(installed(manifest.name, 'README.md'))).toBe(true);
  });

  test('depends on versions, not on the workspace', () => {
    expect(readFileSync(installed(manifest.name, 'package.json'), 'utf8')).not.toMatch(
      /workspace:|"file:|"link:/,
    );
  });

  test('holds no test, and no path of the machine that packed it', () => {
    const files = filesOf(manifest.name);
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => /\.test\.|\/testing\/|tsconfig|tsup\.config/.test(file))).toEqual([]);
    expect(files.filter((file) => readFileSync(file).includes(root))).toEqual([]);
  });
});

describe('a stranger', () => {
  test.each(entries)('imports %s in JavaScript', (entry) => {
    const script = `console.log(Object.keys(await import(${JSON.stringify(entry)})).length)`;
    const names = mustRun(project.folder, 'node', ['--input-type=module', '-e', script]);
    expect(Number(names)).toBeGreaterThan(0);
  });

  test.each(['nodenext', 'bundler'])(
    'imports every entry in TypeScript with moduleResolution %s',
    (resolution) => {
      const lines = entries.map((entry, index) => `import * as entry${index} from '${entry}';`);
      const uses = entries.map((_, index) => `entry${index}`);
      const folder = project.folder;
      writeFileSync(
        join(folder, 'stranger.ts'),
        `${lines.join('\n')}\nexport const all = [${uses.join(', ')}];\n`,
      );
      const compilerOptions = {
        module: resolution === 'nodenext' ? 'nodenext' : 'esnext',
        moduleResolution: resolution,
        target: 'es2022',
        lib: ['es2023', 'dom'],
        strict: true,
        noEmit: true,
        types: [],
      };
      writeFileSync(
        join(folder, 'tsconfig.json'),
        JSON.stringify({ compilerOptions, files: ['stranger.ts'] }),
      );
      mustRun(folder, 'node', [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.']);
    },
  );

  test('gets the command', () => {
    const { status, stdout } = runIn(project.folder, 'npx', ['--no-install', 'sepconv', '--help']);
    expect(stdout).toContain('sepconv');
    expect(status).toBe(0);
  });
});
