/** @file Bundlers: each makes a page of the program, which answers in Chromium under a strict policy. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { answerOfPage, filesBelow, furnish, lastLine, type Place, pageScript, write } from './place.ts';

const strict = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'";
const html = '<!doctype html><title>test</title><script type="module" src="./page.js"></script>';
const plain = '<!doctype html><title>test</title><script type="module" src="/main.js"></script>';
const built = (folder: string): Promise<string> => answerOfPage(filesBelow(`${folder}/dist`), strict);

const webpackConfig = `export default { mode: 'production', entry: './page.js', output: { filename: 'main.js' }, performance: false };`;
const rollupConfig = `import resolve from '@rollup/plugin-node-resolve';
export default { input: 'page.js', output: { dir: 'dist', entryFileNames: 'main.js', format: 'es' }, plugins: [resolve({ browser: true })] };`;

export const bundlers: readonly Place[] = [
  {
    name: 'Vite',
    tools: ['vite@8.3.8'],
    run: (project) => {
      const folder = furnish(project, 'vite', { 'page.js': pageScript, 'index.html': html });
      lastLine(folder, 'npx', ['vite', 'build', '--logLevel', 'error', '--base', './']);
      return built(folder);
    },
  },
  {
    name: 'Vite, with the documented worker',
    tools: ['vite@8.3.8'],
    run: (project) => {
      const page = `const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
worker.onmessage = ({ data }) => { globalThis.answered = data; };
worker.onerror = (event) => { globalThis.answered = 'the worker fails: ' + event.message; };`;
      const worker = `import { answer } from './program.js';\nanswer().then((bits) => postMessage(bits), (error) => postMessage(String(error)));\n`;
      const folder = furnish(project, 'vite-worker', {
        'page.js': page,
        'worker.js': worker,
        'index.html': html,
      });
      lastLine(folder, 'npx', ['vite', 'build', '--logLevel', 'error', '--base', './']);
      return built(folder);
    },
  },
  {
    name: 'webpack',
    tools: ['webpack@5.113.0', 'webpack-cli@6.0.1'],
    run: (project) => {
      const folder = furnish(project, 'webpack', {
        'page.js': pageScript,
        'webpack.config.mjs': webpackConfig,
      });
      lastLine(folder, 'npx', ['webpack', '--config', 'webpack.config.mjs']);
      write(folder, { 'dist/index.html': plain });
      return built(folder);
    },
  },
  {
    name: 'esbuild',
    tools: ['esbuild@0.28.2'],
    run: (project) => {
      const folder = furnish(project, 'esbuild', { 'page.js': pageScript, 'dist/index.html': plain });
      const options = ['--bundle', '--format=esm', '--minify', '--outfile=dist/main.js', '--log-level=error'];
      lastLine(folder, 'npx', ['esbuild', 'page.js', ...options]);
      return built(folder);
    },
  },
  {
    name: 'Rollup',
    tools: ['rollup@4.68.8', '@rollup/plugin-node-resolve@16'],
    run: (project) => {
      const folder = furnish(project, 'rollup', { 'page.js': pageScript, 'rollup.config.mjs': rollupConfig });
      lastLine(folder, 'npx', ['rollup', '-c', 'rollup.config.mjs', '--silent']);
      write(folder, { 'dist/index.html': plain });
      return built(folder);
    },
  },
  {
    name: 'Parcel',
    tools: ['parcel@2.16.4'],
    run: (project) => {
      // It reads its settings where the lock file is.
      const manifest = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
      const settings = { ...manifest, '@parcel/resolver-default': { packageExports: true } };
      write(project, { 'package.json': JSON.stringify(settings) });
      const folder = furnish(project, 'parcel', {
        'page.js': pageScript,
        'index.html': html,
      });
      const options = ['--dist-dir', 'dist', '--no-cache', '--public-url', './', '--log-level', 'error'];
      lastLine(folder, 'npx', ['parcel', 'build', 'index.html', ...options]);
      return built(folder);
    },
  },
];
