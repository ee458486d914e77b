/** @file Runs every case below a folder, one after the other, on one engine. */
import { findCaseFolders, type OnnxResult, type RunNetwork, runCaseFolder } from '@sepconv/conformance/onnx';
import * as formats from '@sepconv/formats/onnx';
import { compile } from '@sepconv/kernels';
import { chooseEngine } from '@sepconv/kernels/toolkit';
import { runReference } from '@sepconv/reference';
import type { ConformanceEngine } from './options.ts';

/** Results, and what computed them. */
export interface FolderResults {
  readonly results: readonly OnnxResult[];
  readonly engine: string;
}

type CompiledEngine = Exclude<ConformanceEngine, 'reference'>;

const runOn =
  (engine: CompiledEngine): RunNetwork =>
  async (network, inputs) => {
    const { graph, weights } = network;
    // What does not depend on an input is known when the network is built, and nothing that an engine would run.
    if (graph.outputs.every((output) => weights.has(output))) return weights;
    return (await compile(network, { engine, allowProcessFlags: true })).run(inputs);
  };

/**
 * Runs every case at or below a folder.
 *
 * @throws when the folder cannot be read, or the engine cannot run here.
 */
export async function runFolder(folder: string, engine: ConformanceEngine): Promise<FolderResults> {
  const name = engine === 'reference' ? engine : (await chooseEngine(engine, true)).name;
  const run = engine === 'reference' ? runReference : runOn(engine);
  const results: OnnxResult[] = [];
  for (const found of findCaseFolders(folder)) results.push(await runCaseFolder(found, formats, run));
  return { results, engine: name };
}
