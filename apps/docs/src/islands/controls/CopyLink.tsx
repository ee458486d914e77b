import { CopyButton } from './CopyButton.js';

/** What the link and the button say. */
export interface LinkWords {
  readonly link: string;
  readonly copy: string;
  readonly copied: string;
}

/** A link that keeps the settings, and a button that copies it where the browser lets a page do so. */
export function CopyLink({ query, words }: { readonly query: string; readonly words: LinkWords }) {
  return (
    <>
      <a href={query} data-field="link">
        {words.link}
      </a>
      <CopyButton text={() => new URL(query, location.href).href} words={words} />
    </>
  );
}
