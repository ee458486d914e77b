import type { LayerCost } from '@sepconv/cost-model';
import { useRef } from 'preact/hooks';
import { short } from '../../lib/numbers.js';
import { type Block, sizeOf, toneOf } from './blocks.js';
import type { ExplorerWords } from './words.js';

interface BlockChartProps {
  readonly blocks: readonly Block[];
  readonly chosen: number;
  readonly onChoose: (index: number) => void;
  readonly words: ExplorerWords;
}

/** What a block gives and costs, in one line. */
export const blockFacts = ({ outputShape, macs, params }: Block, words: ExplorerWords): string =>
  words.block(sizeOf(outputShape), short(macs), short(params));

/** A bar below this share of the highest is still drawn. */
const lowest = 0.006;

const tones = ['standard', 'depthwise', 'pointwise', 'dense', 'other'] as const;

/** A bar of one block, stacked by layer type; as high as its share of the largest block. */
function Stack(props: {
  layers: readonly LayerCost[];
  count: (layer: LayerCost) => number;
  most: number;
  down?: boolean;
}) {
  const { layers, count, most, down = false } = props;
  return (
    <span class={down ? 'stack stack-down' : 'stack'}>
      {tones.map((tone) => {
        const total = layers
          .filter(({ type }) => toneOf(type) === tone)
          .reduce((sum, layer) => sum + count(layer), 0);
        if (total === 0) return null;
        return (
          <span
            key={tone}
            class={`fill-${tone}`}
            style={{ height: `${Math.max(total / most, lowest) * 100}%` }}
          />
        );
      })}
    </span>
  );
}

/** Height and width of a feature map, and its channels, as a small plate: sides by square root, so that all fit. */
function Plate({ shape, most }: { readonly shape: readonly number[]; readonly most: number }) {
  const [height, channels] = shape.length === 4 ? [shape[1]!, shape[3]!] : [1, shape.at(-1)!];
  const style = {
    height: `${Math.max(Math.sqrt(height / most) * 100, 4)}%`,
    width: `${Math.min(100, 14 + Math.sqrt(channels / 1280) * 86)}%`,
  };
  return (
    <span class="plate-frame">
      <span class="plate" style={style} />
    </span>
  );
}

/** One column per block; a column can be chosen with the pointer or the arrow keys. */
export function BlockChart({ blocks, chosen, onChoose, words }: BlockChartProps) {
  const columns = useRef<HTMLDivElement>(null);
  const most = {
    macs: Math.max(...blocks.map(({ macs }) => macs)),
    params: Math.max(...blocks.map(({ params }) => params)),
    height: Math.max(...blocks.map(({ outputShape }) => outputShape[1]!)),
  };
  const move = (event: KeyboardEvent) => {
    const target = { ArrowRight: chosen + 1, ArrowLeft: chosen - 1, Home: 0, End: blocks.length - 1 }[
      event.key
    ];
    if (target === undefined) return;
    event.preventDefault();
    const next = (target + blocks.length) % blocks.length;
    onChoose(next);
    (columns.current?.children[next] as HTMLElement | undefined)?.focus();
  };
  return (
    <>
      <p class="explorer-note">{words.blocksNote(short(most.macs), short(most.params))}</p>
      <div class="block-chart">
        <div
          ref={columns}
          class="block-columns"
          role="radiogroup"
          aria-label={words.chooseBlock}
          style={{ gridTemplateColumns: `repeat(${blocks.length}, minmax(1.5rem, 1fr))` }}
          onKeyDown={move}
        >
          {blocks.map((block, index) => (
            // biome-ignore lint/a11y/useSemanticElements: a column of drawings cannot be an input element
            <button
              key={block.name}
              type="button"
              role="radio"
              aria-checked={index === chosen}
              tabIndex={index === chosen ? 0 : -1}
              aria-label={`${block.name}: ${blockFacts(block, words)}`}
              title={block.name}
              onClick={() => onChoose(index)}
            >
              <Plate shape={block.outputShape} most={most.height} />
              <Stack layers={block.layers} count={(layer) => layer.macs} most={most.macs} />
              <Stack
                layers={block.layers}
                count={(layer) => layer.params.trainable}
                most={most.params}
                down
              />
            </button>
          ))}
        </div>
      </div>
    </>
  );
}
