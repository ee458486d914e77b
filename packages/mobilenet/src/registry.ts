/** @file The only list of networks that can be built by name. */
import type { Graph } from '@sepconv/graph';
import { NetworkError } from './errors.js';
import { didYouMean } from './nearest.js';
import { type ConvNextOptions, convNextAtto, convNextOptions, convNextTiny } from './nets/convnext.js';
import {
  type EfficientNetOptions,
  efficientNetB0,
  efficientNetB1,
  efficientNetB2,
  efficientNetB3,
  efficientNetLite0,
  efficientNetOptions,
} from './nets/efficientnet.js';
import { type MnasNetOptions, mnasNet, mnasNetOptions } from './nets/mnasnet.js';
import { type MobileNetV1Options, mobileNetV1, mobileNetV1Options } from './nets/mobilenet-v1.js';
import { type MobileNetV2Options, mobileNetV2, mobileNetV2Options } from './nets/mobilenet-v2.js';
import {
  type MobileNetV3Options,
  mobileNetV3Large,
  mobileNetV3Options,
  mobileNetV3Small,
} from './nets/mobilenet-v3.js';
import {
  type MobileNetV4Options,
  mobileNetV4ConvMedium,
  mobileNetV4ConvSmall,
  mobileNetV4Options,
} from './nets/mobilenet-v4.js';
import { type ShuffleNetV2Options, shuffleNetV2, shuffleNetV2Options } from './nets/shufflenet-v2.js';
import { type XceptionOptions, xception, xceptionOptions } from './nets/xception.js';
import type { OptionTable } from './options.js';

/** The options of every network by its name. */
export interface OptionsOf {
  readonly 'mobilenet-v1': MobileNetV1Options;
  readonly 'mobilenet-v2': MobileNetV2Options;
  readonly 'mobilenet-v3-large': MobileNetV3Options;
  readonly 'mobilenet-v3-small': MobileNetV3Options;
  readonly 'mobilenet-v4-conv-small': MobileNetV4Options;
  readonly 'mobilenet-v4-conv-medium': MobileNetV4Options;
  readonly mnasnet: MnasNetOptions;
  readonly 'efficientnet-b0': EfficientNetOptions;
  readonly 'efficientnet-b1': EfficientNetOptions;
  readonly 'efficientnet-b2': EfficientNetOptions;
  readonly 'efficientnet-b3': EfficientNetOptions;
  readonly 'efficientnet-lite0': EfficientNetOptions;
  readonly 'shufflenet-v2': ShuffleNetV2Options;
  readonly xception: XceptionOptions;
  readonly 'convnext-atto': ConvNextOptions;
  readonly 'convnext-tiny': ConvNextOptions;
}

/** The name of a network. */
export type NetworkName = keyof OptionsOf;

/** Options by name, before they are checked. */
export type NamedOptions = Readonly<Record<string, unknown>>;

/** A network that can be built by name. */
export interface NetworkEntry<Options extends object> {
  /** One line for a person. */
  readonly description: string;
  /** The paper. */
  readonly source: string;
  /** Every option with its default and what it may be, in the order in which help should show them. */
  readonly options: OptionTable<Options>;
  readonly build: (options?: Options) => Graph;
}

