// What callers give, checked before anything is started for it. Callers need not write TypeScript.

import { KingletError } from './error.js';
import type { WorkerSource } from './protocol.js';
import type { ModelSource } from './types.js';

/** Throws what a caller who asks for what cannot be gets. */
export function refuse(message: string, cause?: unknown): never {
  throw new KingletError('invalid-argument', message, { cause });
}

/** Options that are an object, with a signal that is one. */
export function checked<T extends { signal?: AbortSignal | undefined }>(options: T): T {
  if (typeof options !== 'object' || options === null) refuse('options must be an object');
  const { signal } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal)) refuse('signal must be an AbortSignal');
  return options;
}

/** A source as a worker can have it. */
export function portable(source: ModelSource): WorkerSource {
  if (typeof source === 'object' && source !== null) {
    if ('url' in source) return { url: place(source.url) };
    const { files } = source;
    if (typeof files === 'object' && files !== null) return { files: Object.fromEntries(Object.entries(files).map(blob)) };
  }
  return refuse('a model comes from { url } or { files }');
}

/** Token ids, each of which is one. */
export function tokenIds(tokens: Iterable<number>): Uint32Array {
  if (typeof tokens?.[Symbol.iterator] !== 'function') refuse('tokens must be an array or another iterable');
  const list = [...tokens];
  const wrong = list.findIndex((id) => !Number.isInteger(id) || id < 0 || id > 0xffff_ffff);
  if (wrong >= 0) refuse(`${String(list[wrong])} is not a token id, a whole number from 0 to ${0xffff_ffff}`);
  return Uint32Array.from(list);
}

/** The address of a GGUF file, or of a folder. */
function place(address: string | URL): string {
  if (typeof address !== 'string' && !(address instanceof URL)) refuse('url must be a string or a URL');
  try {
    const url = new URL(address, location.href);
    if (!url.pathname.endsWith('/') && !url.pathname.endsWith('.gguf')) url.pathname += '/';
    return url.href;
  } catch (error) {
    return refuse(`${JSON.stringify(String(address))} is not an address`, error);
  }
}

function blob([name, file]: [string, BlobPart]): [string, Blob] {
  return [name, file instanceof Blob ? file : new Blob([file])];
}
