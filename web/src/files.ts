// Where a model's files come from: a server, the hub, or the page.

import { readBlob } from './blob.js';
import { KingletError } from './error.js';
import { ServedFile, type Downloads } from './http.js';
import { openHub } from './listing.js';
import type { WorkerSource } from './protocol.js';
import type { Files, LoadProgress } from './types.js';

/** Opens a source. `signal` ends what is being read. */
export async function openFiles(
  source: WorkerSource,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
): Promise<Files> {
  if ('files' in source) return new HeldFiles(source.files, source.weights);
  const downloads: Downloads = {
    signal,
    onDownload: (name, done, total) => onProgress({ stage: 'download', name, done, total }),
  };
  if ('hub' in source) return new ServedFiles(await openHub(source, downloads), downloads);
  return new ServedFiles(placeOf(new URL(source.url)), downloads);
}

/** A folder on a server. */
export interface Place {
  /** The address of each file's neighbour: names are resolved against it. */
  base: URL;
  /** The folder's name in messages. */
  shown: string;
  /** The weight file that was asked for. */
  weights: string | null;
  /** What there is, where that is known. */
  names: string[] | null;
}

/** The folder that an address stands for: itself, or that of the file. */
function placeOf(url: URL): Place {
  const name = decoded(url.pathname.split('/').at(-1) ?? '');
  const folder = new URL(url);
  if (name) folder.pathname = url.pathname.slice(0, url.pathname.lastIndexOf('/') + 1);
  // What signs an address is nobody's business.
  folder.search = '';
  return { base: url, shown: folder.href, weights: name || null, names: null };
}

/** Files beside one another on a server. */
class ServedFiles implements Files {
  readonly #place: Place;
  readonly #downloads: Downloads;
  /** What was asked for; null where there is none of this name. */
  readonly #files = new Map<string, Promise<ServedFile | null>>();

  constructor(place: Place, downloads: Downloads) {
    this.#place = place;
    this.#downloads = downloads;
  }

  get place(): string {
    return this.#place.shown;
  }

  get weights(): string | null {
    return this.#place.weights;
  }

  async size(name: string): Promise<number | null> {
    return (await this.#open(name))?.size ?? null;
  }

  async read(name: string, start: number, end: number): Promise<Uint8Array> {
    const file = await this.#open(name);
    if (!file) throw new KingletError('invalid-model', `no ${name} in ${this.place}`);
    return file.read(start, end);
  }

  async list(): Promise<string[] | null> {
    return this.#place.names;
  }

  #open(name: string): Promise<ServedFile | null> {
    let file = this.#files.get(name);
    if (!file) {
      const url = address(this.#place, name);
      file = url ? ServedFile.open(url, name, this.#downloads) : Promise.resolve(null);
      this.#files.set(name, file);
    }
    return file;
  }
}

/** Files that the page holds. Parts of them are read when they are asked for. */
class HeldFiles implements Files {
  readonly place = 'the files given';
  readonly weights: string | null;
  readonly #blobs: Record<string, Blob>;

  constructor(blobs: Record<string, Blob>, weights: string | null) {
    this.#blobs = blobs;
    this.weights = weights;
  }

  async size(name: string): Promise<number | null> {
    return this.#find(name)?.size ?? null;
  }

  async read(name: string, start: number, end: number): Promise<Uint8Array> {
    return readBlob(name, this.#find(name) ?? new Blob(), start, end);
  }

  /** As of any folder: what lies in others within it is not meant. */
  async list(): Promise<string[]> {
    const names = Object.keys(this.#blobs);
    const depth = (name: string): number => name.split('/').length;
    const outermost = Math.min(...names.map(depth));
    return names.filter((name) => depth(name) === outermost);
  }

  #find(name: string): Blob | undefined {
    return Object.hasOwn(this.#blobs, name) ? this.#blobs[name] : undefined;
  }
}

/** The address of a file, which may be in a folder within; null where there cannot be one. Names come out of model files:
 * they do not lead elsewhere. */
function address({ base, weights, names }: Place, name: string): URL | null {
  if (names && !names.includes(name)) return null;
  // As it was given: it may be signed.
  if (!names && name === weights) return base;
  const steps = name.split('/');
  if (steps.some((step) => ['', '.', '..'].includes(step))) return null;
  const url = new URL(base);
  url.pathname = base.pathname.slice(0, base.pathname.lastIndexOf('/') + 1) + steps.map(encodeURIComponent).join('/');
  return url;
}

/** A part of an address as it was before it was escaped, where it was. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
