/**
 * @file The files that are packed into a TFLite file: a zip archive behind its bytes, as lists of labels are. Source: APPNOTE.TXT of
 * PKWARE, sections 4.3.12 and 4.3.16; offsets may count from the archive's beginning or from the file's.
 */
import { inflateSync } from 'fflate';

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
const endBytes = 22;
const entryBytes = 46;
const localBytes = 30;

/** More than any list of labels has. */
const maxFiles = 1000;
const maxFileBytes = 2 ** 24;

/** Gives the bytes of a packed file; `undefined` where it is not there or cannot be unpacked. */
export type AssociatedFiles = (name: string) => Uint8Array | undefined;

/** Where the archive's last record begins: it may have a comment behind it. */
function findEnd(view: DataView): number | undefined {
  const last = view.byteLength - endBytes;
  for (let at = last; at >= Math.max(0, last - 0xffff); at--) {
    if (view.getUint32(at, true) === endSignature) return at;
  }
  return undefined;
}

/** An entry of the directory. */
interface Entry {
  readonly isDeflated: boolean;
  readonly start: number;
  readonly packed: number;
  readonly size: number;
}

function readEntries(bytes: Uint8Array, view: DataView): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  const end = findEnd(view);
  if (end === undefined) return entries;
  const count = Math.min(maxFiles, view.getUint16(end + 10, true));
  const size = view.getUint32(end + 12, true);
  // What stands in front of an archive whose offsets count from its own beginning.
  const shift = end - size - view.getUint32(end + 16, true);
  let at = end - size;
  for (let i = 0; i < count && at >= 0 && at + entryBytes <= end; i++) {
    if (view.getUint32(at, true) !== entrySignature) break;
    const nameLength = view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(bytes.subarray(at + entryBytes, at + entryBytes + nameLength));
    const method = view.getUint16(at + 10, true);
    if (method === 0 || method === 8) {
      entries.set(name, {
        isDeflated: method === 8,
        start: shift + view.getUint32(at + 42, true),
        packed: view.getUint32(at + 20, true),
        size: view.getUint32(at + 24, true),
      });
    }
    at += entryBytes + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

function unpack(bytes: Uint8Array, view: DataView, entry: Entry): Uint8Array | undefined {
  const { isDeflated, start, packed, size } = entry;
  if (size > maxFileBytes || !(start >= 0 && start + localBytes <= bytes.length)) return undefined;
  if (view.getUint32(start, true) !== localSignature) return undefined;
  const from = start + localBytes + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
  if (from + packed > bytes.length) return undefined;
  const content = bytes.subarray(from, from + packed);
  if (!isDeflated) return packed === size ? content : undefined;
  try {
    return inflateSync(content, { out: new Uint8Array(size) });
  } catch {
    return undefined;
  }
}

/** The files that are packed into a TFLite file. */
export function associatedFiles(bytes: Uint8Array): AssociatedFiles {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let entries: Map<string, Entry> | undefined;
  return (name) => {
    entries ??= readEntries(bytes, view);
    const entry = entries.get(name);
    return entry === undefined ? undefined : unpack(bytes, view, entry);
  };
}
