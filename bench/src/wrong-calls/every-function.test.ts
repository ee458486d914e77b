/** @file That every public function and method is called wrongly: what is exported tomorrow has to be, too. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { meantCalls } from './calls.js';

const packages = new URL('../../../packages/', import.meta.url);

/** Entries that run when they are imported, in a worker, and one that is other packages in one script. */
const otherEntries = ['@sepconv/kernels/thread', '@sepconv/kernels/session-worker', '@sepconv/vision/bundle'];

/** Parts for packages that are put together with them: the engine in pieces, and what training shares. Who imports them is told. */
const ownRisk: Readonly<Record<string, string>> = {
  '@sepconv/kernels/toolkit': 'kernels/src/toolkit.ts',
  '@sepconv/train/quantization': 'train/src/quantization.ts',
};

/** Every entry of every published package. */
function entries(): string[] {
  return readdirSync(packages).flatMap((name): string[] => {
    const path = new URL(`${name}/package.json`, packages);
    const manifest = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : { private: true };
    if (manifest.private) return [];
    const own = Object.keys(manifest.exports).map((entry) => manifest.name + entry.slice(1));
    return own.filter((entry) => !entry.endsWith('.json') && !otherEntries.includes(entry));
  });
}

const isError = (value: unknown): boolean => typeof value === 'function' && value.prototype instanceof Error;

/** The names that are called of an entry: those of the GPU and the reference's ops stand behind the name of theirs. */
function calledOf(entry: string): ReadonlySet<string> {
  const prefix = { '@sepconv/webgpu': 'gpu ', '@sepconv/reference/ops': 'reference/ops ' }[entry];
  const names = meantCalls.map(({ name }) => name);
  const own = names.flatMap((name) => (prefix && name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
  return new Set([...names, ...own]);
}

/** Whether a comment above the function in its package's sources says `@internal`: called for each number or node, after checks. */
function isInternal(entry: string, name: string): boolean {
  const folder = new URL(`${entry.split('/')[1]}/src/`, packages);
  const declared = new RegExp(`@internal\\s+\\*/\\nexport (?:function|const) ${name}\\b`);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .some((path) => declared.test(readFileSync(new URL(path, folder), 'utf8')));
}

test.each(Object.entries(ownRisk))('%s says that it is not for applications', (_, source) => {
  expect(readFileSync(new URL(source, packages), 'utf8')).toMatch(/not for\s+\*?\s*applications/i);
});

test.each(entries().filter((entry) => ownRisk[entry] === undefined))('%s', async (entry) => {
  const exported = (await import(/* @vite-ignore */ entry)) as Readonly<Record<string, unknown>>;
  const functions = Object.keys(exported).filter(
    (name) => typeof exported[name] === 'function' && !isError(exported[name]),
  );
  const called = calledOf(entry);
  expect(functions.filter((name) => !called.has(name) && !isInternal(entry, name))).toEqual([]);
});

/** Methods that take nothing, and those of an op's contract, which is called for each node of a graph that has been checked. */
const plainMethods: ReadonlySet<string> = new Set([
  ...['ready', 'dispose', 'forward', 'backward', 'next', 'normal', 'state'],
  ...['activation', 'infer'],
]);

const isOurs = (prototype: object): boolean =>
  prototype !== Object.prototype && !/\[native code\]/.test(String(prototype.constructor));

/** The methods of an object of ours. */
function methodsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Object.getPrototypeOf(value);
  if (own !== Object.prototype && !isOurs(own)) return [];
  const holders = [value];
  for (let up = own; up !== null && isOurs(up); up = Object.getPrototypeOf(up)) holders.push(up);
  const names = holders.flatMap((holder) =>
    Object.entries(Object.getOwnPropertyDescriptors(holder))
      .filter(([, { value: method }]) => typeof method === 'function')
      .map(([name]) => name),
  );
  return names.filter((name) => name !== 'constructor' && !plainMethods.has(name));
}

test('every method of what they give is called, too', async () => {
  const called = new Set(meantCalls.map(({ name }) => name));
  const missing: string[] = [];
  // The reference's table of ops is called op by op.
  for (const { name, call, meant } of meantCalls.filter((one) => one.name !== 'elementwiseOps')) {
    const given = await Promise.resolve()
      .then(() => call(...(meant() as never[])))
      .catch(() => undefined);
    const methods = methodsOf(given).map((method) => `${name.replace(/^.* /, '')}.${method}`);
    missing.push(...methods.filter((method) => !called.has(method)));
    (given as { dispose?: () => void } | undefined)?.dispose?.();
  }
  expect(missing).toEqual([]);
});
