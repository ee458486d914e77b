/** @file What tuning chooses for a machine: how kernels cut their work. Plain JSON, read with care. */
import { EngineError } from '../errors.js';

/** How a depthwise convolution cuts its work. */
export interface DepthwiseBlock {
  /** Neighbouring output pixels of a row, computed together, at most. */
  readonly pixels: number;
  /** Vectors of four channels in a step. */
  readonly vectors: number;
  /** Output rows that are computed together. */
  readonly rows: number;
  /** Whether strips of channels are copied into scratch first. */
  readonly isStaged: boolean;
}

/** How a matrix product cuts its work. */
export interface ProductBlock {
  /** Pixels of a tile. */
  readonly rows: number;
  /** Vectors of four output channels of a tile. */
  readonly vectors: number;
  /** Tiles of a unit of work. */
  readonly tiles: number;
}

/** Choices by what names a kernel's shape; others are cut as usual. */
export interface KernelChoices {
  readonly depthwise: Readonly<Record<string, DepthwiseBlock>>;
  readonly products: Readonly<Record<string, ProductBlock>>;
}

/** What tuning a network has found on a machine. Choices of another machine are right too, only slower there. */
export interface Choices extends KernelChoices {
  readonly format: 'sepconv-choices-1';
  /** The engine that was measured; on another one nothing of it is used. */
  readonly engine: string;
  /** What was measured of the machine, by which choices can be kept apart. */
  readonly machine: Machine;
  /** Groups of nodes that run in strips together; absent where it was not measured. */
  readonly fused?: readonly (readonly string[])[];
}

/** A machine by what it does, not by its name. */
export interface Machine {
  /** 10⁹ multiplications and additions in a second, in a matrix product that lies in the first-level cache. */
  readonly gflops: number;
  /** How many times as long a depthwise convolution takes for each channel whose pixels lie 4 KB apart. */
  readonly aliasCost: number;
}

/** Each block once, in the order in which they first stand. */
export const distinctBlocks = <Block extends DepthwiseBlock | ProductBlock>(
  blocks: readonly Block[],
): Block[] => [...new Map(blocks.map((block) => [JSON.stringify(block), block])).values()];

/** Bounds of what a choice may hold: beyond them no code is emitted. */
const most = { pixels: 16, vectors: 16, rows: 8, tiles: 1024 } as const;

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

function countAt(block: Record<string, unknown>, name: keyof typeof most, where: string): number {
  const value = block[name];
  if (Number.isInteger(value) && 1 <= (value as number) && (value as number) <= most[name])
    return value as number;
  return fail(
    `${where}.${name}`,
    `must be a whole number from 1 to ${most[name]}, not ${JSON.stringify(value) ?? String(value)}`,
  );
}

function positiveAt(value: unknown, where: string): number {
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
  return fail(where, `must be a number above 0, not ${JSON.stringify(value) ?? String(value)}`);
}

function blocksAt<Block>(
  value: unknown,
  where: string,
  read: (block: Record<string, unknown>, where: string) => Block,
): Record<string, Block> {
  const entries = Object.entries(recordAt(value, where)).map(([key, block]) => {
    const at = `${where}[${JSON.stringify(key)}]`;
    return [key, read(recordAt(block, at), at)] as const;
  });
  return Object.fromEntries(entries);
}

function fusedAt(value: unknown): readonly (readonly string[])[] {
  const isGroup = (group: unknown): boolean =>
    Array.isArray(group) && group.every((node) => typeof node === 'string');
  if (Array.isArray(value) && value.every(isGroup)) return value;
  return fail('fused', 'must be a list of lists of names of nodes');
}

/**
 * Choices as `JSON.parse` or a session gave them.
 *
 * @throws {EngineError} that names what is damaged.
 */
export function readChoices(given: unknown): Choices {
  const choices = recordAt(given, 'the document');
  if (choices.format !== 'sepconv-choices-1')
    fail('format', `must be "sepconv-choices-1", not ${JSON.stringify(choices.format) ?? 'absent'}`);
  if (typeof choices.engine !== 'string') fail('engine', 'must be the name of an engine');
  const machine = recordAt(choices.machine, 'machine');
  return {
    format: 'sepconv-choices-1',
    engine: choices.engine as string,
    machine: {
      gflops: positiveAt(machine.gflops, 'machine.gflops'),
      aliasCost: positiveAt(machine.aliasCost, 'machine.aliasCost'),
    },
    depthwise: blocksAt(choices.depthwise, 'depthwise', (block, where) => {
      if (typeof block.isStaged !== 'boolean') fail(`${where}.isStaged`, 'must be true or false');
      return {
        pixels: countAt(block, 'pixels', where),
        vectors: countAt(block, 'vectors', where),
        rows: countAt(block, 'rows', where),
        isStaged: block.isStaged as boolean,
      };
    }),
    products: blocksAt(choices.products, 'products', (block, where) => ({
      rows: countAt(block, 'rows', where),
      vectors: countAt(block, 'vectors', where),
      tiles: countAt(block, 'tiles', where),
    })),
    ...(choices.fused !== undefined && { fused: fusedAt(choices.fused) }),
  };
}
