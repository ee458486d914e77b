import type { GraphBuilder } from '@sepconv/graph';
import { normalizedDepthwise, normalizedPointwise } from './normalized.js';
import type { Style } from './style.js';

/** Channels `from` … `to` − 1 of an image. */
function channelsOf(builder: GraphBuilder, input: string, name: string, from: number, to: number): string {
  const [batch, height, width] = builder.imageShapeOf(input);
  const attributes = { starts: [0, 0, 0, from], ends: [batch, height, width, to], steps: [1, 1, 1, 1] };
  return builder.node('slice', [input], attributes, name);
}

/**
 * Channel `g · C / groups + i` becomes channel `i · groups + g`, so that the next grouped or split layer sees something of
 * every group. `[N, H, W, C]` → `[N, H, W, C]`; nodes `<name>-groups`, `<name>-transpose`, `<name>`.
 */
function channelShuffle(builder: GraphBuilder, input: string, name: string, groups: number): string {
  const [batch, height, width, channels] = builder.imageShapeOf(input);
  const shape = [batch, height, width, groups, channels / groups];
  const grouped = builder.node('reshape', [input], { shape }, `${name}-groups`);
  const turned = builder.node('transpose', [grouped], { permutation: [0, 1, 2, 4, 3] }, `${name}-transpose`);
  return builder.node('reshape', [turned], { shape: [batch, height, width, channels] }, name);
}

/** Options of {@link shuffleUnit}. */
export interface ShuffleUnitOptions {
  /** Prefix of the nodes' names, for instance `block_1`. */
  readonly name: string;
  /** Output channels, half of them from each branch; as many as the input has where the stride is 1. */
  readonly filters: number;
  /** 1: half of the channels go by as they are. 2: both branches see all channels, and both halve the image. */
  readonly stride: 1 | 2;
}

/**
 * ShuffleNetV2's unit: two branches side by side, whose channels are joined and shuffled.
 *
 * `[N, H, W, C]` → `[N, ⌈H/stride⌉, ⌈W/stride⌉, filters]`. Source: Ma et al. 2018, arXiv:1807.11164, figure 3 (c) and (d).
 */
export function shuffleUnit(
  builder: GraphBuilder,
  style: Style,
  input: string,
  { name, filters, stride }: ShuffleUnitOptions,
): string {
  const channels = builder.imageShapeOf(input)[3];
  const half = filters / 2;
  const pointwise = (value: string, step: string): string =>
    normalizedPointwise(builder, style, value, {
      name: `${name}/${step}`,
      filters: half,
      activation: 'relu',
    });
  const depthwise = (value: string, step: string): string =>
    normalizedDepthwise(builder, style, value, {
      name: `${name}/${step}`,
      kernel: 3,
      stride,
      activation: 'linear',
    });
  const [bypass, entrance] =
    stride === 1
      ? [
          channelsOf(builder, input, `${name}/bypass`, 0, half),
          channelsOf(builder, input, `${name}/branch`, half, channels),
        ]
      : [pointwise(depthwise(input, 'shortcut-depthwise'), 'shortcut'), input];
  const branch = pointwise(depthwise(pointwise(entrance, 'expand'), 'depthwise'), 'project');
  const joined = builder.node('concat', [bypass, branch], { axis: 3 }, `${name}/concat`);
  return channelShuffle(builder, joined, `${name}/shuffle`, 2);
}
