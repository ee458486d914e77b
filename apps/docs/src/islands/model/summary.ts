/** @file All that the page shows of a model file, as plain data that a worker can hand over. */
import { costOf, type NetworkCost, type PeakMemory, peakMemory } from '@sepconv/cost-model';
import { formats, type ImportedNetwork } from '@sepconv/formats';
import type { Graph } from '@sepconv/graph';
import { EngineError, predictSchedule } from '@sepconv/kernels';
import type { Shape } from '@sepconv/tensor';
import { type ImageInput, imageOf } from './image-input.js';
import { type Savings, savingsOf } from './savings.js';

/** Memory of the activations while the network runs. */
export interface MemorySummary {
  /** One layer after the other, nothing joined. */
  readonly layerByLayer: PeakMemory;
  /** As a session of kernels runs it, to the byte; or why none can. */
  readonly engine: PeakMemory | string;
}

/** What the page knows of a model. */
export interface ModelSummary {
  readonly fileName: string;
  readonly fileBytes: number;
  /** As people call it. */
  readonly format: string;
  readonly warnings: readonly string[];
  readonly inputs: readonly { readonly name: string; readonly shape: Shape }[];
  readonly outputs: readonly { readonly name: string; readonly shape: Shape }[];
  readonly cost: NetworkCost;
  readonly memory: MemorySummary;
  readonly savings: Savings | undefined;
  /** What an image has to be for this classifier; or why it is none. */
  readonly image: ImageInput | string;
}

function memoryOf(graph: Graph): MemorySummary {
  const layerByLayer = peakMemory(graph);
  try {
    return { layerByLayer, engine: peakMemory(graph, { schedule: predictSchedule(graph) }) };
  } catch (error) {
    if (error instanceof EngineError) return { layerByLayer, engine: error.message };
    throw error;
  }
}

const named = ({ name, shape }: { readonly name: string; readonly shape: Shape }) => ({ name, shape });

/** Everything about a model that was read from a file of this name and size. */
export function summaryOf(imported: ImportedNetwork, fileName: string, fileBytes: number): ModelSummary {
  const { graph } = imported.network;
  const cost = costOf(graph);
  return {
    fileName,
    fileBytes,
    format: formats[imported.format].title,
    warnings: imported.warnings,
    inputs: imported.inputs.map(named),
    outputs: imported.outputs.map(named),
    cost,
    memory: memoryOf(graph),
    savings: savingsOf(graph, cost),
    image: imageOf(imported),
  };
}
