/** @file What is compared fused and unfused, by name, with its numbers. */
import type { Network } from '@sepconv/graph';
import { createRandom, randomTensor, type Tensor } from '@sepconv/tensor';
import { buildModel } from '../peers/models.ts';
import { extract, groupsOf, type SubjectKind } from './groups.ts';

/** A part of a model, or all of it. */
export interface Subject {
  readonly model: string;
  readonly kind: SubjectKind;
  readonly name: string;
}

const seed = 1;

/** Models take a while to build, and a process needs the same one for many subjects. */
const folded = new Map<string, Network>();

function foldedModel(model: string): Network {
  let network = folded.get(model);
  if (network === undefined) {
    network = buildModel(model).folded;
    folded.set(model, network);
  }
  return network;
}

/** All subjects of a model: its pairs, its blocks, and itself. */
export function subjectsOf(model: string): Subject[] {
  const groups = groupsOf(foldedModel(model)).map(({ kind, name }) => ({ model, kind, name }));
  return [...groups, { model, kind: 'network', name: model }];
}

/** A subject as a network with its inputs; the same numbers in every process. */
export function subjectCase({ model, kind, name }: Subject): {
  network: Network;
  inputs: ReadonlyMap<string, Tensor<'float32'>>;
} {
  const whole = foldedModel(model);
  const group = groupsOf(whole).find((candidate) => candidate.kind === kind && candidate.name === name);
  if (group === undefined && kind !== 'network') throw new Error(`${model} has no ${kind} "${name}"`);
  const network = group === undefined ? whole : extract(whole, group);
  const random = createRandom(seed);
  const inputs = network.graph.inputs.map(({ name, shape }) => [name, randomTensor(shape, random)] as const);
  return { network, inputs: new Map(inputs) };
}
