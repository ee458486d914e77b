import { copyFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { build } from 'esbuild';
import { buildConfig } from '../../tsup.base.ts';

const { resolve } = createRequire(import.meta.url);

/** One script for pages without a bundler, and those of its workers beside it: everything in it, for browsers. */
const bundleForPages = (): Promise<unknown> =>
  build({
    entryPoints: {
      bundle: 'src/bundle.ts',
      thread: '@sepconv/kernels/thread',
      'session-worker': '@sepconv/kernels/session-worker',
    },
    outdir: 'dist',
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    legalComments: 'linked',
    logLevel: 'error',
  });

export default buildConfig(
  {
    index: 'src/index.ts',
    bundle: 'src/bundle.ts',
    decode: 'src/decode.node.ts',
    platform: 'src/platform/platform.ts',
    'platform.node': 'src/platform/platform.node.ts',
  },
  {
    onSuccess: async () => {
      // The decoders of pdf.js are carried along, whose licence wants a copy of itself beside them.
      await copyFile(resolve('pdfjs-dist/LICENSE'), 'dist/LICENSE-pdfjs.txt');
      await bundleForPages();
    },
  },
);
