import { KingletError, reason } from './error.js';

/** A part of what the browser keeps. A file on disk may have changed since a page got it; browsers then refuse to read it. */
export async function readBlob(name: string, blob: Blob, start: number, end: number): Promise<Uint8Array> {
  try {
    return new Uint8Array(await blob.slice(start, end).arrayBuffer());
  } catch (error) {
    throw new KingletError('unreadable-file', `${name} cannot be read: ${reason(error)}`, { cause: error });
  }
}
