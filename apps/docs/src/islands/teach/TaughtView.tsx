import type { Language } from '../../lib/frame.js';
import { percent } from '../../lib/numbers.js';
import { Tile } from '../explorer/Tile.js';
import { SavedFile } from '../model/SavedFile.js';
import type { Taught } from './protocol.js';
import type { TeachWords } from './words.js';

interface TaughtViewProps {
  readonly taught: Taught;
  readonly words: TeachWords;
  readonly language: Language;
}

/** How well it has learnt, what it takes for what, and its files. */
export function TaughtView({ taught, words, language }: TaughtViewProps) {
  const { classes, heldBack, confusion, accuracy, reopened, files } = taught;
  return (
    <>
      <p>{words.done(taught.images, taught.features, taught.seconds.toFixed(1))}</p>
      <dl class="tiles">
        <Tile
          name={words.accuracy}
          value={percent(accuracy, language)}
          note={heldBack > 0 ? words.heldBack(heldBack) : words.notHeldBack}
        />
        <Tile
          name={words.reopened}
          value={`${reopened.same} / ${reopened.of}`}
          note={words.reopenedNote(reopened.named)}
        />
      </dl>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="layer-table-frame" aria-label={words.confusion} tabIndex={0}>
        <table class="layer-table teach-confusion">
          <caption>{words.confusion}</caption>
          <thead>
            <tr>
              <td />
              {classes.map((name) => (
                <th key={name} scope="col" class="number">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {classes.map((name, row) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {confusion[row]!.map((count, column) => (
                  <td key={classes[column]} class={row === column ? 'number teach-right' : 'number'}>
                    {count}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p class="teach-buttons">
        {files.map((file) => (
          <SavedFile key={file.name} file={file} words={words} />
        ))}
      </p>
    </>
  );
}