/** Every network by name. */
export const networks: { readonly [Name in NetworkName]: NetworkEntry<OptionsOf[Name]> } = {
  'mobilenet-v1': {
    description: 'MobileNetV1: depthwise separable blocks in a row',
    source: 'Howard et al. 2017, arXiv:1704.04861',
    options: mobileNetV1Options,
    build: mobileNetV1,
  },
  'mobilenet-v2': {
    description: 'MobileNetV2: inverted residuals with linear bottlenecks',
    source: 'Sandler et al. 2018, arXiv:1801.04381',
    options: mobileNetV2Options,
    build: mobileNetV2,
  },
  'mobilenet-v3-large': {
    description:
      'MobileNetV3-Large: inverted residuals found by search, with squeeze-and-excite and hard-swish',
    source: 'Howard et al. 2019, arXiv:1905.02244',
    options: mobileNetV3Options,
    build: mobileNetV3Large,
  },
  'mobilenet-v3-small': {
    description: 'MobileNetV3-Small: the same for a quarter of the work',
    source: 'Howard et al. 2019, arXiv:1905.02244',
    options: mobileNetV3Options,
    build: mobileNetV3Small,
  },
  'mobilenet-v4-conv-small': {
    description: 'MobileNetV4-Conv-Small: universal inverted bottlenecks and plain ReLU',
    source: 'Qin et al. 2024, arXiv:2404.10518',
    options: mobileNetV4Options.small,
    build: mobileNetV4ConvSmall,
  },
  'mobilenet-v4-conv-medium': {
    description: 'MobileNetV4-Conv-Medium: the same, deeper and wider',
    source: 'Qin et al. 2024, arXiv:2404.10518',
    options: mobileNetV4Options.medium,
    build: mobileNetV4ConvMedium,
  },
  mnasnet: {
    description: 'MnasNet-B1: inverted residuals found by search for latency',
    source: 'Tan et al. 2019, arXiv:1807.11626',
    options: mnasNetOptions,
    build: mnasNet,
  },
  'efficientnet-b0': {
    description: 'EfficientNet-B0: inverted residuals with squeeze-and-excite and swish',
    source: 'Tan and Le 2019, arXiv:1905.11946',
    options: efficientNetOptions.b0,
    build: efficientNetB0,
  },
  'efficientnet-b1': {
    description: 'EfficientNet-B1: B0 made 1.1 times as deep',
    source: 'Tan and Le 2019, arXiv:1905.11946',
    options: efficientNetOptions.b1,
    build: efficientNetB1,
  },
  'efficientnet-b2': {
    description: 'EfficientNet-B2: B0 made 1.1 times as wide and 1.2 times as deep',
    source: 'Tan and Le 2019, arXiv:1905.11946',
    options: efficientNetOptions.b2,
    build: efficientNetB2,
  },
  'efficientnet-b3': {
    description: 'EfficientNet-B3: B0 made 1.2 times as wide and 1.4 times as deep',
    source: 'Tan and Le 2019, arXiv:1905.11946',
    options: efficientNetOptions.b3,
    build: efficientNetB3,
  },
  'efficientnet-lite0': {
    description: 'EfficientNet-Lite0: B0 with ReLU6 and without squeeze-and-excite',
    source: 'Tan and Le 2019, arXiv:1905.11946',
    options: efficientNetOptions.lite0,
    build: efficientNetLite0,
  },
  'shufflenet-v2': {
    description: 'ShuffleNetV2: units that work on half of their channels and shuffle them',
    source: 'Ma et al. 2018, arXiv:1807.11164',
    options: shuffleNetV2Options,
    build: shuffleNetV2,
  },
  xception: {
    description: 'Xception: separable convolutions with linear shortcuts, at 299 pixels',
    source: 'Chollet 2017, arXiv:1610.02357',
    options: xceptionOptions,
    build: xception,
  },
  'convnext-atto': {
    description: 'ConvNeXt-Atto: 7×7 depthwise convolutions, layer normalization and GELU',
    source: 'Liu et al. 2022, arXiv:2201.03545',
    options: convNextOptions,
    build: convNextAtto,
  },
  'convnext-tiny': {
    description: 'ConvNeXt-Tiny: the same, eight times the work',
    source: 'Liu et al. 2022, arXiv:2201.03545',
    options: convNextOptions,
    build: convNextTiny,
  },
};

/** The name of every network, in the order of the list. */
export const networkNames = Object.keys(networks) as readonly NetworkName[];

/** Whether a string names a network. */
export function isNetworkName(name: string): name is NetworkName {
  return Object.hasOwn(networks, name);
}

/**
 * A network's entry by a name that may be anybody's typing.
 *
 * @throws {NetworkError} with the nearest name and all that there are.
 */
export function networkEntry(name: string): NetworkEntry<NamedOptions> {
  if (typeof name !== 'string') {
    throw new NetworkError(`a network is called by its name, a text, but not by ${String(name)}`);
  }
  if (!isNetworkName(name)) {
    throw new NetworkError(
      `there is no network "${name}".${didYouMean(name, networkNames)} There are ${networkNames.join(', ')}.`,
    );
  }
  // Entries differ in their options, which `build` checks at run time.
  return networks[name] as unknown as NetworkEntry<NamedOptions>;
}

/**
 * Builds a network by name. Options that are `undefined` have their defaults.
 *
 * @throws {NetworkError} when there is no such network or option, or an option is not what it may be.
 *
 * @example
 * const graph = buildNetwork('mobilenet-v2', { width: 0.35, resolution: 96 });
 */
export function buildNetwork<Name extends string>(
  name: Name,
  options?: Name extends NetworkName ? OptionsOf[Name] : NamedOptions,
): Graph {
  return networkEntry(name).build({ ...options });
}
