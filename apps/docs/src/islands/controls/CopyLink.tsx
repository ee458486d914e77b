import { useEffect, useState } from 'preact/hooks';
/** What the link and the button say. */
export interface LinkWords {
  readonly link: string;
  readonly copy: string;
  readonly copied: string;
}

const copiedForMs = 2000;

/** A link that keeps the settings, and a button that copies it where the browser lets a page do so. */
export function CopyLink({ query, words }: { readonly query: string; readonly words: LinkWords }) {
  const [canCopy, setCanCopy] = useState(false);
  const [copied, setCopied] = useState(false);
  useEffect(() => setCanCopy(navigator.clipboard !== undefined), []);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), copiedForMs);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    await navigator.clipboard.writeText(new URL(query, location.href).href);
    setCopied(true);
  };
  return (
    <>
      <a href={query} data-field="link">
        {words.link}
      </a>
      {canCopy && (
        <button type="button" class="quiet-button" onClick={() => void copy()}>
          <span aria-live="polite">{copied ? words.copied : words.copy}</span>
        </button>
      )}
    </>
  );
}
