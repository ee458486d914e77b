/** @file What tests ask of a graph. Not part of the package's public face. */
import { type Graph, inferTypes, type ParameterRole } from '@sepconv/graph';
import { elementCount, type Shape } from '@sepconv/tensor';

const trained: readonly ParameterRole[] = ['weight', 'bias', 'scale', 'shift'];

/** Numbers in parameters: what training changes, and all of a checkpoint. */
export function parameterCounts(graph: Graph): { trainable: number; total: number } {
  const count = (parameters: Graph['parameters']) =>
    parameters.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  return {
    trainable: count(graph.parameters.filter(({ role }) => trained.includes(role))),
    total: count(graph.parameters),
  };
}

/** The shape of a value. */
export function shapeOf(graph: Graph, value: string): Shape | undefined {
  return inferTypes(graph).get(value)?.shape;
}

/** The last value of every block, `stem`, `block_1` and so on, with its shape. */
export function blockShapes(graph: Graph): [block: string, shape: Shape][] {
  const types = inferTypes(graph);
  const shapes = new Map<string, Shape>();
  for (const { name, outputs } of graph.nodes) {
    shapes.set(name.split('/', 1)[0] as string, types.get(outputs[0] as string)?.shape ?? []);
  }
  return [...shapes];
}
