import type { Language } from '../lib/frame.js';

/** One op of a block, and the channels of what it gives. */
interface Stage {
  readonly name: string;
  readonly tone: 'depthwise' | 'pointwise';
  readonly note: string;
  readonly channels: number;
}

interface BlockShape {
  readonly title: string;
  readonly input: number;
  readonly stages: readonly Stage[];
  readonly shortcut: string | undefined;
}

/** The blocks of MobileNetV1 and V2, with the channel counts of a typical one each. */
const shapes: Readonly<Record<Language, { readonly label: string; readonly blocks: readonly BlockShape[] }>> =
  {
    en: {
      label:
        'Two blocks as bars whose width is the number of channels. MobileNetV1: 128 channels, depthwise, 128, pointwise, ' +
        '256. MobileNetV2: 24 channels, pointwise expansion to 144, depthwise, linear pointwise projection to 24, and the ' +
        'input added to the output.',
      blocks: [
        {
          title: 'MobileNetV1',
          input: 128,
          stages: [
            { name: 'depthwise 3×3', tone: 'depthwise', note: 'BatchNorm, ReLU6', channels: 128 },
            { name: 'pointwise', tone: 'pointwise', note: 'BatchNorm, ReLU6', channels: 256 },
          ],
          shortcut: undefined,
        },
        {
          title: 'MobileNetV2',
          input: 24,
          stages: [
            { name: 'pointwise, expand ×6', tone: 'pointwise', note: 'BatchNorm, ReLU6', channels: 144 },
            { name: 'depthwise 3×3', tone: 'depthwise', note: 'BatchNorm, ReLU6', channels: 144 },
            { name: 'pointwise, project', tone: 'pointwise', note: 'BatchNorm, nothing more', channels: 24 },
          ],
          shortcut: 'add',
        },
      ],
    },
    zh: {
      label:
        '两种块，横条的宽度是通道数。MobileNetV1：128 个通道，深度卷积，128，逐点卷积，256。MobileNetV2：24 个通道，' +
        '逐点卷积扩展到 144，深度卷积，线性的逐点卷积投影回 24，再把输入加到输出上。',
      blocks: [
        {
          title: 'MobileNetV1',
          input: 128,
          stages: [
            { name: '深度卷积 3×3', tone: 'depthwise', note: 'BatchNorm，ReLU6', channels: 128 },
            { name: '逐点卷积', tone: 'pointwise', note: 'BatchNorm，ReLU6', channels: 256 },
          ],
          shortcut: undefined,
        },
        {
          title: 'MobileNetV2',
          input: 24,
          stages: [
            { name: '逐点卷积，扩展 6 倍', tone: 'pointwise', note: 'BatchNorm，ReLU6', channels: 144 },
            { name: '深度卷积 3×3', tone: 'depthwise', note: 'BatchNorm，ReLU6', channels: 144 },
            { name: '逐点卷积，投影', tone: 'pointwise', note: 'BatchNorm，再无其他', channels: 24 },
          ],
          shortcut: '相加',
        },
      ],
    },
  };

const middle = 170;
const barHeight = 16;
const stageHeight = 88;
/** An arrow's head at (0, 0), pointing down or to the right. */
const head = { down: 'm-3.5 -5l3.5 5l3.5 -5', right: 'm-5 -3.5l5 3.5l-5 3.5' } as const;

const Bar = ({ y, channels }: { readonly y: number; readonly channels: number }) => (
  <>
    <rect class="shape-bar" x={middle - channels / 2} y={y} width={channels} height={barHeight} rx={3} />
    <text class="shape-channels" x={middle + channels / 2 + 8} y={y + barHeight - 4}>
      {channels}
    </text>
  </>
);

/** One block from top to bottom. */
function Shape({ title, input, stages, shortcut }: BlockShape) {
  const bottom = 30 + stages.length * stageHeight;
  const left = middle - 100;
  return (
    <g>
      <text class="shape-title" x={middle} y={14}>
        {title}
      </text>
      <Bar y={30} channels={input} />
      {stages.map(({ name, tone, note, channels }, index) => {
        const y = 30 + index * stageHeight;
        return (
          <g key={name}>
            <path
              class="shape-flow"
              d={`M${middle} ${y + barHeight + 4}V${y + 32}M${middle} ${y + 70}V${y + 84}${head.down}`}
            />
            <text class={`shape-op tone-${tone}`} x={middle} y={y + 47}>
              {name}
            </text>
            <text class="shape-note" x={middle} y={y + 63}>
              {note}
            </text>
            <Bar y={y + stageHeight} channels={channels} />
          </g>
        );
      })}
      {shortcut && (
        <>
          <path
            class="shape-flow"
            d={`M${middle - input / 2 - 6} 38H${left}V${bottom + 8}H${middle - input / 2 - 6}${head.right}`}
          />
          <text class="shape-note" x={left - 6} y={(30 + bottom) / 2} text-anchor="end">
            {shortcut}
          </text>
        </>
      )}
    </g>
  );
}

/** MobileNetV1's block beside V2's inverted residual: wide at the ends, or wide in the middle. */
export function BlockShapes({ language }: { readonly language: Language }) {
  const { label, blocks } = shapes[language];
  return (
    <div class="block-shapes" role="img" aria-label={label}>
      {blocks.map((block) => (
        <svg
          key={block.title}
          viewBox={`0 0 340 ${30 + block.stages.length * stageHeight + barHeight + 6}`}
          aria-hidden="true"
        >
          <Shape {...block} />
        </svg>
      ))}
    </div>
  );
}
