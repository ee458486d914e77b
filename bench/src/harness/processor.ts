/** @file What kind of processor measures: results are kept and shown by it. */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** A kind of processor. */
export interface Processor {
  /** Short, and fit for a file's name: `amd-epyc-25-1-32k-512k`. */
  readonly fingerprint: string;
  /** Its name, and what tells it from others of that name: family and model, first- and second-level cache of a core. */
  readonly description: string;
  /** Whether it multiplies bytes and adds four products in one instruction (VNNI, or dot products of Arm); where that is known. */
  readonly hasByteProducts: boolean;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // not Linux
  }
}

/** A field of Linux's `/proc/cpuinfo`, of the first processor. */
const fieldOf = (info: string, name: string): string =>
  new RegExp(`^${name}\\s*:\\s*(.*)$`, 'm').exec(info)?.[1]?.trim() ?? '';

/** Sizes of a core's data caches of the first two levels, `32K` and `512K`. */
function cacheSizes(): string[] {
  const folder = '/sys/devices/system/cpu/cpu0/cache';
  const caches = [0, 1, 2, 3].map((index) =>
    ['level', 'type', 'size'].map((what) => read(`${folder}/index${index}/${what}`).trim()),
  );
  return caches.flatMap(([level, type, size]) =>
    (level === '1' || level === '2') && type !== 'Instruction' && size !== '' ? [size as string] : [],
  );
}

/** This machine's; what the system does not tell is left out. */
export function processor(): Processor {
  const info = read('/proc/cpuinfo');
  const name = cpus()[0]?.model.trim() ?? 'unknown';
  const [family, model] = [fieldOf(info, 'cpu family'), fieldOf(info, 'model')];
  const sizes = cacheSizes();
  const slug = [name, family, model, ...sizes].filter((part) => part !== '').join(' ');
  const kind = [
    ...(family === '' ? [] : [`family ${family}, model ${model}`]),
    ...(sizes.length === 0
      ? []
      : [`${sizes.map((size) => size.replace('K', ' KB')).join(' and ')} of cache`]),
  ].join(', ');
  return {
    fingerprint: slug
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, ''),
    description: kind === '' ? name : `${name} (${kind})`,
    hasByteProducts: /\b(avx512_vnni|avx_vnni|asimddp)\b/.test(info),
  };
}
