// The steps of `npm test` (always) and of `npm run check-all` (all but those that take a night), in order. Each resolves to counts.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { addCounts, noCounts, oneCheck } from './counts.mjs';
import { hostNode, outsideEnv, run, toolEnv } from './run.mjs';
import { ensureBuilt, ensureInstalled, publishable } from './setup.mjs';
import { runVitest, untestedPackages } from './vitest.mjs';
import { pinnedNode, readJson, root } from './workspace.mjs';

const output = { stdio: ['ignore', 1, 2] };
const tool = (name, ...args) => run(join(root, 'node_modules/.bin', name), args, output);
const turbo = (...args) => tool('turbo', 'run', ...args, '--output-logs=errors-only', '--continue');
const script = (name) => run(pinnedNode, [join(root, 'scripts', name)], output);

const succeeds = async (...commands) => {
  let ok = true;
  for (const command of commands) ok = (await command()) === 0 && ok;
  return oneCheck(ok);
};

const engineName = '@sepconv/kernels';

const nodeVersion = (node) => spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim().slice(1);
const major = (version) => version.split('.')[0];

/** Whether the machine's own Node is of the line that the package `node` pins. */
const isHostPinned = () => major(nodeVersion(hostNode())) === major(nodeVersion(pinnedNode));

/** What takes the most time for what it finds: long hunts, and the same as others do on whole networks. CI runs it. */
const slowFiles = [
  'tfjs/fuzz',
  'plan-data',
  'threads/pool',
  'calibration',
  'own-networks',
  'commands/verify',
  'cli/src/outputs',
];

const without = (files) => files.flatMap((name) => ['--exclude', `**/${name}.test.ts`]);

/** The tests of some projects on a Node, which it says first. */
function testOn(node, name, args) {
  console.log(`Node ${nodeVersion(node)}`);
  return runVitest({ node, name, args });
}

/** Without the benches, if Node 24 runs them after this: they are made for it, and their peers take the most time. */
async function testOnHost({ all }) {
  const benches = isHostPinned() ? [] : ['--project=!@sepconv/bench'];
  const args = [...benches, ...(all ? [] : without(slowFiles))];
  const { counts, files } = await testOn(hostNode(), 'node-host', args);
  const untested = untestedPackages(files);
  for (const folder of untested) {
    console.error(`${folder} has code but no test ran: add a src/**/*.test.ts beside what it tests.`);
  }
  return addCounts(counts, { ...noCounts, failed: untested.length });
}

/** What runs the engine by every instruction that there is, and beside other runtimes. */
const pinnedProjects = [engineName, '@sepconv/bench'];

/** Plain JavaScript, which your own Node has just run, and nothing that runs the engine. */
const plainProjects = ['conformance', 'cost-model', 'formats', 'graph', 'mobilenet', 'reference', 'tensor'];

/** Minutes on Node 24: other runtimes on whole files, and threads on every engine. CI runs them. */
const slowOnPinned = [
  'nsfw',
  'litert-exported',
  'litert-written',
  'written-integers',
  'written-networks',
  'written-random',
  'tfjs-models',
  'threads/threads',
];

/** In CI all that runs the engine, else what runs it most. */
async function testOnPinnedNode({ all }) {
  if (isHostPinned()) {
    console.log(`the machine's own Node is ${nodeVersion(hostNode())}: these tests have just run on it`);
    return noCounts;
  }
  // These have run on the other Node, which makes no difference to a GPU, nor to plain JavaScript; it may to threads.
  const commands = ['train', 'export', 'decompose'].map((name) => `commands/${name}`);
  const ranAlready = [
    'webgpu/src/sweep',
    ...commands,
    ...slowFiles.filter((name) => name !== 'threads/pool'),
  ];
  const args = all
    ? [...plainProjects.map((name) => `--project=!@sepconv/${name}`), ...without(ranAlready)]
    : [...pinnedProjects.map((name) => `--project=${name}`), ...without([...slowFiles, ...slowOnPinned])];
  return (await testOn(pinnedNode, 'node-pinned', args)).counts;
}

