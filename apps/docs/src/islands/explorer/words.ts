/** @file The words of the network explorer, in both languages. */
import type { LayerType } from '@sepconv/cost-model';
import type { Language } from '../../lib/frame.js';

const en = {
  title: 'Network explorer',
  family: 'Network',
  width: 'Width',
  resolution: 'Resolution',
  twin: 'standard convolutions instead of separable ones',
  link: 'Link to this network',
  copy: 'Copy link',
  copied: 'Copied',
  macs: 'Multiply-adds',
  params: 'Parameters',
  paramsAll: 'all of them trainable',
  paramsNote: (total: string, folded: string) =>
    `trainable; ${total} stored, ${folded} with BatchNorm folded`,
  flopsNote: (flops: string) => `${flops}FLOP, at 2 per multiply-add`,
  weightBytes: 'Weights',
  activationBytes: 'Activations',
  bytesNote: 'float32, as stored',
  activationsNote: 'float32, all results together',
  twinNote: (macs: string, params: string) =>
    `The same network with standard convolutions: ${macs} times the multiply-adds, ${params} times the parameters.`,
  shares: 'Share of each layer type',
  sharesNote: 'In numbers: of the multiply-adds / of the parameters.',
  blocks: 'The network, block by block',
  blocksNote: (macs: string, params: string) =>
    `Top: the size of what a block hands on. Upward: its multiply-adds, up to ${macs}. Downward: its parameters, up to ${params}. Choose a block to see its layers.`,
  chooseBlock: 'Blocks',
  block: (size: string, macs: string, params: string) =>
    `output ${size}, ${macs} multiply-adds, ${params} parameters`,
  layersOf: (name: string) => `Layers of ${name}`,
  allLayers: (count: number) => `All ${count} layers`,
  layer: 'Layer',
  type: 'Type',
  size: 'Input → output',
  types: {
    standard: 'standard',
    grouped: 'grouped',
    depthwise: 'depthwise',
    pointwise: 'pointwise',
    separable: 'separable',
    dense: 'dense',
    'batch-norm': 'BatchNorm',
    'layer-norm': 'LayerNorm',
    activation: 'activation',
    pooling: 'pooling',
    elementwise: 'elementwise',
    other: 'other',
  } satisfies Record<LayerType, string> as Record<LayerType, string>,
};

/** The words of one language. */
export type ExplorerWords = typeof en;

const zh: ExplorerWords = {
  title: '网络结构一览',
  family: '网络',
  width: '宽度乘子',
  resolution: '分辨率',
  twin: '用标准卷积代替可分离卷积',
  link: '此网络的链接',
  copy: '复制链接',
  copied: '已复制',
  macs: '乘加次数',
  params: '参数',
  paramsAll: '全部可训练',
  paramsNote: (total, folded) => `可训练的；共存储 ${total}，折叠 BatchNorm 后 ${folded}`,
  flopsNote: (flops) => `${flops}FLOP，每次乘加计 2`,
  weightBytes: '权重',
  activationBytes: '激活',
  bytesNote: 'float32，按存储计',
  activationsNote: 'float32，全部结果合计',
  twinNote: (macs, params) => `同一网络换成标准卷积：乘加次数是 ${macs} 倍，参数是 ${params} 倍。`,
  shares: '各类层所占的份额',
  blocks: '逐块看网络',
  sharesNote: '数字依次为：占乘加次数 / 占参数。',
  blocksNote: (macs, params) =>
    `最上方：一块交给下一块的数据有多大。向上：它的乘加次数，最多 ${macs}。向下：它的参数，最多 ${params}。选中一块，可看它的各层。`,
  chooseBlock: '块',
  block: (size, macs, params) => `输出 ${size}，乘加 ${macs}，参数 ${params}`,
  layersOf: (name) => `${name} 的各层`,
  allLayers: (count) => `全部 ${count} 层`,
  layer: '层',
  type: '类型',
  size: '输入 → 输出',
  types: {
    standard: '标准卷积',
    grouped: '分组卷积',
    depthwise: '深度卷积',
    pointwise: '逐点卷积',
    separable: '可分离卷积',
    dense: '全连接',
    'batch-norm': 'BatchNorm',
    'layer-norm': 'LayerNorm',
    activation: '激活',
    pooling: '池化',
    elementwise: '逐元素',
    other: '其他',
  },
};

/** The explorer's words in a language. */
export const explorerWords = (language: Language): ExplorerWords => ({ en, zh })[language];
