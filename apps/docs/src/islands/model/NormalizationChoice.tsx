import type { Language } from '../../lib/frame.js';
import { runWords } from '../run/words.js';
import type { NormalizationName } from './image-input.js';

interface NormalizationChoiceProps {
  readonly choices: readonly NormalizationName[];
  readonly chosen: NormalizationName;
  readonly onChoice: (name: NormalizationName) => void;
  readonly disabled?: boolean;
  readonly language: Language;
}

/** What the bytes of a pixel become. */
export function NormalizationChoice(props: NormalizationChoiceProps) {
  const { choices, chosen, onChoice, disabled = false, language } = props;
  const words = runWords(language);
  return (
    <label class="choice">
      <span>{words.normalization}</span>
      <select
        value={chosen}
        disabled={disabled}
        onChange={({ currentTarget }) => onChoice(choices[currentTarget.selectedIndex]!)}
      >
        {choices.map((name) => (
          <option key={name} value={name}>
            {words.normalizations[name]}
          </option>
        ))}
      </select>
    </label>
  );
}
