/** @file What tuning chooses for a machine: how kernels cut their work. Plain JSON, read with care. */
import { EngineError } from '../errors.js';
import type { Machine } from './machine.js';

/** How a depthwise convolution cuts its work. */
export interface DepthwiseBlock {
  /** Neighbouring output pixels of a row, computed together, at most. */
  readonly pixels: number;
  /** Vectors of four channels in a step. */
  readonly vectors: number;
  /** Output rows that are computed together. */
  readonly rows: number;
  /** Channels of a strip that is copied into scratch first; 0 where pixels are read where they lie. */
  readonly strip: number;
}

/** How a matrix product cuts its work. */
export interface ProductBlock {
  /** Pixels of a tile. */
  readonly rows: number;
  /** Vectors of four output channels of a tile. */
  readonly vectors: number;
  /** Tiles of a unit of work. */
  readonly tiles: number;
  /** Whether a unit is a block of rows, or a panel of columns. */
  readonly order: 'rows' | 'columns';
}

/** What a document of choices says that it is. */
export const choicesFormat = 'sepconv-choices-1';

/** Choices by what names a kernel's shape; others are cut as usual. */
export interface KernelChoices {
  readonly depthwise: Readonly<Record<string, DepthwiseBlock>>;
  readonly products: Readonly<Record<string, ProductBlock>>;
}

/** What tuning a network has found on a machine. Choices of another machine are right too, only slower there. */
export interface Choices extends KernelChoices {
  readonly format: typeof choicesFormat;
  /** The engine that was measured; on another one nothing of it is used. */
  readonly engine: string;
  /** What was measured of the machine, by which choices are told apart; what was not chosen is cut by it as well. */
  readonly machine: Machine;
  /** Whether groups of kernels run in strips, by `groupKey`; those that are not named do as is estimated. */
  readonly fused: Readonly<Record<string, boolean>>;
  /** How many cuts of each kernel were tried, the usual one among them. */
  readonly tried: Readonly<Record<string, number>>;
}

/** Each block once, in the order in which they first stand. */
export const distinctBlocks = <Block extends DepthwiseBlock | ProductBlock>(
  blocks: readonly Block[],
): Block[] => [...new Map(blocks.map((block) => [JSON.stringify(block), block])).values()];

/** Bounds of what a choice may hold: beyond them no code is emitted. */
const most = { pixels: 16, vectors: 16, rows: 8, tiles: 1024, strip: 1024, tried: 1024 } as const;

function fail(where: string, problem: string): never {
  throw new EngineError(
    `the choices are damaged: ${where} ${problem}; give the choices of a session as they are, or leave the option out`,
  );
}

function recordAt(value: unknown, where: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  return fail(where, `must be an object, not ${JSON.stringify(value) ?? String(value)}`);
}

/** A whole number from `least` to `greatest`. */
function wholeAt(value: unknown, where: string, least: number, greatest: number): number {
  if (Number.isInteger(value) && least <= (value as number) && (value as number) <= greatest)
    return value as number;
  return fail(
    where,
    `must be a whole number from ${least} to ${greatest}, not ${JSON.stringify(value) ?? String(value)}`,
  );
}

const countAt = (block: Record<string, unknown>, name: keyof typeof most, where: string, least = 1): number =>
  wholeAt(block[name], `${where}.${name}`, least, most[name]);

function positiveAt(record: Record<string, unknown>, name: string, place: string): number {
  const [value, where] = [record[name], `${place}.${name}`];
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
  return fail(where, `must be a number above 0, not ${JSON.stringify(value) ?? String(value)}`);
}

function entriesAt<Value>(
  value: unknown,
  where: string,
  read: (value: unknown, where: string) => Value,
): Record<string, Value> {
  const entries = Object.entries(recordAt(value, where)).map(([key, entry]) => {
    const at = `${where}[${JSON.stringify(key)}]`;
    return [key, read(entry, at)] as const;
  });
  return Object.fromEntries(entries);
}

function machineAt(value: unknown): Machine {
  const machine = recordAt(value, 'machine');
  const caches = recordAt(machine.caches, 'machine.caches');
  const latencies = recordAt(machine.latencies, 'machine.latencies');
  return {
    gflops: positiveAt(machine, 'gflops', 'machine'),
    aliasCost: positiveAt(machine, 'aliasCost', 'machine'),
    caches: {
      first: positiveAt(caches, 'first', 'machine.caches'),
      second: positiveAt(caches, 'second', 'machine.caches'),
    },
    latencies: {
      first: positiveAt(latencies, 'first', 'machine.latencies'),
      second: positiveAt(latencies, 'second', 'machine.latencies'),
      beyond: positiveAt(latencies, 'beyond', 'machine.latencies'),
    },
  };
}

function depthwiseAt(value: unknown, where: string): DepthwiseBlock {
  const block = recordAt(value, where);
  return {
    pixels: countAt(block, 'pixels', where),
    vectors: countAt(block, 'vectors', where),
    rows: countAt(block, 'rows', where),
    strip: countAt(block, 'strip', where, 0),
  };
}

function productAt(value: unknown, where: string): ProductBlock {
  const block = recordAt(value, where);
  const { order } = block;
  if (order !== 'rows' && order !== 'columns')
    fail(`${where}.order`, `must be "rows" or "columns", not ${JSON.stringify(order) ?? String(order)}`);
  return {
    rows: countAt(block, 'rows', where),
    vectors: countAt(block, 'vectors', where),
    tiles: countAt(block, 'tiles', where),
    order,
  };
}

function isFusedAt(value: unknown, where: string): boolean {
  if (typeof value === 'boolean') return value;
  return fail(where, `must be true or false, not ${JSON.stringify(value) ?? String(value)}`);
}

/**
 * Choices as `JSON.parse` or a session gave them.
 *
 * @throws {EngineError} that names what is damaged.
 */
export function readChoices(given: unknown): Choices {
  const choices = recordAt(given, 'the document');
  if (choices.format !== choicesFormat)
    fail('format', `must be "${choicesFormat}", not ${JSON.stringify(choices.format) ?? 'absent'}`);
  if (typeof choices.engine !== 'string') fail('engine', 'must be the name of an engine');
  return {
    format: choicesFormat,
    engine: choices.engine as string,
    machine: machineAt(choices.machine),
    depthwise: entriesAt(choices.depthwise, 'depthwise', depthwiseAt),
    products: entriesAt(choices.products, 'products', productAt),
    fused: entriesAt(choices.fused, 'fused', isFusedAt),
    tried: entriesAt(choices.tried, 'tried', (value, where) => wholeAt(value, where, 1, most.tried)),
  };
}
