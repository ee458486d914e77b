/** @file The published numbers beside the repository, and which network each of them is about. */
import { existsSync, readFileSync } from 'node:fs';
import type { NamedOptions } from '@sepconv/mobilenet';

/** One published number. */
export interface Row {
  readonly model: string;
  readonly metric: string;
  readonly published: number;
  readonly source: string;
  readonly source_kind: string;
  readonly explain?: string;
  readonly definition_chosen_after_seeing_number?: boolean;
}

const file = new URL('../../../../../../shared/ground-truth.json', import.meta.url);

/** Every row; `undefined` when the file is not there. */
export const rows: readonly Row[] | undefined = existsSync(file)
  ? JSON.parse(readFileSync(file, 'utf8')).rows
  : undefined;

/** Why a test that needs {@link rows} is skipped. */
export const absent = '../shared/ground-truth.json is not beside the repository';

/** A built network that a row is about, or the name of one that this project does not build. */
export type Identity =
  | { readonly network: string; readonly options: NamedOptions; readonly widerHead?: number }
  | { readonly notBuilt: string };

const width = (text: string | undefined): NamedOptions => ({ width: Number(text) });

/** Names of timm, torchvision and Keras that follow no pattern. */
const named: Readonly<Record<string, Identity>> = {
  'torchvision:mobilenet_v2': { network: 'mobilenet-v2', options: { variant: 'torchvision' } },
  'torchvision:mobilenet_v3_large': { network: 'mobilenet-v3-large', options: { variant: 'torchvision' } },
  'torchvision:mobilenet_v3_small': { network: 'mobilenet-v3-small', options: { variant: 'torchvision' } },
  'torchvision:efficientnet_b0': { network: 'efficientnet-b0', options: {} },
  'torchvision:convnext_tiny': { network: 'convnext-tiny', options: {} },
  'torchvision:mnasnet0_75': { network: 'mnasnet', options: { width: 0.75 } },
  'torchvision:mnasnet1_0': { network: 'mnasnet', options: {} },
  'torchvision:shufflenet_v2_x1_0': { network: 'shufflenet-v2', options: {} },
  'keras:MobileNet': { network: 'mobilenet-v1', options: {} },
  'keras:MobileNetV2': { network: 'mobilenet-v2', options: {} },
  'keras:MobileNetV3Large': { network: 'mobilenet-v3-large', options: {} },
  'keras:Xception': { network: 'xception', options: {} },
  xception_299: { network: 'xception', options: {} },
  efficientnet_b0_224: { network: 'efficientnet-b0', options: {} },
  mobilenet_v1_standard_conv_224: { network: 'mobilenet-v1', options: { separable: false } },
  mobilenet_v1_shallow_224: { network: 'mobilenet-v1', options: { shallow: true } },
  'timm:tf_mobilenetv3_large_minimal_100': { network: 'mobilenet-v3-large', options: { minimalistic: true } },
  'timm:tf_mobilenetv3_small_minimal_100': { network: 'mobilenet-v3-small', options: { minimalistic: true } },
  'timm:efficientnet_b0': { network: 'efficientnet-b0', options: {} },
  'timm:efficientnet_lite0@224': { network: 'efficientnet-lite0', options: {} },
  'timm:mnasnet_100': { network: 'mnasnet', options: {} },
  'timm:legacy_xception': { network: 'xception', options: {} },
  'MNv4-Conv-S 224': { network: 'mobilenet-v4-conv-small', options: { resolution: 224 } },
  'MNv4-Conv-M 256': { network: 'mobilenet-v4-conv-medium', options: { resolution: 256 } },
};

type Pattern = readonly [expression: RegExp, identify: (match: RegExpExecArray) => Identity];

const patterns: readonly Pattern[] = [
  [
    /^mobilenet_v([12])_([\d.]+)_(\d+)$/,
    (m) => ({ network: `mobilenet-v${m[1]}`, options: { ...width(m[2]), resolution: Number(m[3]) } }),
  ],
  [
    /^mobilenet_v3_(large|small)_(minimalistic_)?([\d.]+)_(\d+)$/,
    (m) => ({
      network: `mobilenet-v3-${m[1]}`,
      options: {
        ...width(m[3]),
        resolution: Number(m[4]),
        ...(m[2] === undefined ? {} : { minimalistic: true }),
      },
    }),
  ],
  [
    /^timm:mobilenetv1_(\d+)(@\d+)?$/,
    (m) => ({ network: 'mobilenet-v1', options: { width: Number(m[1]) / 100 } }),
  ],
  [/^timm:mobilenetv2_(\d+)$/, (m) => ({ network: 'mobilenet-v2', options: { width: Number(m[1]) / 100 } })],
  [
    /^timm:mobilenetv3_(large|small)_(\d+)$/,
    (m) => ({ network: `mobilenet-v3-${m[1]}`, options: { width: Number(m[2]) / 100 } }),
  ],
  [
    /^timm:mobilenetv4_conv_(\w+)@(\d+)$/,
    (m) => ({ network: `mobilenet-v4-conv-${m[1]}`, options: { resolution: Number(m[2]) } }),
  ],
  [/^timm:convnext_(\w+?)(@\d+)?$/, (m) => ({ network: `convnext-${m[1]}`, options: {} })],
  [/^shufflenet_v2_x([\d.]+)$/, (m) => ({ network: 'shufflenet-v2', options: width(m[1]) })],
];

/** Which network a row is about. */
export function identify({ model, source, published }: Row): Identity {
  const known = named[model];
  if (known !== undefined) return known;
  for (const [expression, build] of patterns) {
    const match = expression.exec(model);
    if (match !== null) {
      const identity = build(match);
      // slim's checkpoints of V3-Small end in 1280 features, not in 1024: 2.9 and 2.4 million parameters say so.
      const isSlimSmall = /slim/.test(source) && /^mobilenet_v3_small_[\d.]+_/.test(model) && published !== 0;
      return isSlimSmall && 'network' in identity ? { ...identity, widerHead: 1280 } : identity;
    }
  }
  return { notBuilt: model };
}
