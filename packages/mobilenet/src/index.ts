export { makeDivisible, scaleChannels } from './channels.js';
export { NetworkError } from './errors.js';
export { type MobileNetV1Options, mobileNetV1 } from './nets/mobilenet-v1.js';
export { type MobileNetV2Options, mobileNetV2 } from './nets/mobilenet-v2.js';
export { type MobileNetV3Options, mobileNetV3Large, mobileNetV3Small } from './nets/mobilenet-v3.js';
export type { ImageNetOptions, OptionSpec, OptionTable } from './options.js';
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
