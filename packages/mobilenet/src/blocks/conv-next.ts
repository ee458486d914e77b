import { depthwiseConv2d, type GraphBuilder, layerNorm, pointwiseConv2d } from '@sepconv/graph';

/** ConvNeXt's ε, in every one of its layer normalizations. */
export const convNextEpsilon = 1e-6;

/** How much wider a ConvNeXt block is in its middle. */
const expansion = 4;

/**
 * ConvNeXt's block: a 7×7 depthwise convolution, layer normalization, a pointwise expansion with GELU and a pointwise
 * projection, which a learned factor per channel scales before the input is added.
 *
 * `[N, H, W, C]` → `[N, H, W, C]`. Nodes: `<name>/depthwise`, `<name>/norm`, `<name>/expand`, `<name>/expand-gelu`,
 * `<name>/project`, `<name>/scale`, `<name>/add`. Source: Liu et al. 2022, arXiv:2201.03545, figure 4.
 */
export function convNextBlock(builder: GraphBuilder, input: string, name: string): string {
  const channels = builder.imageShapeOf(input)[3];
  const depthwise = depthwiseConv2d(builder, input, { name: `${name}/depthwise`, kernel: 7, padding: 3 });
  const norm = layerNorm(builder, depthwise, { name: `${name}/norm`, epsilon: convNextEpsilon });
  const expand = pointwiseConv2d(builder, norm, { name: `${name}/expand`, filters: expansion * channels });
  const active = builder.node('gelu', [expand], { approximate: 'none' }, `${name}/expand-gelu`);
  const project = pointwiseConv2d(builder, active, { name: `${name}/project`, filters: channels });
  const factor = builder.parameter(`${name}/scale/scale`, [channels], 'scale');
  const scaled = builder.node('mul', [project, factor], {}, `${name}/scale`);
  return builder.node('add', [scaled, input], {}, `${name}/add`);
}
