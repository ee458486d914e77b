/** @file Browsers as they are, without a driver: each opens a page by its address, and the page sends back what it found. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { chromiumPath, type ServedFiles } from './page.ts';

/** A browser's name with what starts it on an address, and the folder of its profile. */
interface BrowserProgram {
  readonly path: string | undefined;
  readonly start: (path: string, address: string, profile: string) => readonly string[];
  /** The package of Debian that brings it. */
  readonly brings: string;
}

const found = (...paths: readonly (string | undefined)[]): string | undefined =>
  paths.find((path) => path !== undefined && existsSync(path));

const onPath = (name: string): string | undefined =>
  found(...(process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)));

const miniBrowser = ['4.1', '6.0', '4.0'].map(
  (version) =>
    `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/webkit2gtk-${version}/MiniBrowser`,
);

/** The three engines of browsers that there are. */
export const browsers = {
  Chromium: {
    path: chromiumPath,
    start: (path, address, profile) => [
      ...[path, '--headless', '--no-sandbox', '--disable-gpu', '--no-first-run'],
      ...['--disable-background-networking', `--user-data-dir=${profile}`, address],
    ],
    brings: 'chromium',
  },
  Firefox: {
    path: found(process.env.FIREFOX_PATH) ?? onPath('firefox-esr') ?? onPath('firefox'),
    start: (path, address, profile) => [path, '--headless', '--no-remote', '--profile', profile, address],
    brings: 'firefox-esr',
  },
  WebKit: {
    path: onPath('xvfb-run') && found(process.env.WEBKIT_PATH, ...miniBrowser),
    start: (path, address) => ['xvfb-run', '-a', path, '--private', address],
    brings: 'webkit2gtk-driver and xvfb',
  },
} as const satisfies Readonly<Record<string, BrowserProgram>>;

export type BrowserName = keyof typeof browsers;

/** A promise, and what settles it. */
function later(): {
  readonly promise: Promise<unknown>;
  resolve(value: unknown): void;
  reject(error: Error): void;
} {
  let settle: [(value: unknown) => void, (error: Error) => void] | undefined;
  const promise = new Promise<unknown>((resolve, reject) => {
    settle = [resolve, reject];
  });
  return { promise, resolve: (value) => settle?.[0](value), reject: (error) => settle?.[1](error) };
}

/** Ends a browser with all of its processes. */
function end(child: ChildProcess): void {
  try {
    process.kill(-(child.pid as number), 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/**
 * Opens a page that loads `/main.js` of the files, and gives what it sends to `/report`.
 *
 * @param query - Behind the page's address, with its question mark.
 * @throws {Error} when the browser ends before, or says nothing for so many milliseconds.
 */
export async function reportOf(
  name: BrowserName,
  files: ServedFiles,
  query = '',
  milliseconds = 300_000,
): Promise<unknown> {
  const { path, start }: BrowserProgram = browsers[name];
  if (path === undefined) throw new Error(`there is no ${name}: install ${browsers[name].brings}`);
  const profile = mkdtempSync(join(tmpdir(), 'sepconv-browser-'));
  const reported = later();
  const server = createServer(async (request, response) => {
    const address = new URL(request.url ?? '/', 'http://localhost').pathname;
    const file = files.get(address);
    if (address === '/report') {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      response.writeHead(204).end();
      reported.resolve(JSON.parse(Buffer.concat(parts).toString()));
    } else if (file !== undefined) response.writeHead(200, { 'Content-Type': file[0] }).end(file[1]);
    else if (address === '/') {
      const page = '<!doctype html><title>test</title><script type="module" src="/main.js"></script>';
      response.writeHead(200, { 'Content-Type': 'text/html' }).end(page);
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const [program, ...args] = start(
    path,
    `http://127.0.0.1:${(server.address() as AddressInfo).port}/${query}`,
    profile,
  );
  const env = { ...process.env, HOME: profile, MOZ_DISABLE_CONTENT_SANDBOX: '1' };
  const child = spawn(program as string, args, { detached: true, stdio: 'ignore', env });
  child.on('error', reported.reject);
  child.on('exit', (code) => reported.reject(new Error(`${name} ended with ${code}`)));
  const timer = setTimeout(
    () => reported.reject(new Error(`${name} reported nothing for ${milliseconds} ms`)),
    milliseconds,
  );
  try {
    return await reported.promise;
  } finally {
    clearTimeout(timer);
    end(child);
    server.closeAllConnections();
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}
