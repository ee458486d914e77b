import { GraphBuilder, initializeWeights, type Network } from '@sepconv/graph';

/** An inverted residual that nobody has named. */
export interface InvertedBlock {
  readonly input: readonly [images: number, height: number, width: number, channels: number];
  readonly expanded: number;
  readonly columns: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly activation: 'relu6' | 'swish' | 'hard-swish';
  readonly hasBias: boolean;
}

/** The block as a network, with its input added where that is possible. */
export function invertedBlock(block: InvertedBlock): Network {
  const { input, expanded, columns, kernel, stride, dilation, activation, hasBias } = block;
  const builder = new GraphBuilder('inverted residual');
  const image = builder.input('image', input);
  const [channels, pad] = [input[3], dilation * (kernel >> 1)];
  const parameters = (name: string, shape: readonly number[], filters: number): readonly string[] => [
    builder.parameter(name, shape, 'weight'),
    ...(hasBias ? [builder.parameter(`${name}/bias`, [filters], 'bias')] : []),
  ];
  const wide = builder.node(
    'pointwise-conv2d',
    [image, ...parameters('expand', [1, 1, channels, expanded], expanded)],
    {},
  );
  const window = {
    strides: [stride, stride],
    dilations: [dilation, dilation],
    padding: { top: pad, bottom: pad, left: pad, right: pad },
  } as const;
  const inner = builder.node(
    'depthwise-conv2d',
    [
      builder.node(activation, [wide], {}),
      ...parameters('depthwise', [kernel, kernel, expanded, 1], expanded),
    ],
    window,
  );
  const narrow = builder.node(
    'pointwise-conv2d',
    [builder.node(activation, [inner], {}), ...parameters('project', [1, 1, expanded, columns], columns)],
    {},
  );
  const isResidual = stride === 1 && channels === columns;
  const graph = builder.build([isResidual ? builder.node('add', [narrow, image], {}) : narrow]);
  return { graph, weights: initializeWeights(graph, 3) };
}
