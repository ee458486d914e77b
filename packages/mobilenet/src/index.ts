export type { NetworkVariant } from './blocks/style.js';
export { makeDivisible, scaleChannels } from './channels.js';
export { NetworkError } from './errors.js';
export { type LayerGraphs, type LayerOptions, layerGraphs } from './layer-graphs.js';
export { type ConvNextOptions, convNextAtto, convNextTiny } from './nets/convnext.js';
export {
  type EfficientNetOptions,
  efficientNetB0,
  efficientNetB1,
  efficientNetB2,
  efficientNetB3,
  efficientNetLite0,
} from './nets/efficientnet.js';
export { type MnasNetOptions, mnasNet } from './nets/mnasnet.js';
export { type MobileNetV1Options, mobileNetV1 } from './nets/mobilenet-v1.js';
export { type MobileNetV2Options, mobileNetV2 } from './nets/mobilenet-v2.js';
export { type MobileNetV3Options, mobileNetV3Large, mobileNetV3Small } from './nets/mobilenet-v3.js';
export {
  type MobileNetV4Options,
  mobileNetV4ConvMedium,
  mobileNetV4ConvSmall,
} from './nets/mobilenet-v4.js';
export { type ShuffleNetV2Options, shuffleNetV2 } from './nets/shufflenet-v2.js';
export { type XceptionOptions, xception } from './nets/xception.js';
export type { ImageNetOptions, OptionSpec, OptionTable } from './options.js';
export {
  type PublishedAccuracy,
  type PublishedNetwork,
  publishedAccuracy,
  publishedNetworks,
} from './published-accuracy.js';
export {
  buildNetwork,
  isNetworkName,
  type NamedOptions,
  type NetworkEntry,
  type NetworkName,
  networkEntry,
  networkNames,
  networks,
  type OptionsOf,
} from './registry.js';
