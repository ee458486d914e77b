/** @file Before the browser tests: Chromium must be there, and the site must be built from what is there now. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newest } from '../../build/newest.ts';
import { findChromium } from './browser.ts';

const docs = fileURLToPath(new URL('../..', import.meta.url));
const workspace = join(docs, '../..');
const sources = ['src', 'samples', 'build', 'public', 'astro.config.ts', 'package.json'];

function isBuilt(): boolean {
  const page = join(docs, 'dist/index.html');
  if (!existsSync(page)) return false;
  const packages = readdirSync(join(workspace, 'packages')).map((name) =>
    join(workspace, 'packages', name, 'src'),
  );
  // What was measured and what was found are shown too.
  const shown = ['bench/results', 'evidence'].map((name) => join(workspace, name));
  const changed = Math.max(
    ...[...packages, ...shown].map(newest),
    ...sources.map((name) => newest(join(docs, name))),
  );
  return statSync(page).mtimeMs > changed;
}

export default function setup(): void {
  if (findChromium() === undefined) {
    throw new Error(
      'The tests of the site need Chromium. Install it (Debian: apt-get install chromium) or set CHROMIUM_PATH.',
    );
  }
  if (isBuilt()) return;
  console.log('Building the site for its tests ...');
  // Astro needs Node 22.12; the workspace brings Node 24 with it.
  const node = join(workspace, 'node_modules/.bin/node');
  const astro = join(docs, 'node_modules/astro/bin/astro.mjs');
  const { status } = spawnSync(existsSync(node) ? node : process.execPath, [astro, 'build', '--silent'], {
    cwd: docs,
    stdio: ['ignore', 'inherit', 'inherit'],
    // Vitest says NODE_ENV=test here, which makes a development build; what is tested is what is published.
    env: { ...process.env, NODE_ENV: 'production', ASTRO_TELEMETRY_DISABLED: '1' },
  });
  if (status !== 0) throw new Error('astro build failed, see above');
}
