/** @file The network that the explorer is set to. */
import { costOf, type NetworkCost } from '@sepconv/cost-model';
import type { Graph } from '@sepconv/graph';
import { buildNetwork } from '@sepconv/mobilenet';
import { buildOptions, type ExplorerSettings } from './settings.js';

/** A network as it is set. */
export const networkGraph = (settings: ExplorerSettings): Graph =>
  buildNetwork(settings.network as string, buildOptions(settings));

/** The cost of a network. */
export const networkCost = (settings: ExplorerSettings): NetworkCost => costOf(networkGraph(settings));
