/** @file Pages and workers of every kind, in Chromium: service workers, extensions, policies. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { chromiumPath, type ServedFiles } from '../browser/page.ts';
import { answerOfPage, filesBelow, furnish, lastLine, type Place, pageScript, write } from './place.ts';

const esbuild = 'esbuild@0.28.2';

const bundle = (folder: string, entry: string, output: string): void => {
  const options = ['--bundle', '--format=esm', '--minify', `--outfile=dist/${output}`, '--log-level=error'];
  lastLine(folder, 'npx', ['esbuild', entry, ...options]);
};

const page = '<!doctype html><title>test</title><script type="module" src="/main.js"></script>';

/** The page under a policy. */
function underPolicy(project: string, name: string, policy: string): Promise<string> {
  const folder = furnish(project, name, { 'page.js': pageScript, 'dist/index.html': page });
  bundle(folder, 'page.js', 'main.js');
  return answerOfPage(filesBelow(join(folder, 'dist')), policy);
}

const asks = `const registration = await navigator.serviceWorker.register('/sw.js', { type: 'module' });
await navigator.serviceWorker.ready;
navigator.serviceWorker.onmessage = ({ data }) => { globalThis.answered = data; };
registration.active.postMessage('answer');
`;

const serves = `import { answer } from './program.js';
addEventListener('message', (event) => event.waitUntil(answer().then((bits) => event.source.postMessage(bits))));
`;

const manifest = JSON.stringify({
  ...{ manifest_version: 3, name: 'test', version: '1.0' },
  content_security_policy: { extension_pages: "script-src 'self' 'wasm-unsafe-eval'" },
  background: { service_worker: 'main.js', type: 'module' },
});

const background = `import { answer } from './program.js';
answer().then((bits) => { globalThis.answered = bits; }, (error) => { globalThis.answered = String(error); });
`;

async function answerOfExtension(folder: string): Promise<string> {
  const profile = mkdtempSync(join(tmpdir(), 'sepconv-extension-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath ?? '',
    headless: false,
    args: [
      '--headless=new',
      '--no-sandbox',
      `--disable-extensions-except=${folder}`,
      `--load-extension=${folder}`,
    ],
    ignoreDefaultArgs: ['--disable-extensions'],
  });
  try {
    const worker =
      context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker', { timeout: 30_000 }));
    for (let i = 0; i < 200; i++) {
      const answered = await worker.evaluate<string | undefined>('globalThis.answered');
      if (answered !== undefined) return answered;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('the extension says nothing for 20 s');
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

const nextPage = `'use client';
import { useEffect } from 'react';
import { answer } from '../program.js';
export default function Page() {
  useEffect(() => { answer().then((bits) => { globalThis.answered = bits; }, (error) => { globalThis.answered = String(error); }); }, []);
  return null;
}
`;
const nextLayout = `export default function Layout({ children }) { return <html><body>{children}</body></html>; }\n`;
const nextConfig = `export default { output: 'export', typescript: { ignoreBuildErrors: true } };\n`;

/** A page without a bundler, with the ready one, its program changed. */
function withBundle(project: string, change: (program: string) => string, head = ''): ServedFiles {
  const script = '<script type="module" src="/page.js"></script>';
  const index = `<!doctype html><title>test</title>${head}${script}`;
  const folder = furnish(project, 'bundle', { 'page.js': pageScript, 'index.html': index });
  cpSync(join(project, 'node_modules/@sepconv/vision/dist/bundle.js'), join(folder, 'bundle.js'));
  write(folder, { 'program.js': change(readFileSync(join(folder, 'program.js'), 'utf8')) });
  return filesBelow(folder);
}

export const pages: readonly Place[] = [
  {
    name: "A policy that allows script-src 'self' 'wasm-unsafe-eval'",
    tools: [esbuild],
    run: (project) =>
      underPolicy(
        project,
        'policy-wasm',
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'",
      ),
  },
  {
    name: "A policy that allows script-src 'self' 'unsafe-eval'",
    tools: [esbuild],
    run: (project) =>
      underPolicy(project, 'policy-eval', "default-src 'none'; script-src 'self' 'unsafe-eval'"),
  },
  {
    name: 'A policy that forbids WebAssembly',
    tools: [esbuild],
    run: async (project) => {
      const said = await underPolicy(project, 'policy-none', "default-src 'none'; script-src 'self'");
      if (/^EngineError: .*script-src 'self' 'wasm-unsafe-eval'/.test(said))
        return 'is refused, and said what to allow';
      throw new Error(`the error says: ${said}`);
    },
    limit: 'browsers compile no WebAssembly there: https://www.w3.org/TR/CSP3/#directive-script-src',
  },
  {
    name: 'A service worker',
    tools: [esbuild],
    run: async (project) => {
      const files = { 'sw-source.js': serves, 'dist/main.js': asks, 'dist/index.html': page };
      const folder = furnish(project, 'service-worker', files);
      bundle(folder, 'sw-source.js', 'sw.js');
      return answerOfPage(filesBelow(join(folder, 'dist')));
    },
  },
  {
    name: 'An extension, manifest version 3',
    tools: [esbuild],
    run: async (project) => {
      const folder = furnish(project, 'mv3', { 'background.js': background, 'dist/manifest.json': manifest });
      bundle(folder, 'background.js', 'main.js');
      return answerOfExtension(join(folder, 'dist'));
    },
  },
  {
    name: 'Next',
    tools: ['next@16.4.6', 'react@19', 'react-dom@19'],
    run: (project) => {
      const files = { 'app/page.jsx': nextPage, 'app/layout.jsx': nextLayout, 'next.config.mjs': nextConfig };
      const folder = furnish(project, 'next', {
        ...files,
        'package.json': '{ "private": true, "type": "module" }',
      });
      lastLine(folder, 'npx', ['next', 'build']);
      return answerOfPage(filesBelow(join(folder, 'out')));
    },
  },
  {
    name: 'The ready bundle, one script from a CDN',
    tools: [],
    run: (project) =>
      answerOfPage(withBundle(project, (text) => text.replaceAll(/'@sepconv\/\w+'/g, "'/bundle.js'"))),
  },
  {
    name: 'An import map without private names',
    tools: [],
    run: (project) => {
      const names = ['tensor', 'graph', 'mobilenet', 'kernels', 'formats', 'vision'];
      const imports = Object.fromEntries(names.map((name) => [`@sepconv/${name}`, '/bundle.js']));
      const map = `<script type="importmap">${JSON.stringify({ imports })}</script>`;
      return answerOfPage(withBundle(project, (text) => text, map));
    },
  },
];
