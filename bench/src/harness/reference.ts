/**
 * @file What is right: the float64 reference, computed once for a network with its numbers and kept in the system's
 * folder for temporary files under a hash of everything that it depends on.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Network } from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import type { Tensor } from '@sepconv/tensor';

/** Tensors by name, or the tensor itself for a network with one input. */
type Inputs = Parameters<typeof runReference>[1];

const folder = join(tmpdir(), 'sepconv-bench');

/** Below this many milliseconds computing is as good as reading. */
const worthKeeping = 100;

/** Changes when the reference or what it stands on does. */
const referenceHash = (() => {
  const hash = createHash('sha256');
  for (const name of ['reference', 'graph', 'tensor']) {
    const dist = dirname(fileURLToPath(import.meta.resolve(`@sepconv/${name}`)));
    for (const file of readdirSync(dist).sort()) {
      if (file.endsWith('.js')) hash.update(readFileSync(join(dist, file)));
    }
  }
  return hash.digest('hex');
})();

function keyOf({ graph, weights }: Network, inputs: Inputs): string {
  const hash = createHash('sha256').update(referenceHash).update(JSON.stringify(graph));
  const given = 'dtype' in inputs ? [inputs] : inputs.values();
  for (const { data } of [...weights.values(), ...given]) {
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}

function readKept(path: string): Float32Array | undefined {
  try {
    return new Float32Array(Uint8Array.from(readFileSync(path)).buffer);
  } catch {
    return undefined;
  }
}

function keep(path: string, { buffer, byteOffset, byteLength }: Float32Array): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${path}.${process.pid}`, new Uint8Array(buffer, byteOffset, byteLength));
  renameSync(`${path}.${process.pid}`, path);
}

/** The first output of a network by float64 arithmetic with one rounding per stored element; integers are the stored ones. */
export function referenceOutput(network: Network, inputs: Inputs): Float32Array {
  const path = join(folder, keyOf(network, inputs));
  const kept = readKept(path);
  if (kept !== undefined) return kept;
  const start = performance.now();
  const { data } = runReference(network, inputs).get(network.graph.outputs[0] as string) as Tensor;
  const output = Float32Array.from(data);
  if (performance.now() - start > worthKeeping) keep(path, output);
  return output;
}
