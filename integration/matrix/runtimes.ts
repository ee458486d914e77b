/** @file Runtimes without a page: Node in its two kinds of modules, Jest, TypeScript, Deno, Bun, functions at the edge. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun } from '../packed.ts';
import { furnish, lastLine, type Place } from './place.ts';

const printed = `import { answer } from './program.js';\nconsole.log(await answer());\n`;

/** The program as a module of CommonJS. */
const required = (): string =>
  readFileSync(new URL('./program.js', import.meta.url), 'utf8')
    .replaceAll(/^import \{ (.*) \} from '(.*)';$/gm, "const { $1 } = require('$2');")
    .replace('export async function', 'async function');

const jestTest = `import { writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { answer } from './program.js';
test('answers', async () => {
  const bits = await answer();
  writeFileSync(new URL('./answer.txt', import.meta.url), bits);
  expect(bits).toMatch(/^100:/);
});
`;

/** What a strict TypeScript project makes of the declarations; \`skipLibCheck\` is off. */
const tsconfig = (types: readonly string[]): string =>
  JSON.stringify({
    compilerOptions: {
      ...{ strict: true, noEmit: true, skipLibCheck: false, types, exactOptionalPropertyTypes: true },
      ...{
        module: 'nodenext',
        moduleResolution: 'nodenext',
        target: 'es2022',
        lib: ['es2023', 'dom', 'dom.iterable'],
      },
    },
    files: ['stranger.ts'],
  });

const importEverything = (project: string): string => {
  const entries: string[] = JSON.parse(readFileSync(join(project, 'entries.json'), 'utf8'));
  const names = entries.map((_, index) => `entry${index}`);
  return `${entries.map((entry, index) => `import * as entry${index} from '${entry}';`).join('\n')}
export const all = [${names.join(', ')}];
`;
};

const typescript = (version: string, isQuick = false): Place => ({
  name: `TypeScript ${version}, declarations checked`,
  tools: [`typescript@~${version}.0`, '@webgpu/types'],
  isQuick,
  run: (project) => {
    const folder = furnish(project, `typescript-${version}`, {
      'stranger.ts': importEverything(project),
      // Up to 5.9, TypeScript's own library does not know of WebGPU.
      'tsconfig.json': tsconfig(version < '6' ? ['@webgpu/types'] : []),
      'package.json': '{ "type": "module" }',
    });
    mustRun(folder, 'npx', ['tsc', '-p', '.']);
    return 'its types fit';
  },
});

export const runtimes: readonly Place[] = [
  {
    name: 'Node, import',
    tools: [],
    isQuick: true,
    run: (project) =>
      lastLine(furnish(project, 'node-import', { 'main.mjs': printed }), 'node', ['main.mjs']),
  },
  {
    name: 'Node, require (20.19 and later)',
    tools: [],
    isQuick: true,
    run: (project) => {
      const main = `${required()}\nanswer().then(console.log);\n`;
      return lastLine(furnish(project, 'node-require', { 'main.cjs': main }), 'node', ['main.cjs']);
    },
  },
  {
    name: 'Jest, with --experimental-vm-modules',
    tools: ['jest@30'],
    run: (project) => {
      const folder = furnish(project, 'jest', {
        'answers.test.js': jestTest,
        'package.json': '{ "private": true, "type": "module" }',
        'jest.config.json': JSON.stringify({ transform: {}, testMatch: ['**/*.test.js'] }),
      });
      const main = join(project, 'node_modules/jest/bin/jest.js');
      mustRun(folder, 'node', [
        '--experimental-vm-modules',
        main,
        '--config',
        'jest.config.json',
        '--rootDir',
        '.',
      ]);
      return readFileSync(join(folder, 'answer.txt'), 'utf8');
    },
  },
  typescript('5.4', true),
  typescript('5.9'),
  typescript('6.0'),
  {
    name: 'Deno',
    tools: ['deno@2.9.6'],
    run: (project) => {
      const folder = furnish(project, 'deno', { 'main.mjs': printed });
      return lastLine(folder, 'npx', ['deno', 'run', '--node-modules-dir=manual', '-A', 'main.mjs']);
    },
  },
  {
    name: 'Bun',
    tools: ['bun@1.4.5'],
    run: (project) => lastLine(furnish(project, 'bun', { 'main.mjs': printed }), 'npx', ['bun', 'main.mjs']),
  },
];

/** A Worker of workerd that answers every request with what a network compiled ahead of time gives. */
const worker = `import module from './net.wasm';
import weights from './net.weights';
import { createSession } from './net.js';
export default {
  async fetch() {
    const session = await createSession(module, weights);
    const input = Object.values(session.inputs)[0];
    for (let i = 0; i < input.length; i++) input[i] = (i % 7) / 7;
    const output = Object.values(session.run())[0];
    return new Response([...new Uint8Array(output.slice().buffer)].join());
  },
};
`;

/** The same without a network at the edge: what the same files give in Node. */
const inNode = `import { load } from './net.js';
const session = await load();
const input = Object.values(session.inputs)[0];
for (let i = 0; i < input.length; i++) input[i] = (i % 7) / 7;
console.log([...new Uint8Array(Object.values(session.run())[0].slice().buffer)].join());
`;

const miniflare = `import { Miniflare } from 'miniflare';
const types = [['ESModule', ['**/*.js']], ['CompiledWasm', ['**/*.wasm']], ['Data', ['**/*.weights']]];
const server = new Miniflare({ modules: true, scriptPath: 'worker.js', modulesRules: types.map(([type, include]) => ({ type, include })), compatibilityDate: '2026-01-01' });
console.log(await (await server.dispatchFetch('http://localhost/')).text());
await server.dispose();
`;

const buildFiles = (folder: string): void => {
  const network = ['mobilenet-v2', '--width', '0.35', '--resolution', '32', '--classes', '10'];
  mustRun(folder, 'npx', ['--no-install', 'sepconv', 'build', ...network, '-o', '.', '--file-name', 'net']);
};

export const aheadOfTime: readonly Place[] = [
  {
    name: 'Node, compiled ahead of time',
    tools: [],
    isQuick: true,
    run: (project) => {
      const folder = furnish(project, 'ahead', { 'main.mjs': inNode });
      buildFiles(folder);
      return lastLine(folder, 'node', ['main.mjs']).split(',').length === 40
        ? 'runs'
        : 'gives something else';
    },
  },
  {
    name: 'workerd by Miniflare, compiled ahead of time',
    tools: ['miniflare@4.20260730.0'],
    run: (project) => {
      const folder = furnish(project, 'workerd', {
        'worker.js': worker,
        'main.mjs': inNode,
        'serve.mjs': miniflare,
      });
      buildFiles(folder);
      const [here, there] = [lastLine(folder, 'node', ['main.mjs']), lastLine(folder, 'node', ['serve.mjs'])];
      if (here === there) return 'the bits of Node';
      throw new Error(`workerd gives ${there.slice(0, 80)}, Node ${here.slice(0, 80)}`);
    },
  },
];
