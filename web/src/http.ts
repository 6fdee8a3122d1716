// Files on servers, read by ranges. A server that sends no ranges sends the file once, and the browser keeps it.

import { readBlob } from './blob.js';
import { KingletError, reason } from './error.js';

/** What a caller knows of downloads. */
export interface Downloads {
  signal: AbortSignal;
  /** Told of files that come whole. */
  onDownload: (name: string, done: number, total: number) => void;
}

/** The first request asks for as much. It is what a GGUF file without a vocabulary takes to open, and most `.json`. */
const FIRST_BYTES = 64 << 10;
/** How often in a row a request may fail without a byte. */
const TRIES = 5;
/** How often a request with a range may fail before one without is tried. */
const RANGE_TRIES = 2;
const FIRST_WAIT = 200;
const LONGEST_WAIT = 10_000;
/** What comes whole is handed to the browser in pieces of this size: it may keep them on disk. */
const PIECE_BYTES = 8 << 20;

/** A file whose size is known. */
export class ServedFile {
  readonly size: number;
  readonly #name: string;
  readonly #body: Ranges | Blob;

  private constructor(name: string, size: number, body: Ranges | Blob) {
    this.#name = name;
    this.size = size;
    this.#body = body;
  }

  /** Asks for a file; null where the server has none. */
  static async open(url: URL, name: string, downloads: Downloads): Promise<ServedFile | null> {
    const asking = new Asking(name, downloads.signal);
    const range = { start: 0, end: FIRST_BYTES };
    const response = await asking.until(url, range);
    if (isAbsent(name, response)) {
      await response.body?.cancel();
      return null;
    }
    const { start, total } = contentRange(response);
    // Nothing is no range.
    if (response.status === 416 && total === 0) return new ServedFile(name, 0, new Blob());
    // Of a range whose place cannot be read, as other origins may have it, nothing is known; and one of compressed
    // bytes is none of the file's.
    if (response.status !== 206 || start !== 0 || total === undefined || response.headers.has('content-encoding')) {
      const blob = await whole(asking, url, response, downloads);
      return new ServedFile(name, blob.size, blob);
    }
    const ranges = new Ranges(asking, url, response, total);
    await ranges.begin(response, Math.min(FIRST_BYTES, total));
    return new ServedFile(name, total, ranges);
  }

