import { useState } from 'preact/hooks';
import type { Language } from '../../lib/frame.js';
import { CopyButton } from '../controls/CopyLink.js';
import { embedWords } from './words.js';

interface SnippetProps {
  /** What it is for. */
  readonly label: string;
  readonly code: string;
  /** An address in the code that gets the settings of the page, as they are when the reader comes near. */
  readonly address?: string;
  readonly language: Language;
}

const escaped = (query: string): string => query.replaceAll('&', '&amp;');

/** Code to copy: shown, so that everybody sees what it is. */
export function Snippet({ label, code, address, language }: SnippetProps) {
  const words = embedWords(language);
  const [search, setSearch] = useState('');
  const current = address === undefined ? code : code.replace(address, address + escaped(search));
  const follow = () => setSearch(location.search);
  return (
    <div class="snippet not-content" onPointerEnter={follow} onFocusCapture={follow}>
      <p>
        {label}
        <CopyButton text={() => current} name={words.copyOf(label)} words={words} />
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>
        <code>{current}</code>
      </pre>
    </div>
  );
}
