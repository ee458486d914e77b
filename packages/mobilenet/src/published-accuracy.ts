/**
 * @file Top-1 accuracies on ImageNet that were published for these very networks: nothing is interpolated, and a network
 * that nobody published has none.
 */
import { NetworkError } from './errors.js';
import { isNetworkName, type NamedOptions, type NetworkName, networkEntry } from './registry.js';

/** A published accuracy. */
export interface PublishedAccuracy {
  /** Per cent of the validation images. */
  readonly top1: number;
  /** Who says so, and where. */
  readonly source: string;
  /** The address where it can be read. */
  readonly link: string;
}

/** A network with the options that somebody published an accuracy for. */
export interface PublishedNetwork {
  readonly network: NetworkName;
  /** Of the options that the network has, width and resolution. */
  readonly options: { readonly width?: number; readonly resolution: number };
  readonly accuracy: PublishedAccuracy;
}

/** By width and then by resolution. */
type Grid = Readonly<Record<string, Readonly<Record<string, number>>>>;

interface Source {
  readonly source: string;
  readonly link: string;
}

const slim = (path: string, source: string): Source => ({
  source,
  link: `https://github.com/tensorflow/models/blob/master/${path}`,
});
const slimV1 = 'research/slim/nets/mobilenet_v1.md';
const slimV2 = 'research/slim/nets/mobilenet/README.md';
const torchvision = (file: string): Source => ({
  source: "torchvision, metadata of the weights, IMAGENET1K_V1's acc@1",
  link: `https://github.com/pytorch/vision/blob/main/torchvision/models/${file}.py`,
});
const timm = (weights: string): Source => ({
  source: `timm, results/results-imagenet.csv, ${weights}`,
  link: 'https://github.com/huggingface/pytorch-image-models/blob/main/results/results-imagenet.csv',
});

interface Family extends Source {
  readonly grid: Grid;
}

const families: { readonly [Name in NetworkName]?: Family } = {
  'mobilenet-v1': {
    ...slim(slimV1, `tensorflow/models, ${slimV1}`),
    grid: {
      '1': { 224: 70.9, 192: 70.0, 160: 68.0, 128: 65.2 },
      '0.75': { 224: 68.4, 192: 67.2, 160: 65.3, 128: 62.1 },
      '0.5': { 224: 63.3, 192: 61.7, 160: 59.1, 128: 56.3 },
      '0.25': { 224: 49.8, 192: 47.7, 160: 45.5, 128: 41.5 },
    },
  },
  'mobilenet-v2': {
    ...slim(slimV2, `tensorflow/models, ${slimV2}`),
    grid: {
      '1.4': { 224: 75.0 },
      '1.3': { 224: 74.4 },
      '1': { 224: 71.8, 192: 70.7, 160: 68.8, 128: 65.3, 96: 60.3 },
      '0.75': { 224: 69.8, 192: 68.7, 160: 66.4, 128: 63.2, 96: 58.8 },
      '0.5': { 224: 65.4, 192: 63.9, 160: 61.0, 128: 57.7, 96: 51.2 },
      '0.35': { 224: 60.3, 192: 58.2, 160: 55.7, 128: 50.8, 96: 45.5 },
    },
  },
  'mobilenet-v3-large': {
    ...slim(slimV2, `tensorflow/models, ${slimV2}, float checkpoints`),
    grid: { '1': { 224: 75.2 }, '0.75': { 224: 73.3 } },
  },
  // slim's V3-Small has 1280 features in its head and is another network; torchvision's is the paper's.
  'mobilenet-v3-small': { ...torchvision('mobilenetv3'), grid: { '1': { 224: 67.668 } } },
  mnasnet: { ...torchvision('mnasnet'), grid: { '1': { 224: 73.456 }, '0.75': { 224: 71.18 } } },
  'shufflenet-v2': {
    ...torchvision('shufflenetv2'),
    grid: { '0.5': { 224: 60.552 }, '1': { 224: 69.362 }, '1.5': { 224: 72.996 }, '2': { 224: 76.23 } },
  },
  'efficientnet-b0': { ...torchvision('efficientnet'), grid: { '1': { 224: 77.692 } } },
  'efficientnet-b1': { ...torchvision('efficientnet'), grid: { '1': { 240: 78.642 } } },
  // Where the image is measured is what counts: torchvision takes 288 pixels, though the paper's B2 has 260.
  'efficientnet-b2': { ...torchvision('efficientnet'), grid: { '1': { 288: 80.608 } } },
  'efficientnet-b3': { ...torchvision('efficientnet'), grid: { '1': { 300: 82.008 } } },
  'efficientnet-lite0': { ...timm('efficientnet_lite0.ra_in1k'), grid: { '1': { 224: 75.48 } } },
  xception: { ...timm('legacy_xception.tf_in1k'), grid: { '1': { 299: 79.04 } } },
  'convnext-atto': { ...timm('convnext_atto.d2_in1k'), grid: { '1': { 288: 77.008 } } },
  'convnext-tiny': { ...torchvision('convnext'), grid: { '1': { 224: 82.52 } } },
};

/** Options that make another network than the one whose accuracy was published. */
const changing = ['separable', 'shallow', 'minimalistic', 'classes'];

/** What was published for a network of these options; `undefined` where nothing was. */
export function publishedAccuracy(name: string, options: NamedOptions = {}): PublishedAccuracy | undefined {
  if (typeof options !== 'object' || options === null) {
    throw new NetworkError(`options must be an object, but are ${String(options)}`);
  }
  const family = isNetworkName(name) ? families[name] : undefined;
  if (family === undefined || changing.some((option) => options[option] !== undefined)) return undefined;
  const { width = 1, resolution = networkEntry(name).options.resolution?.default } = options;
  const top1 = family.grid[String(width)]?.[String(resolution)];
  return top1 === undefined ? undefined : { top1, source: family.source, link: family.link };
}

/** Every network with an accuracy that was published for it, at every width and resolution. */
export function publishedNetworks(): readonly PublishedNetwork[] {
  return (Object.entries(families) as [NetworkName, Family][]).flatMap(([network, { grid, source, link }]) =>
    Object.entries(grid).flatMap(([width, tops]) =>
      Object.entries(tops).map(([resolution, top1]) => ({
        network,
        options: {
          ...('width' in networkEntry(network).options ? { width: Number(width) } : {}),
          resolution: Number(resolution),
        },
        accuracy: { top1, source, link },
      })),
    ),
  );
}
