/** @file A static host for the built site, at a path of its own so that nothing can rely on the root. */
import { readFile, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

/** A running host. */
export interface Site {
  /** Address of the start page, with a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

async function fileAt(root: string, path: string): Promise<string | undefined> {
  const file = join(root, normalize(path));
  const info = await stat(file).catch(() => undefined);
  if (info === undefined || !file.startsWith(root)) return undefined;
  return info.isDirectory() ? fileAt(root, join(path, 'index.html')) : file;
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** Serves a folder below `base` (such as `/some/path/`) on a free port of this machine; anything else is 404. */
export async function serve(root: string, base: string): Promise<Site> {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    const file = path.startsWith(base) ? await fileAt(root, path.slice(base.length)) : undefined;
    if (file === undefined) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('not found');
      return;
    }
    const type = types[extname(file)] ?? 'application/octet-stream';
    response.writeHead(200, { 'content-type': type }).end(await readFile(file));
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}${base}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
