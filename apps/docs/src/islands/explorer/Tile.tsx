import type { NetworkCost } from '@sepconv/cost-model';
import type { Language } from '../../lib/frame.js';
import { exact } from '../../lib/numbers.js';
import type { ExplorerWords } from './words.js';

interface TileProps {
  readonly name: string;
  readonly value: string;
  readonly note: string;
}

/** One number with its name above and what it means below; belongs into a `<dl class="tiles">`. */
export const Tile = ({ name, value, note }: TileProps) => (
  <div class="tile">
    <dt>{name}</dt>
    <dd>
      <b>{value}</b> <span>{note}</span>
    </dd>
  </div>
);

interface ParamsTileProps extends Pick<NetworkCost['totals'], 'params'> {
  readonly words: ExplorerWords;
  readonly language: Language;
}

/** The parameters, with what a checkpoint stores and what runs, where a network has BatchNorm and these differ. */
export function ParamsTile({ params, words, language }: ParamsTileProps) {
  const [trainable, total, folded] = [params.trainable, params.total, params.folded].map((count) =>
    exact(count, language),
  ) as [string, string, string];
  const note = total === folded ? words.paramsAll : words.paramsNote(total, folded);
  return <Tile name={words.params} value={trainable} note={note} />;
}
