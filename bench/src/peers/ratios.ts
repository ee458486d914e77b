/** @file The ratios that are claimed, and their limits. */

/** A contender on a model. Times in milliseconds; `null` where a contender was refused. */
export interface PeerRow {
  readonly model: string;
  readonly contender: string;
  /** What the timed process runs. */
  readonly engine: string;
  /** What other processes chose in the same run, where they did not agree. */
  readonly alsoLoaded?: readonly string[];
  readonly threads: number;
  /** From a model in memory to ready to run, in a fresh process: the median of the loads. */
  readonly loadMs: number;
  /** The first run of a fresh process: the median. */
  readonly firstMs: number;
  /** Both together, in one process: from a model in memory, or a file's bytes, to the first answer. The median. */
  readonly answerMs: number;
  readonly medianMs: number;
  readonly minMs: number;
  /** At the median: `2 · macs / time`. */
  readonly gflops: number;
  /** How far the slow tenth of the runs lies above the fastest one. */
  readonly spread: number;
  /** The output's largest difference from the reference, over the output's range. */
  readonly relativeError: number;
}

/** A ratio of two rows' times, with its limit where the project promises one. */
export interface Ratio {
  readonly model: string;
  readonly name: string;
  readonly value: number;
  readonly limit?: number;
  readonly ok?: boolean;
}

type Quantity = 'medianMs' | 'loadMs' | 'firstMs';

/** What is divided by what. Of several contenders the fastest counts, or for loading the slowest: no engine is left out. */
interface RatioSpec {
  readonly name: string;
  readonly of: readonly string[];
  readonly by: string;
  readonly quantity: Quantity;
  readonly pick: 'fastest' | 'slowest';
  /** By model; of two the first holds without products of bytes (VNNI), the second with. */
  readonly limits: Readonly<Record<string, number | readonly [number, number]>>;
}

const [v1, v2, v2Integers] = ['v1-1.0-224', 'v2-1.0-224', 'v2-1.0-224-int8'] as const;
const narrow = ['sepconv-simd128', 'sepconv-relaxed'];
const all = [...narrow, 'sepconv-wide'];

/** What integers may take of the time of float32 on the same engine. */
const integersToFloat32 = {
  simd128: { [v2Integers]: 0.8 },
  relaxed: {},
  wide: { [v2Integers]: [0.65, 0.4] },
} as const satisfies Record<string, RatioSpec['limits']>;

/** The table of issue 3, and that of integer networks of issue 14. */
const specs: readonly RatioSpec[] = [
  {
    name: 'best of simd128/relaxed ÷ tfjs-backend-wasm',
    of: narrow,
    by: 'tfjs-backend-wasm',
    quantity: 'medianMs',
    pick: 'fastest',
    limits: { [v1]: 0.7, [v2]: 0.72 },
  },
  {
    name: 'best of simd128/relaxed ÷ onnxruntime-web',
    of: narrow,
    by: 'onnxruntime-web',
    quantity: 'medianMs',
    pick: 'fastest',
    limits: { [v1]: 0.48, [v2]: 0.4 },
  },
  {
    name: 'wide ÷ tfjs-backend-wasm',
    of: ['sepconv-wide'],
    by: 'tfjs-backend-wasm',
    quantity: 'medianMs',
    pick: 'fastest',
    limits: { [v1]: 0.4, [v2]: 0.42 },
  },
  {
    name: 'wide ÷ onnxruntime-node (native)',
    of: ['sepconv-wide'],
    by: 'onnxruntime-node',
    quantity: 'medianMs',
    pick: 'fastest',
    limits: { [v1]: 1.6, [v2]: 1.7 },
  },
  {
    name: 'load, slowest engine ÷ onnxruntime-web',
    of: all,
    by: 'onnxruntime-web',
    quantity: 'loadMs',
    pick: 'slowest',
    limits: { [v1]: 0.12, [v2]: 0.15 },
  },
  {
    name: 'load with engine auto ÷ onnxruntime-web',
    of: ['sepconv-auto'],
    by: 'onnxruntime-web',
    quantity: 'loadMs',
    pick: 'slowest',
    limits: {},
  },
  ...(['simd128', 'relaxed', 'wide'] as const).map(
    (engine): RatioSpec => ({
      name: `${engine} with integers ÷ in float32`,
      of: [`sepconv-${engine}`],
      by: `sepconv-${engine}-float32`,
      quantity: 'medianMs',
      pick: 'fastest',
      limits: integersToFloat32[engine],
    }),
  ),
  {
    name: 'relaxed ÷ litert.js',
    of: ['sepconv-relaxed'],
    by: 'litert.js',
    quantity: 'medianMs',
    pick: 'fastest',
    limits: { [v2Integers]: [0.42, 0.35] },
  },
];

const isOurs = ({ contender }: PeerRow): boolean => contender.startsWith('sepconv-');
const isInFloat32 = ({ contender }: PeerRow): boolean => contender.endsWith('-float32');

function judged(model: string, name: string, value: number, limit: number | undefined): Ratio {
  return { model, name, value, ...(limit === undefined ? {} : { limit, ok: value <= limit }) };
}

/** A row of ours against the fastest peer of its model. */
function toBestPeer(row: PeerRow, rows: readonly PeerRow[]): Ratio[] {
  const peers = rows.filter((other) => other.model === row.model && !isOurs(other));
  const best = peers.sort((a, b) => a.medianMs - b.medianMs)[0];
  if (best === undefined) return [];
  return [
    {
      model: row.model,
      name: `${row.contender} ÷ best peer (${best.contender})`,
      value: row.medianMs / best.medianMs,
    },
  ];
}

/** The first run over a steady one: point 6 of the issue allows 3. */
function firstToSteady(row: PeerRow): Ratio {
  const limit = row.model === v1 || row.model === v2 ? 3 : undefined;
  return judged(row.model, `${row.contender}: first run ÷ steady run`, row.firstMs / row.medianMs, limit);
}

/**
 * All ratios that the rows allow, model by model.
 *
 * @param hasByteProducts of the processor, on which some limits depend.
 */
export function ratiosOf(rows: readonly PeerRow[], hasByteProducts = false): Ratio[] {
  const models = [...new Set(rows.map(({ model }) => model))];
  return models.flatMap((model) => {
    const ofModel = rows.filter((row) => row.model === model);
    const claimed = specs.flatMap(({ name, of, by, quantity, pick, limits }) => {
      const values = ofModel.filter(({ contender }) => of.includes(contender)).map((row) => row[quantity]);
      const divisor = ofModel.find(({ contender }) => contender === by)?.[quantity];
      if (values.length === 0 || divisor === undefined) return [];
      const value = pick === 'fastest' ? Math.min(...values) : Math.max(...values);
      const limit = limits[model];
      const own = typeof limit === 'object' ? limit[hasByteProducts ? 1 : 0] : limit;
      return [judged(model, name, value / divisor, own)];
    });
    const ours = ofModel.filter((row) => isOurs(row) && !isInFloat32(row));
    return [...claimed, ...ours.flatMap((row) => toBestPeer(row, rows)), ...ours.map(firstToSteady)];
  });
}
