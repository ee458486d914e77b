/**
 * @file The layers from which the speed of this machine is learnt: networks of the usual kinds with unusual sizes, so that
 * no layer of a network that anybody profiles is among them. Whole networks and not single layers, because that is how
 * layers run: the input was just written, the weights were last used a run ago.
 */
import {
  batchNorm,
  conv2d,
  dense,
  depthwiseConv2d,
  type Graph,
  GraphBuilder,
  initializeWeights,
  layerNorm,
  type Network,
  pointwiseConv2d,
} from '@sepconv/graph';
import {
  type Activation,
  type Block,
  type Family,
  families,
  narrowFamily,
  referenceFamily,
} from './calibration-families.js';
import { integerFamilyGraph } from './calibration-integers.js';

/** A convolution, its norm and its activation. */
function normalized(builder: GraphBuilder, conv: string, activation: Activation): string {
  const norm = batchNorm(builder, conv);
  return activation === 'linear' ? norm : builder.node(activation, [norm], {});
}

function squeeze(
  builder: GraphBuilder,
  input: string,
  squeezed: number,
  { activation, gate }: Family,
): string {
  const channels = builder.imageShapeOf(input)[3];
  const mean = builder.node('global-average-pool2d', [input], {});
  const small = pointwiseConv2d(builder, mean, { filters: squeezed });
  const active = builder.node(activation === 'swish' ? 'swish' : 'relu', [small], {});
  const large = pointwiseConv2d(builder, active, { filters: channels });
  const factor =
    gate === 'sigmoid'
      ? builder.node('sigmoid', [large], {})
      : builder.node('hard-sigmoid', [large], { slope: 1 / 6, offset: 0.5 });
  return builder.node('mul', [input, factor], {});
}

function block(builder: GraphBuilder, input: string, options: Block, family: Family): string {
  const { kernel, expanded, filters, stride = 1, squeezed } = options;
  const { activation, isActiveAtEnd } = family;
  let value = input;
  if (expanded !== undefined) {
    value = normalized(
      builder,
      pointwiseConv2d(builder, value, { filters: expanded, bias: false }),
      activation,
    );
  }
  const depthwise = depthwiseConv2d(builder, value, { kernel, strides: stride, bias: false });
  value = normalized(builder, depthwise, activation);
  if (squeezed !== undefined) value = squeeze(builder, value, squeezed, family);
  const project = pointwiseConv2d(builder, value, { filters, bias: false });
  value = normalized(builder, project, isActiveAtEnd ? activation : 'linear');
  const isResidual = stride === 1 && builder.imageShapeOf(input)[3] === filters && !isActiveAtEnd;
  return isResidual ? builder.node('add', [value, input], {}) : value;
}

function familyGraph(family: Family): Graph {
  const { name, size, stem, activation, features, classes } = family;
  const builder = new GraphBuilder(`calibration-${name}`);
  const image = builder.input('image', [1, size, size, 3]);
  let value = normalized(
    builder,
    conv2d(builder, image, { filters: stem, kernel: 3, strides: 2, bias: false }),
    activation,
  );
  for (const options of family.blocks) value = block(builder, value, options, family);
  if (features > 0) {
    value = normalized(
      builder,
      pointwiseConv2d(builder, value, { filters: features, bias: false }),
      activation,
    );
  }
  const pooled = builder.node('global-average-pool2d', [value], {});
  const logits = dense(builder, pooled, { filters: classes });
  return builder.build([builder.node('softmax', [logits], { axis: 1 })]);
}

/** Channels of two halves, one from each in turn, and then the first three quarters of them: transposed and sliced. */
function shuffled(builder: GraphBuilder, input: string): string {
  const [batch, height, width, channels] = builder.imageShapeOf(input);
  const halves = builder.node('reshape', [input], { shape: [batch, height, width, 2, channels / 2] });
  const turned = builder.node('transpose', [halves], { permutation: [0, 1, 2, 4, 3] });
  const mixed = builder.node('reshape', [turned], { shape: [batch, height, width, channels] });
  const [starts, steps] = [
    [0, 0, 0, 0],
    [1, 1, 1, 1],
  ];
  return builder.node('slice', [mixed], { starts, ends: [batch, height, width, (3 * channels) / 4], steps });
}

