/** @file Runs of a network in the engine, in which values inside it are looked at. */
import { eliminateDeadNodes, inferTypes, type Network } from '@sepconv/graph';
import { type CompileOptions, compile } from '@sepconv/kernels';
import { byteLength, type Tensor } from '@sepconv/tensor';
import type { NamedInputs } from './samples.js';

/** Where networks run. */
export type Place = Pick<CompileOptions, 'engine' | 'allowProcessFlags' | 'threads' | 'threadScript'>;

/** What is shown of a run: one value of one sample; the tensor is valid during the call only. */
export type Look = (name: string, tensor: Tensor, sample: number) => void;

/** Bytes of values that are looked at in one pass: all of them stay in memory while a network runs. */
const mostBytes = 2 ** 28;

/** Values in groups that fit into memory beside one another. */
function groupsOf({ graph }: Network, values: readonly string[]): string[][] {
  const types = inferTypes(graph);
  const groups: string[][] = [];
  let bytes = Infinity;
  for (const name of values) {
    const size = byteLength(types.get(name) ?? { dtype: 'float32', shape: [] });
    if (bytes + size > mostBytes) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)?.push(name);
    bytes += size;
  }
  return groups;
}

/**
 * Runs a network on samples and shows the values of these names, inputs among them.
 *
 * @param onSample called before each run.
 */
export async function lookAt(
  network: Network,
  samples: readonly NamedInputs[],
  values: readonly string[],
  look: Look,
  place: Place,
  onSample: (sample: number) => void = () => {},
): Promise<void> {
  const inputs = new Set(network.graph.inputs.map(({ name }) => name));
  const given = values.filter((name) => inputs.has(name));
  samples.forEach((sample, index) => {
    for (const name of given) look(name, sample.get(name) as Tensor, index);
  });
  const computed = values.filter((name) => !inputs.has(name));
  for (const outputs of groupsOf(network, computed)) {
    const session = await compile(
      eliminateDeadNodes({ ...network, graph: { ...network.graph, outputs } }),
      place,
    );
    try {
      for (const [index, sample] of samples.entries()) {
        onSample(index);
        for (const [name, tensor] of session.run(sample)) look(name, tensor, index);
        // Timers and signals are seen between two runs.
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    } finally {
      session.dispose();
    }
  }
}
