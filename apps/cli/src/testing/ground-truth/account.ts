/** @file Every published number counted again: under the convention of its source, or listed as what it is. */
import {
  type ConventionName,
  costOf,
  countUnder,
  type LayerCost,
  type LayerType,
  type NetworkCost,
} from '@sepconv/cost-model';
import type { Graph } from '@sepconv/graph';
import { buildNetwork, isNetworkName } from '@sepconv/mobilenet';
import { type Identity, identify, type Row } from './rows.js';

/** What became of a row. */
export interface Account {
  readonly row: Row;
  readonly status: 'reproduced' | 'unexplained' | 'not built';
  /** The convention that gives the number, with what else has to be said. */
  readonly convention?: string;
  /** The exact count under it, or under the first that was tried. */
  readonly exact?: number;
  /** How the source shortened the exact count. */
  readonly digits?: 'exact' | 'rounded' | 'truncated';
  /** Whether the convention was chosen after seeing the number. */
  readonly isHypothesis?: boolean;
  readonly note?: string;
}

/** A way of counting to try, with a name for the page. */
interface Attempt {
  readonly name: string;
  readonly count: number;
}

/** The same network with so many features before the classifier. */
function withHead(graph: Graph, features: number): Graph {
  const widths: Readonly<Record<string, (shape: readonly number[]) => number[]>> = {
    'head/features/weight': ([inputs = 0]) => [inputs, features],
    'head/features/bias': () => [features],
    'head/logits/weight': ([, classes = 0]) => [features, classes],
  };
  return {
    ...graph,
    parameters: graph.parameters.map((parameter) => {
      const widen = widths[parameter.name];
      return widen === undefined ? parameter : { ...parameter, shape: widen(parameter.shape) };
    }),
  };
}

function costOfIdentity(identity: Extract<Identity, { network: string }>): NetworkCost {
  const graph = buildNetwork<string>(identity.network, identity.options);
  return costOf(identity.widerHead === undefined ? graph : withHead(graph, identity.widerHead));
}

/** The layer types of the MobileNet paper's table 2. */
const paperTypes: Readonly<Record<string, LayerType>> = {
  'pw 1x1': 'pointwise',
  'dw 3x3': 'depthwise',
  'conv 3x3': 'standard',
  fc: 'dense',
};

const isStem = ({ name }: LayerCost): boolean => name.startsWith('stem/');
const isClassifier = ({ type }: LayerCost): boolean => type === 'dense';

function macsWithout(cost: NetworkCost, leaveOut: (layer: LayerCost) => boolean): number {
  return cost.layers.reduce((sum, layer) => sum + (leaveOut(layer) ? 0 : layer.macs), 0);
}

/** The conventions that a source is tried with, in this order. */
function conventionsOf({ source, metric }: Row): readonly ConventionName[] {
  if (source.startsWith('pytorch/vision')) return ['torchvision'];
  if (/pytorch-image-models/.test(source)) return ['timm'];
  if (/slim/.test(source)) return ['slim'];
  if (/keras/i.test(source)) return metric === 'params_trainable_exact' ? ['exact'] : ['keras'];
  return ['paper', 'exact'];
}

function attemptsFor(row: Row, cost: NetworkCost): Attempt[] {
  const { metric } = row;
  const share = /^(mac|param)_share_pct (.+)$/.exec(metric);
  if (share !== null) {
    const part = cost.byType.find(({ type }) => type === paperTypes[share[2] as string]);
    const value = share[1] === 'mac' ? part?.macShare : part?.paramShare.weights;
    return [{ name: 'paper', count: 100 * (value ?? 0) }];
  }
  const key = metric.startsWith('params') ? 'params' : metric.startsWith('macts') ? 'activations' : 'macs';
  const names = conventionsOf(row);
  const attempts = names.map((name) => ({ name, count: countUnder(name, cost).totals[key] }));
  if (key !== 'macs') return attempts;
  const [first] = names as [ConventionName];
  // Where a source left something out, that is tried after everything else.
  return [
    ...attempts,
    { name: `${first}, without the classifier`, count: macsWithout(cost, isClassifier) },
    { name: `${first}, without the stem convolution`, count: macsWithout(cost, isStem) },
  ];
}

const units: Readonly<Record<string, number>> = { M: 1e6, G: 1e9 };

function unitOf(metric: string): number {
  const suffix = /_([MG])$/.exec(metric)?.[1];
  return suffix === undefined ? 1 : (units[suffix] ?? 1);
}

/** Digits behind the point that a table prints: the most that any of its numbers of this kind and family has. */
function decimalsOf(row: Row, rows: readonly Row[]): number {
  const family = (model: string): string => model.replace(/[\d.]+(_\d+)?$/, '').slice(0, 12);
  const alike = rows.filter(
    (other) =>
      other.source === row.source && other.metric === row.metric && family(other.model) === family(row.model),
  );
  return Math.max(...alike.map(({ published }) => (String(published).split('.')[1] ?? '').length));
}

function digitsOf(published: number, value: number, decimals: number): Account['digits'] | undefined {
  if (value === published) return 'exact';
  const scale = 10 ** decimals;
  if (Math.round(value * scale) === Math.round(published * scale)) return 'rounded';
  return Math.floor(value * scale + 1e-9) === Math.round(published * scale) ? 'truncated' : undefined;
}

function accountFor(row: Row, rows: readonly Row[]): Account {
  const identity = identify(row);
  const note = row.explain === undefined ? {} : { note: row.explain };
  if ('notBuilt' in identity || !isNetworkName(identity.network))
    return { row, status: 'not built', ...note };
  const cost = costOfIdentity(identity);
  const decimals = decimalsOf(row, rows);
  const head = identity.widerHead === undefined ? '' : ` with ${identity.widerHead} features in the head`;
  const attempts = attemptsFor(row, cost);
  const fitsOf = ({ name, count }: Attempt) => ({
    name,
    count,
    digits: digitsOf(row.published, count / unitOf(row.metric), decimals),
  });
  const fitting = attempts.map(fitsOf).filter(({ digits }) => digits !== undefined);
  // What is complete is likelier than what leaves out a part, and what is rounded likelier than what is truncated.
  const rank = ({ name, digits }: ReturnType<typeof fitsOf>): number =>
    (name.includes('without') ? 10 : 0) + (digits === 'exact' ? 0 : digits === 'rounded' ? 1 : 2);
  const [fit] = fitting.toSorted((a, b) => rank(a) - rank(b));
  if (fit?.digits !== undefined) {
    const isHypothesis =
      row.definition_chosen_after_seeing_number === true || head !== '' || fit.name !== attempts[0]?.name;
    const { name, count, digits } = fit;
    return {
      row,
      status: 'reproduced',
      convention: `${name}${head}`,
      exact: count,
      digits,
      isHypothesis,
      ...note,
    };
  }
  return { row, status: 'unexplained', exact: attempts[0]?.count ?? 0, ...note };
}

/** Every row, accounted for: none is left out. */
export function accountForAll(rows: readonly Row[]): Account[] {
  return rows.map((row) => accountFor(row, rows));
}