/** What the families have none of: standard and grouped convolutions, large windows, pooling, elementwise on its own. */
function variousGraph(): Graph {
  const builder = new GraphBuilder('calibration-various');
  let value = builder.input('image', [1, 104, 104, 12]);
  const relu = (input: string): string => builder.node('relu', [input], {});
  const conv = (filters: number, kernel: number, strides = 1, groups = 1): void => {
    value = relu(conv2d(builder, value, { filters, kernel, strides, groups }));
  };
  conv(20, 3);
  conv(44, 3, 2);
  conv(60, 3);
  conv(60, 1, 2);
  conv(120, 3, 1, 4);
  value = depthwiseConv2d(builder, value, { kernel: 7 });
  value = layerNorm(builder, value);
  value = builder.node('gelu', [pointwiseConv2d(builder, value, { filters: 260 })], { approximate: 'none' });
  value = pointwiseConv2d(builder, value, { filters: 120 });
  value = builder.node('add', [value, value], {});
  value = builder.node('max-pool2d', [value], {
    window: [3, 3],
    strides: [1, 1],
    dilations: [1, 1],
    padding: { top: 1, bottom: 1, left: 1, right: 1 },
  });
  conv(104, 5, 2);
  value = builder.node('concat', [value, relu(value)], { axis: 3 });
  value = shuffled(builder, value);
  value = depthwiseConv2d(builder, value, { kernel: 9, multiplier: 2 });
  value = builder.node('max-pool2d', [value], {
    window: [2, 2],
    strides: [2, 2],
    dilations: [1, 1],
    padding: { top: 0, bottom: 0, left: 0, right: 0 },
  });
  // Behind a pool an activation is a kernel of its own, so that each is measured by itself.
  for (const op of ['hard-swish', 'swish', 'sigmoid', 'relu'] as const) value = builder.node(op, [value], {});
  value = builder.node('gelu', [value], { approximate: 'none' });
  value = builder.node('hard-sigmoid', [value], { slope: 1 / 6, offset: 0.5 });
  value = builder.node('elu', [value], { alpha: 1 });
  conv(152, 3);
  const features = dense(builder, value, { filters: 456 });
  return builder.build([dense(builder, relu(features), { filters: 400 })]);
}

/** Pixels that lie a multiple of 2 KB apart, as powers of two make them: staged in strips, and with a stride read where they lie. */
function aliasedGraph(): Graph {
  const builder = new GraphBuilder('calibration-aliased');
  let value = builder.input('image', [1, 18, 18, 20]);
  const separable = (channels: number, kernel: number, strides = 1): void => {
    const wide = builder.node('relu', [pointwiseConv2d(builder, value, { filters: channels })], {});
    const filtered = depthwiseConv2d(builder, wide, { kernel, strides });
    value = pointwiseConv2d(builder, builder.node('relu', [filtered], {}), { filters: 20 });
  };
  separable(512, 3);
  separable(1024, 3);
  separable(512, 5);
  separable(512, 3, 2);
  separable(1536, 3);
  separable(512, 5, 2);
  separable(1024, 3, 2);
  return builder.build([value]);
}

/** Every calibration network, in the order in which they are measured. */
export function calibrationGraphs(): readonly Graph[] {
  const all = [...families, narrowFamily];
  return [...all.map(familyGraph), variousGraph(), aliasedGraph(), ...all.map(integerFamilyGraph)];
}

/** The network that is measured beside every other. */
export function referenceGraph(): Graph {
  return familyGraph(referenceFamily);
}

/** It with weights. */
export function referenceNetwork(): Network {
  const graph = referenceGraph();
  return { graph, weights: initializeWeights(graph, 1) };
}
