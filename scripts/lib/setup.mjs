// Set-up: from a fresh clone with Node and npm to installed tools and built packages. Everything it prints goes to
// stderr, and when there is nothing to do it prints nothing.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildHash, installHash, isBuilt, isInstalled, stamp } from './fresh.mjs';
import { withLock } from './lock.mjs';
import { outsideEnv, run } from './run.mjs';
import { pinnedNode, readJson, root } from './workspace.mjs';

const oldestNodeMajor = 20;

/** pnpm is pinned as a devDependency: with a `packageManager` field pnpm 12 would want to fetch itself once more. */
const pnpmVersion = () => readJson(join(root, 'package.json')).devDependencies.pnpm;

function checkHost() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < oldestNodeMajor) {
    throw new Error(
      `Node ${process.versions.node} is too old: this repository needs Node ${oldestNodeMajor} or later.`,
    );
  }
}

/** Tools ask for a newer Node than the host may have; they get Node 24, so these warnings would only mislead. */
const isNoise = (line) => /Unsupported engine|^\s*$/.test(line);

function runInstall() {
  const args = ['--yes', `pnpm@${pnpmVersion()}`, 'install', '--frozen-lockfile', '--reporter=append-only'];
  // CI=true: pnpm must never wait for an answer.
  const child = spawn('npx', args, {
    cwd: root,
    env: { ...outsideEnv(), CI: 'true' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => isNoise(line) || console.error(`  ${line}`));
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
}

async function install() {
  console.error('Installing the tools (about half a minute on a first run) ...');
  if ((await runInstall()) !== 0) {
    throw new Error(
      'pnpm install failed (see above). If it says that the lock file is outdated, run ' +
        `\`npx pnpm@${pnpmVersion()} install\` and commit pnpm-lock.yaml.`,
    );
  }
  if (!existsSync(pinnedNode)) {
    throw new Error(
      'Node 24 is not in node_modules: the install script of the npm package "node" did not run.',
    );
  }
  stamp('installed', installHash());
}

/** Makes node_modules what the lock file says. */
export async function ensureInstalled() {
  checkHost();
  if (isInstalled()) return;
  await withLock(async () => {
    if (!isInstalled()) await install();
  });
}

/** turbo's words for what is published: the libraries and the command, not the site or the benches. */
export const publishable = ['--filter=./packages/*', '--filter=@sepconv/cli'];

async function build() {
  console.error('Building the packages ...');
  const hash = buildHash(); // taken before, so that a change made meanwhile is seen next time
  const turbo = join(root, 'node_modules/.bin/turbo');
  const code = await run(turbo, ['run', 'build', ...publishable, '--output-logs=errors-only']);
  if (code !== 0) throw new Error('the build failed (see above).');
  stamp('built', hash);
}

/** Installs, then makes every dist folder what the sources say. */
export async function ensureBuilt() {
  await ensureInstalled();
  if (isBuilt()) return;
  await withLock(async () => {
    if (!isBuilt()) await build();
  });
}

/** Runs a script's main function; a failed set-up ends with its reason instead of a stack trace. */
export async function main(body) {
  try {
    await body();
  } catch (error) {
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  }
}
