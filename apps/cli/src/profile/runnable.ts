import { peakMemory } from '@sepconv/cost-model';
import type { Graph } from '@sepconv/graph';
import { UsageError } from '../errors.js';
import { formatBytes } from '../reports/numbers.js';

/** The largest memory of a WebAssembly module, with room for what packing adds. */
const mostBytes = 2 ** 32 - 2 ** 26;

/**
 * Refuses a network that could not be compiled, before anything is allocated.
 *
 * @throws {UsageError} saying what it needs.
 */
export function expectRunnable(graph: Graph): void {
  const { arenaBytes, weightBytes } = peakMemory(graph);
  const bytes = arenaBytes + weightBytes;
  if (bytes <= mostBytes) return;
  throw new UsageError(
    `"${graph.name}" needs ${formatBytes(bytes)} of memory, and WebAssembly has at most ${formatBytes(mostBytes)}; sepconv cost counts it without running it`,
  );
}
