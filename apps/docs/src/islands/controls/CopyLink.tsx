import { useEffect, useState } from 'preact/hooks';

const copiedForMs = 2000;

interface CopyButtonProps {
  /** What is copied, asked when it is. */
  readonly text: () => string;
  /** What a screen reader calls it, where the word alone does not tell one from another. */
  readonly name?: string;
  readonly words: { readonly copy: string; readonly copied: string };
}

/** A button that copies a text, where the browser lets a page do so. */
export function CopyButton({ text, name, words }: CopyButtonProps) {
  const [canCopy, setCanCopy] = useState(false);
  const [copied, setCopied] = useState(false);
  useEffect(() => setCanCopy(navigator.clipboard !== undefined), []);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), copiedForMs);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    await navigator.clipboard.writeText(text());
    setCopied(true);
  };
  return canCopy ? (
    <button
      type="button"
      class="quiet-button"
      aria-label={copied ? undefined : name}
      onClick={() => void copy()}
    >
      <span aria-live="polite">{copied ? words.copied : words.copy}</span>
    </button>
  ) : null;
}

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
