/** @file The server that pages come from: this machine only, a port of the system's choice, a few folders, read only. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize, sep } from 'node:path';

/** Types without which browsers refuse modules and cannot compile WebAssembly while it arrives. */
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** Isolated pages have a clock of 5 µs instead of 100 µs. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cache-Control': 'no-store',
};

/** A running server. */
export interface PageServer {
  readonly origin: string;
  close(): Promise<void>;
}

/** The file of a path such as `/assets/tfjs/x.wasm`, or `undefined` when it is none of the folders'. */
export function fileOf(path: string, folders: Readonly<Record<string, string>>): string | undefined {
  for (const [prefix, folder] of Object.entries(folders)) {
    if (!path.startsWith(`${prefix}/`)) continue;
    const file = normalize(join(folder, path.slice(prefix.length)));
    return file.startsWith(folder + sep) ? file : undefined;
  }
  return undefined;
}

/** Serves `page` at `/`, and folders under their prefixes. */
export async function servePages(
  page: string,
  folders: Readonly<Record<string, string>>,
): Promise<PageServer> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const send = (status: number, type: string, body: string | Buffer): void => {
      response.writeHead(status, { ...headers, 'Content-Type': type }).end(body);
    };
    if (pathname === '/') return send(200, types['.html'] as string, page);
    const file = fileOf(decodeURIComponent(pathname), folders);
    const body = file === undefined ? undefined : await readFile(file).catch(() => undefined);
    if (body === undefined) return send(404, 'text/plain', 'not here');
    send(200, types[extname(file as string)] ?? 'application/octet-stream', body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