  /** The bytes from `start` to `end`, which lie within the size. */
  async read(start: number, end: number): Promise<Uint8Array> {
    if (this.#body instanceof Ranges) return this.#body.read(start, end);
    return readBlob(this.#name, this.#body, start, end);
  }
}

interface Range {
  start: number;
  end: number;
}

/** Asks for a file, and again where that may help. */
class Asking {
  readonly name: string;
  readonly #signal: AbortSignal;

  constructor(name: string, signal: AbortSignal) {
    this.name = name;
    this.#signal = signal;
  }

  /** The first answer that is one. */
  async until(url: URL, range?: Range): Promise<Response> {
    for (let failed = 1; ; failed += 1) {
      try {
        return await this.once(url, range).catch((error: unknown) => {
          if (range && error instanceof TypeError && failed >= RANGE_TRIES) return this.#without(range, url);
          throw error;
        });
      } catch (error) {
        await this.again(error, failed);
      }
    }
  }

  /** Where requests with a range do not get through, as between origins, the answer to one without. They fail just so
   * while there is no connection, so that it must be the range alone: one with it is tried again where one without works. */
  async #without(range: Range, url: URL): Promise<Response> {
    const whole = await this.once(url);
    try {
      const part = await this.once(url, range);
      await whole.body?.cancel();
      return part;
    } catch (error) {
      if (error instanceof TypeError) return whole;
      await whole.body?.cancel();
      throw error;
    }
  }

  /** One answer. What a server says that is busy is an error. */
  async once(url: URL, range?: Range): Promise<Response> {
    // Chrome's cache lets one request for parts of a file through at a time, and shows the ETag that it has stored with
    // the bytes of a file that has changed since.
    const part: RequestInit = range ? { headers: { range: `bytes=${range.start}-${range.end - 1}` }, cache: 'no-store' } : {};
    const response = await fetch(url, { ...part, signal: this.#signal });
    if (response.status !== 429 && response.status < 500) return response;
    await response.body?.cancel();
    throw new Busy(response);
  }

  /** Waits a while before the next try, or fails. */
  async again(error: unknown, failed: number): Promise<void> {
    if (error instanceof KingletError) throw error;
    if (this.#signal.aborted) throw new KingletError('aborted', 'aborted by the caller', { cause: this.#signal.reason });
    if (failed >= TRIES) {
      throw new KingletError('download-failed', `${this.name} cannot be fetched: ${reason(error)}`, { cause: error });
    }
    const asked = error instanceof Busy ? error.seconds * 1e3 : 0;
    const milliseconds = Math.min(Math.max(asked, FIRST_WAIT * 2 ** (failed - 1)), LONGEST_WAIT);
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
  }

  fail(why: string): never {
    throw new KingletError('download-failed', `${this.name} ${why}`);
  }
}

/** A server that asks for patience. */
class Busy extends Error {
  readonly seconds: number;

  constructor(response: Response) {
    super(`HTTP status ${response.status}`);
    this.seconds = Number(response.headers.get('retry-after')) || 0;
  }
}

/** A file that comes by ranges. */
class Ranges {
  readonly #asking: Asking;
  readonly #url: URL;
  /** Where the first answer came from. Hubs redirect to stores, by addresses that hold for a while. */
  #redirected: URL;
  readonly #size: number;
  readonly #version: string;
  /** The file's first bytes. */
  #head = new Uint8Array();

  constructor(asking: Asking, url: URL, first: Response, size: number) {
    this.#asking = asking;
    this.#url = url;
    this.#redirected = new URL(first.url || url);
    this.#size = size;
    this.#version = version(first);
  }

  /** Takes the answer that the file was opened by. */
  async begin(response: Response, end: number): Promise<void> {
    this.#head = await this.#read(0, end, response);
  }

  async read(start: number, end: number): Promise<Uint8Array> {
    if (end <= this.#head.length) return this.#head.slice(start, end);
    const known = this.#head.subarray(start);
    const bytes = await this.#read(start + known.length, end, undefined, known.length);
    bytes.set(known);
    return bytes;
  }

  /** Reads into an array with `room` before what is read. Goes on where an answer broke off. */
  async #read(start: number, end: number, first?: Response, room = 0): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(room + end - start);
    let answer = first;
    let at = start;
    for (let failed = 1; at < end; failed += 1) {
      const before = at;
      try {
        const response = answer ?? (await this.#ask(at, end));
        answer = undefined;
        for await (const piece of pieces(response)) {
          if (piece.length > end - at) this.#asking.fail(`has more than the bytes up to ${end} that were asked for`);
          bytes.set(piece, room + at - start);
          at += piece.length;
        }
        if (at < end) throw new Error(`it broke off after ${at} bytes`);
      } catch (error) {
        if (at > before) failed = 0;
        await this.#asking.again(error, Math.max(failed, 1));
      }
    }
    return bytes;
  }

  /** The answer to a request for this range, which is that range of the file that was opened. */
  async #ask(start: number, end: number): Promise<Response> {
    const url = this.#redirected;
    const response = await this.#asking.once(url, { start, end });
    const found = contentRange(response);
    if (response.status === 206 && found.start === start && found.total === this.#size && version(response) === this.#version) {
      return response;
    }
    await response.body?.cancel();
    if (response.status === 206 && found.start !== undefined && found.start !== start) {
      throw new Error(`the server sends it from byte ${found.start} and not from ${start}`);
    }
    if (response.ok || response.status === 416) this.#asking.fail('has changed while it was read');
    // An address that held for a while.
    if (url.href === this.#url.href) this.#asking.fail(`cannot be fetched: HTTP status ${response.status}`);
    this.#redirected = this.#url;
    throw new Error(`HTTP status ${response.status}`);
  }
}

/** All of a file. `response` is the answer to a request for a part of it. */
async function whole(asking: Asking, url: URL, response: Response, downloads: Downloads): Promise<Blob> {
  const ignored = response.status === 200;
  let answer = ignored ? response : undefined;
  if (!ignored) await response.body?.cancel();
  for (let failed = 1; ; failed += 1) {
    try {
      const given = answer ?? (await asking.until(url));
      answer = undefined;
      if (!given.ok) {
        await given.body?.cancel();
        asking.fail(`cannot be fetched: HTTP status ${given.status}`);
      }
      return await kept(asking.name, given, downloads);
    } catch (error) {
      await asking.again(error, failed);
    }
  }
}

/** A body, handed to the browser piece by piece. */
async function kept(name: string, response: Response, { onDownload }: Downloads): Promise<Blob> {
  // What arrives is longer than what is sent where the server compresses it.
  const sent = response.headers.has('content-encoding') ? 0 : Number(response.headers.get('content-length'));
  const blobs: Blob[] = [];
  let held: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  let done = 0;
  const keep = (): void => {
    blobs.push(new Blob(held));
    held = [];
    bytes = 0;
    onDownload(name, done, Math.max(sent, done));
  };
  for await (const piece of pieces(response)) {
    held.push(piece);
    bytes += piece.length;
    done += piece.length;
    if (bytes >= PIECE_BYTES) keep();
  }
  if (done < sent) throw new Error(`it broke off after ${done} bytes`);
  keep();
  return new Blob(blobs);
}

async function* pieces(response: Response): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = response.body?.getReader();
  try {
    for (;;) {
      const piece = await reader?.read();
      if (!piece || piece.done) return;
      yield piece.value;
    }
  } finally {
    // Nothing is left to cancel where it ended.
    reader?.cancel().catch(() => {});
  }
}

/**
 * Whether an answer says that there is no such file. Servers of single-page applications answer with the page for what
 * is not there, and no file of a model is a page. Stores that do not list their files forbid what is not there: that is
 * an answer for those that a model may do without.
 */
function isAbsent(name: string, response: Response): boolean {
  const page = response.ok && response.headers.get('content-type')?.toLowerCase().startsWith('text/html');
  const needed = name === 'config.json' || (/\.(gguf|safetensors)$/.test(name) && name !== 'model.safetensors');
  return page || response.status === 404 || (response.status === 403 && !needed);
}

/** Where a part lies, as far as it is said: `bytes 0-99/1000`. */
function contentRange(response: Response): { start?: number; total?: number } {
  const [, start, total] = /^bytes (?:(\d+)-\d+|\*)\/(\d+)$/.exec(response.headers.get('content-range') ?? '') ?? [];
  return { ...(start !== undefined && { start: Number(start) }), ...(total !== undefined && { total: Number(total) }) };
}

/** What differs when a file does, as far as it is said. Asking with `If-Range` would need the consent of other origins. */
function version({ headers }: Response): string {
  return headers.get('etag') ?? headers.get('last-modified') ?? '';
}
