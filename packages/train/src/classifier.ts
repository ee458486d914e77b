import { type Graph, inferTypes, producersOf } from '@sepconv/graph';
import { elementCount, formatShape } from '@sepconv/tensor';
import { TrainError } from './errors.js';

/** A network that tells classes of images apart. */
export interface Classifier {
  /** The network up to its logits: a softmax at its end is left off, because the loss has one of its own. */
  readonly graph: Graph;
  readonly input: string;
  /** `[H, W, C]`. */
  readonly imageShape: readonly [height: number, width: number, channels: number];
  readonly logits: string;
  readonly classes: number;
}

/** The value in front of a softmax over the classes at the network's end, or the output itself. */
function logitsOf(graph: Graph): string {
  const [output] = graph.outputs as readonly [string];
  const producer = producersOf(graph).get(output);
  return producer?.op === 'softmax' ? producer.inputs[0]! : output;
}

/**
 * Reads a network as a classifier.
 *
 * @throws {TrainError} when it has more than one input or output, takes no image, or gives no row of classes for each.
 */
export function asClassifier(graph: Graph): Classifier {
  const [input, ...moreInputs] = graph.inputs;
  const refuse = (what: string): never => {
    throw new TrainError(
      `the network "${graph.name}" ${what}, but only classifiers of images can be trained`,
    );
  };
  if (input === undefined || moreInputs.length > 0) return refuse(`has ${graph.inputs.length} inputs`);
  if (graph.outputs.length !== 1) return refuse(`has ${graph.outputs.length} outputs`);
  const [batch, height, width, channels] = input.shape as readonly [number, number, number, number];
  if (input.shape.length !== 4) return refuse(`takes ${formatShape(input.shape)} instead of an image`);
  const logits = logitsOf(graph);
  const shape = inferTypes(graph).get(logits)!.shape;
  const classes = elementCount(shape) / batch;
  if (shape[0] !== batch || shape.at(-1) !== classes) {
    return refuse(`gives ${formatShape(shape)} instead of a row of classes for each image`);
  }
  // What stood behind the logits is not computed any more.
  const nodes = graph.nodes.filter(
    ({ outputs }) => logits === graph.outputs[0] || outputs[0] !== graph.outputs[0],
  );
  return {
    graph: { ...graph, nodes, outputs: [logits] },
    input: input.name,
    imageShape: [height, width, channels],
    logits,
    classes,
  };
}

/** @throws {TrainError} when images or classes of the data are not the network's. */
export function checkFit(
  { graph, imageShape, classes }: Classifier,
  data: { readonly shape: readonly number[]; readonly classes: readonly string[] },
): void {
  if (imageShape.some((size, axis) => data.shape[axis] !== size)) {
    throw new TrainError(
      `the network "${graph.name}" takes images of ${formatShape(imageShape)}, but those of the data set are ${formatShape(data.shape)}`,
    );
  }
  if (data.classes.length !== classes) {
    throw new TrainError(
      `the network "${graph.name}" has ${classes} classes, but the data set has ${data.classes.length}`,
    );
  }
}
