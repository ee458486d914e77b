/** @file What the explorer can be set to, and how a link keeps it. The networks and their options are mobilenet's. */
import {
  isNetworkName,
  type NamedOptions,
  type NetworkName,
  networkEntry,
  networkNames,
  type OptionSpec,
} from '@sepconv/mobilenet';
import type { QueryForm } from '../../lib/query.js';

/** A network of the explorer. */
export interface ExplorerSettings {
  readonly network: NetworkName;
  readonly width: number;
  readonly resolution: number;
  /** Whether the separable blocks are replaced by standard convolutions. */
  readonly twin: boolean;
}

/** Width multipliers of the papers and their checkpoints. */
const widths: readonly number[] = [0.25, 0.35, 0.5, 0.75, 1, 1.3, 1.4, 1.5, 2];
const resolutions: readonly number[] = [96, 128, 160, 192, 224, 256, 288, 320, 384];

const optionsOf = (network: NetworkName): Readonly<Record<string, OptionSpec>> =>
  networkEntry(network).options;

/** The resolution that a network was published for. */
export const publishedResolution = (network: NetworkName): number =>
  Number(optionsOf(network).resolution!.default);

/** The widths that a network can have; just one when it has no such option. */
export function widthsOf(network: NetworkName): readonly number[] {
  const { width } = optionsOf(network);
  return width === undefined ? [1] : widths.filter((each) => width.accepts(each));
}

/** The resolutions to choose from, the published one among them. */
export function resolutionsOf(network: NetworkName): readonly number[] {
  const all = new Set([...resolutions, publishedResolution(network)]);
  return [...all].filter((size) => optionsOf(network).resolution!.accepts(size)).sort((a, b) => a - b);
}

/** Whether a network has a twin with standard convolutions. */
export const hasTwin = (network: NetworkName): boolean => 'separable' in optionsOf(network);

/** The options with which to build the network: only those that it has. */
export function buildOptions({ network, width, resolution, twin }: ExplorerSettings): NamedOptions {
  return {
    resolution,
    ...('width' in optionsOf(network) ? { width } : {}),
    ...(hasTwin(network) ? { separable: !twin } : {}),
  };
}

/** A network as it was published. */
export const published = (network: NetworkName): ExplorerSettings => ({
  network,
  width: 1,
  resolution: publishedResolution(network),
  twin: false,
});

/** How a link keeps the network; what does not fit is as it was published. */
export const explorerForm: QueryForm<ExplorerSettings> = {
  defaults: published(networkNames[0]!),
  read: (query) => {
    const name = query.get('network') ?? '';
    const network = isNetworkName(name) ? name : networkNames[0]!;
    const width = Number(query.get('width'));
    const resolution = Number(query.get('resolution'));
    return {
      network,
      width: widthsOf(network).includes(width) ? width : 1,
      resolution: resolutionsOf(network).includes(resolution) ? resolution : publishedResolution(network),
      twin: hasTwin(network) && query.get('twin') === 'yes',
    };
  },
  write: ({ network, width, resolution, twin }) => ({
    network,
    width: `${width}`,
    resolution: `${resolution}`,
    twin: twin ? 'yes' : 'no',
  }),
};
