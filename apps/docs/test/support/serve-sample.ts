/** @file Serves code samples to a browser: bundled from the sources of the packages, with whatever files they fetch. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
};

/** Files by their names. */
export type Files = ReadonlyMap<string, Uint8Array | string>;

/** A sample as a bundle for browsers. Splitting keeps what it imports on demand in files of their own. */
export async function bundledSample(name: string): Promise<Files> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../../samples/browser/${name}.ts`, import.meta.url))],
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    outdir: '/',
    entryNames: 'sample',
    conditions: ['@sepconv/source'],
    // What `sepconv build` has written is served beside the sample.
    external: ['./classifier.js'],
    write: false,
    logLevel: 'silent',
  });
  return new Map(outputFiles.map(({ path, contents }) => [path.slice(1), contents]));
}

/** A page that runs `sample.js`, and the other files, under a policy. */
export interface SampleHost {
  readonly url: string;
  close(): void;
}

/** Serves files on a free port, with this `script-src`. */
export async function serveSample(files: Files, scriptSources: string): Promise<SampleHost> {
  const page =
    '<!doctype html><title>sample</title><link rel="icon" href="data:,"><script type="module" src="sample.js"></script>';
  const all = new Map<string, Uint8Array | string>([['index.html', page], ...files]);
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://localhost').pathname.slice(1) || 'index.html';
    const content = all.get(name);
    response.writeHead(content === undefined ? 404 : 200, {
      'content-type': types[extname(name)] ?? 'application/octet-stream',
      'content-security-policy': `default-src 'self'; img-src 'self' data:; script-src ${scriptSources}`,
    });
    response.end(content);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
