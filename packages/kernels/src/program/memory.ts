/** @file The one memory of a program: how large it may be, and what is said when there is no such memory. */
import { EngineError } from '../errors.js';
import { mostPages } from '../wasm/module.js';

/** Bytes of a page of WebAssembly memory. */
export const pageBytes = 65536;

/** Whose memory it is, and the error that its users expect. */
export interface MemoryOwner {
  readonly what: string;
  readonly error: new (message: string, options?: ErrorOptions) => Error;
}

const network: MemoryOwner = { what: 'this network', error: EngineError };

/**
 * Pages of 64 KiB that hold so many bytes.
 *
 * @throws {EngineError}, or the owner's error, when that is more than WebAssembly has; nothing is allocated then.
 */
export function pagesOf(bytes: number, { what, error }: MemoryOwner = network): number {
  const pages = Math.ceil(bytes / pageBytes);
  if (pages <= mostPages) return pages;
  throw new error(
    `${what} needs ${bytes} bytes of memory, but WebAssembly has at most ${mostPages * pageBytes} (4 GiB): use a smaller batch, image or network`,
  );
}

/** What an allocation gives, or a typed error where the host has no memory left for it. */
function allocated<T>(allocate: () => T, bytes: number, { what, error }: MemoryOwner): T {
  try {
    return allocate();
  } catch (cause) {
    throw new error(
      `${what} needs ${bytes} bytes of memory, which this system does not give: free some, or use a smaller batch, image or network`,
      { cause },
    );
  }
}

/**
 * The memory for so many bytes.
 *
 * @param isShared whether threads share it. Default `false`.
 * @throws {EngineError}, or the owner's error, when it is more than WebAssembly has, or than the host gives.
 */
export function allocateMemory(
  bytes: number,
  owner: MemoryOwner = network,
  isShared = false,
): WebAssembly.Memory {
  const pages = pagesOf(bytes, owner);
  const limits = { initial: pages, maximum: pages, ...(isShared && { shared: true }) };
  return allocated(() => new WebAssembly.Memory(limits), bytes, owner);
}

/** Milliseconds until memory that was given up is asked for again; ended threads take a moment. */
const pauses = [30, 100, 300, 1000];

/** Gives up what past sessions still hold, once there may be some. */
let giveUp: (() => void) | undefined;

/** Says how to give up memory that is held without need: threads do, which collect no garbage while they sleep. */
export function onShortage(release: () => void): void {
  giveUp = release;
}

/**
 * As {@link allocateMemory}, for networks; where there is none left, what past sessions hold is given up first. A page of Chromium
 * has room for about a hundred memories, of any size.
 */
export async function findMemory(bytes: number, isShared = false): Promise<WebAssembly.Memory> {
  pagesOf(bytes);
  for (const pause of giveUp === undefined ? [] : pauses) {
    try {
      return allocateMemory(bytes, network, isShared);
    } catch {
      if (pause === pauses[0]) giveUp?.();
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return allocateMemory(bytes, network, isShared);
}

/** A buffer of so many bytes, with the same errors. */
export function allocateBuffer(bytes: number, owner: MemoryOwner = network): ArrayBuffer {
  pagesOf(bytes, owner);
  return allocated(() => new ArrayBuffer(bytes), bytes, owner);
}
