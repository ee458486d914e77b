/**
 * @file Top-1 accuracies on ImageNet that were published for these very networks: nothing is interpolated, and a network
 * that nobody published has none.
 */
import type { NamedOptions } from '@sepconv/mobilenet';

/** A published accuracy. */
export interface PublishedAccuracy {
  /** Per cent of the validation images. */
  readonly top1: number;
  readonly source: string;
}

/** By width and then by resolution. */
type Grid = Readonly<Record<string, Readonly<Record<string, number>>>>;

const slimV1: Grid = {
  '1': { 224: 70.9, 192: 70.0, 160: 68.0, 128: 65.2 },
  '0.75': { 224: 68.4, 192: 67.2, 160: 65.3, 128: 62.1 },
  '0.5': { 224: 63.3, 192: 61.7, 160: 59.1, 128: 56.3 },
  '0.25': { 224: 49.8, 192: 47.7, 160: 45.5, 128: 41.5 },
};

const slimV2: Grid = {
  '1.4': { 224: 75.0 },
  '1.3': { 224: 74.4 },
  '1': { 224: 71.8, 192: 70.7, 160: 68.8, 128: 65.3, 96: 60.3 },
  '0.75': { 224: 69.8, 192: 68.7, 160: 66.4, 128: 63.2, 96: 58.8 },
  '0.5': { 224: 65.4, 192: 63.9, 160: 61.0, 128: 57.7, 96: 51.2 },
  '0.35': { 224: 60.3, 192: 58.2, 160: 55.7, 128: 50.8, 96: 45.5 },
};

interface Family {
  readonly source: string;
  readonly grid: Grid;
}

const slimV3Source = 'tensorflow/models, research/slim/nets/mobilenet/README.md, float checkpoints';
const torchvision = "torchvision, metadata of the weights, IMAGENET1K_V1's acc@1";

const families: Readonly<Record<string, Family>> = {
  'mobilenet-v1': { source: 'tensorflow/models, research/slim/nets/mobilenet_v1.md', grid: slimV1 },
  'mobilenet-v2': { source: 'tensorflow/models, research/slim/nets/mobilenet/README.md', grid: slimV2 },
  'mobilenet-v3-large': { source: slimV3Source, grid: { '1': { 224: 75.2 }, '0.75': { 224: 73.3 } } },
  // slim's V3-Small has 1280 features in its head and is another network; torchvision's is the paper's.
  'mobilenet-v3-small': { source: torchvision, grid: { '1': { 224: 67.668 } } },
  mnasnet: { source: torchvision, grid: { '1': { 224: 73.456 }, '0.75': { 224: 71.18 } } },
  'shufflenet-v2': {
    source: torchvision,
    grid: { '0.5': { 224: 60.552 }, '1': { 224: 69.362 }, '1.5': { 224: 72.996 }, '2': { 224: 76.23 } },
  },
  'efficientnet-b0': { source: torchvision, grid: { '1': { 224: 77.692 } } },
};

/** Options that make another network than the one whose accuracy was published. */
const changing = ['separable', 'shallow', 'minimalistic', 'classes'];

/** What was published for a network of these options; `undefined` where nothing was. */
export function publishedAccuracy(
  name: string,
  { width = 1, resolution = 224, ...others }: NamedOptions,
): PublishedAccuracy | undefined {
  const family = families[name];
  if (family === undefined || changing.some((option) => others[option] !== undefined)) return undefined;
  const top1 = family.grid[String(width)]?.[String(resolution)];
  return top1 === undefined ? undefined : { top1, source: family.source };
}