/** Installs the packed tarballs outside the workspace, as a stranger would: with the machine's own Node and npm. */
async function testTarballs() {
  await ensureBuilt();
  const { counts } = await runVitest({
    node: hostNode(),
    name: 'integration',
    args: ['--config', 'integration/vitest.config.ts'],
    env: { ...outsideEnv(), SEPCONV_PNPM: join(root, 'node_modules/.bin/pnpm') },
  });
  return counts;
}

/** The engine where most people will run it. Without a browser these tests say that they were skipped. */
async function testInBrowser() {
  await ensureBuilt();
  const { counts } = await runVitest({
    node: pinnedNode,
    name: 'browser',
    args: ['--config', 'integration/vitest.browser.config.ts'],
  });
  return counts;
}

/** All that CI runs a part of: software compiles shaders slowly. */
async function testWholeGpu() {
  await ensureBuilt();
  const env = { ...toolEnv(), SEPCONV_GPU_RUNS: '1', SEPCONV_GPU_NTH: '1' };
  const inNode = ['--project', '@sepconv/webgpu'];
  const inChromium = ['--config', 'integration/vitest.browser.config.ts', 'webgpu'];
  let counts = noCounts;
  for (const [name, args] of [
    ['webgpu-node', inNode],
    ['webgpu-chromium', inChromium],
  ])
    counts = addCounts(counts, (await runVitest({ node: hostNode(), name, args, env })).counts);
  return counts;
}

/** One script of the site: vitest's tests are counted one by one, anything else is one check. */
async function runDocsScript(name, command) {
  const cwd = join(root, 'apps/docs');
  if (command.startsWith('vitest run')) {
    const args = command.split(' ').slice(2);
    const { counts } = await runVitest({
      node: pinnedNode,
      name: `docs-${name.replace(':', '-')}`,
      args,
      cwd,
    });
    return counts;
  }
  return succeeds(() => run(join(root, 'node_modules/.bin/pnpm'), ['run', name], { ...output, cwd }));
}

async function checkDocs() {
  const { scripts = {} } = readJson(join(root, 'apps/docs/package.json'));
  let counts = noCounts;
  for (const name of ['build', 'test', 'test:browser'].filter((each) => scripts[each])) {
    await ensureBuilt();
    counts = addCounts(counts, await runDocsScript(name, scripts[name]));
  }
  return counts;
}

export const steps = [
  {
    name: 'setup',
    title: 'install what is missing',
    always: true,
    run: async () => {
      await ensureInstalled();
      return noCounts;
    },
  },
  {
    name: 'types',
    title: 'tsc over all packages at once, and over the site',
    always: true,
    run: () =>
      succeeds(
        () => tool('tsc', '-p', '.'),
        () => tool('tsc', '-p', 'apps/docs'),
      ),
  },
  {
    name: 'lint',
    title: 'Biome',
    always: true,
    run: () => succeeds(() => tool('biome', 'check', '--error-on-warnings')),
  },
  {
    name: 'layers',
    title: 'who may depend on whom, and no circles',
    always: true,
    run: () =>
      succeeds(
        () => script('check-layers.mjs'),
        () => script('check-circles.mjs'),
      ),
  },
  {
    name: 'length',
    title: 'no file or function too long to read',
    always: true,
    run: () => succeeds(() => script('check-length.mjs')),
  },
  { name: 'test-host', title: "the tests on the machine's own Node", always: true, run: testOnHost },
  {
    name: 'test-pinned',
    title: 'on Node 24, what runs the engine',
    always: true,
    run: testOnPinnedNode,
  },
  {
    name: 'unused',
    title: 'knip: unused files, exports, dependencies',
    run: () => succeeds(() => tool('knip')),
  },
  {
    name: 'size',
    title: 'minified and compressed size of every entry',
    run: () => succeeds(() => script('check-size.mjs')),
  },
  {
    name: 'packages',
    title: 'publint and are-the-types-wrong',
    run: () => succeeds(() => turbo('check:package', ...publishable)),
  },
  { name: 'tarballs', title: 'the packed packages, installed elsewhere', run: testTarballs },
  { name: 'browser', title: 'every op on the engines of Chromium', run: testInBrowser },
  { name: 'docs', title: 'the documentation site', run: checkDocs },
  {
    name: 'webgpu',
    title: 'every op and network on a software GPU, in Node and Chromium',
    byNameOnly: true,
    run: testWholeGpu,
  },
];
