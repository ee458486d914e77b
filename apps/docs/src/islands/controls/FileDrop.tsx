import { useEffect, useState } from 'preact/hooks';

interface FileDropProps {
  /** What to drop; names the control. */
  readonly title: string;
  readonly hint: string;
  /** As of `<input type="file">`. */
  readonly accept: string;
  readonly onFile?: (file: File) => void;
  /** Takes several at once, instead of one. */
  readonly onFiles?: (files: readonly File[]) => void;
  readonly disabled?: boolean;
}

/** A browser leaves the page for a file that is dropped beside the field; here it stays. */
function useNoNavigation(): void {
  useEffect(() => {
    const stop = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
    };
    window.addEventListener('dragover', stop);
    window.addEventListener('drop', stop);
    return () => {
      window.removeEventListener('dragover', stop);
      window.removeEventListener('drop', stop);
    };
  }, []);
}

/** A field that takes a file: dropped on it, or chosen with a click or the keyboard. The file stays in the browser. */
export function FileDrop({ title, hint, accept, onFile, onFiles, disabled = false }: FileDropProps) {
  const [over, setOver] = useState(false);
  useNoNavigation();
  const take = (files: FileList | null | undefined) => {
    const [file] = files ?? [];
    if (file === undefined || disabled) return;
    onFile?.(file);
    onFiles?.([...(files as FileList)]);
  };
  return (
    <label
      class={over && !disabled ? 'drop drop-over' : 'drop'}
      onDragEnter={() => setOver(true)}
      onDragOver={(event) => event.preventDefault()}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer?.files);
      }}
    >
      <input
        type="file"
        accept={accept}
        multiple={onFiles !== undefined}
        disabled={disabled}
        onChange={({ currentTarget }) => {
          take(currentTarget.files);
          // The same file again is a change too.
          currentTarget.value = '';
        }}
      />
      <span class="drop-title">{title}</span>
      <span class="drop-hint">{hint}</span>
    </label>
  );
}
