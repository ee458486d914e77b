import type { GraphBuilder } from '@sepconv/graph';
import { type Activation, normalizedConv, normalizedDepthwise, normalizedPointwise } from './normalized.js';
import { type SqueezeExciteOptions, squeezeExcite } from './squeeze-excite.js';
import type { Style } from './style.js';

/** Options of {@link invertedResidual}. */
export interface InvertedResidualOptions {
  /** Prefix of the nodes' names, for instance `block_1`. */
  readonly name: string;
  /** Channels between the expansion and the projection; as many as the input has, and there is no expansion. */
  readonly expanded: number;
  /** Output channels. */
  readonly filters: number;
  /** Height and width of the depthwise window in pixels. Default 3. */
  readonly kernel?: number;
  /** Along both axes. */
  readonly stride: number;
  /** After the expansion and the depthwise step; the projection is linear. */
  readonly activation: Activation;
  /** A gate on the channels between the depthwise step and the projection. Default none. */
  readonly squeeze?: SqueezeExciteOptions;
  /** Whether to add the input where stride and channels allow. Default `true`. */
  readonly residual?: boolean;
  /** `false`: one standard convolution in place of depthwise and projection, to compare with. Default `true`. */
  readonly separable?: boolean;
}

/**
 * MobileNetV2's block: a pointwise expansion, a depthwise convolution, and a pointwise projection without activation
 * (the linear bottleneck); the input is added where stride and channels allow.
 *
 * `[N, H, W, C]` → `[N, ⌈H/stride⌉, ⌈W/stride⌉, filters]`. Source: Sandler et al. 2018, arXiv:1801.04381, figure 4;
 * with squeeze-and-excite Howard et al. 2019, arXiv:1905.02244, and Tan and Le 2019, arXiv:1905.11946.
 */
export function invertedResidual(
  builder: GraphBuilder,
  style: Style,
  input: string,
  options: InvertedResidualOptions,
): string {
  const { name, expanded, filters, kernel = 3, stride, activation, squeeze } = options;
  const channels = builder.imageShapeOf(input)[3];
  let value = input;
  if (expanded !== channels) {
    value = normalizedPointwise(builder, style, value, {
      name: `${name}/expand`,
      filters: expanded,
      activation,
    });
  }
  if (options.separable ?? true) {
    value = normalizedDepthwise(builder, style, value, {
      name: `${name}/depthwise`,
      kernel,
      stride,
      activation,
    });
    if (squeeze !== undefined) value = squeezeExcite(builder, value, `${name}/squeeze`, squeeze);
    value = normalizedPointwise(builder, style, value, {
      name: `${name}/project`,
      filters,
      activation: 'linear',
    });
  } else {
    value = normalizedConv(builder, style, value, {
      name: `${name}/conv`,
      filters,
      kernel,
      stride,
      activation: 'linear',
    });
  }
  const isAdded = (options.residual ?? true) && stride === 1 && channels === filters;
  return isAdded ? builder.node('add', [value, input], {}, `${name}/add`) : value;
}
