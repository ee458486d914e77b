import type { NetworkFile } from './network-files.js';
import { useObjectUrl } from './use-object-url.js';

interface SavedFileProps {
  readonly file: NetworkFile;
  readonly words: {
    save(name: string): string;
    notWritten(name: string): string;
  };
}

/** A link that saves a file, or the sentence that says why there is none. */
export function SavedFile({ file, words }: SavedFileProps) {
  const { name, bytes, why } = file;
  const url = useObjectUrl(bytes && blobOf(bytes));
  if (why !== undefined)
    return (
      <p class="explorer-note">
        {words.notWritten(name)} <span lang="en">{why}</span>
      </p>
    );
  return (
    <a class="quiet-button" href={url} download={name}>
      {words.save(name)}
    </a>
  );
}

const blobs = new WeakMap<Uint8Array, Blob>();

/** The same bytes are the same file, so that its address stays. */
function blobOf(bytes: Uint8Array<ArrayBuffer>): Blob {
  const known = blobs.get(bytes) ?? new Blob([bytes], { type: 'application/octet-stream' });
  blobs.set(bytes, known);
  return known;
}
