import type { ModelFiles } from '../pkg/kinglet_web.js';
import { KingletError, reason } from './error.js';
import type { WorkerSource } from './protocol.js';
import type { LoadProgress } from './types.js';

const INDEX = 'model.safetensors.index.json';

/** A file on its way. */
interface Arriving {
  bytes: number | null;
  pieces: ReadableStream<Uint8Array>;
}

/** Opens a file by name; null where there is none. It need not be there unless it is `required`. */
type Open = (name: string, required: boolean) => Promise<Arriving | null>;

/** Reads the files of a model that the engine has a use for, each piece straight into the engine's memory. */
export async function readFiles(
  source: WorkerSource,
  files: ModelFiles,
  onProgress: (progress: LoadProgress) => void,
): Promise<void> {
  const open = 'url' in source ? openUrl(source.url) : openBlobs(source.files);
  const read = async (name: string, needed: boolean, keep?: Uint8Array[]): Promise<boolean> => {
    const file = await open(name, needed);
    if (file) await append(name, file, files, onProgress, keep);
    return file !== null;
  };
  const required = async (name: string): Promise<void> => {
    if (!(await read(name, true))) throw new KingletError('invalid-model', `the model has no file ${name}`);
  };
  const gguf = ggufFiles(source);
  for (const name of gguf) await required(name);
  if (gguf.length > 0) return;
  await required('config.json');
  await read('generation_config.json', false);
  const index: Uint8Array[] = [];
  const weights = (await read(INDEX, false, index)) ? shards(await new Blob(index as BlobPart[]).text()) : ['model.safetensors'];
  for (const name of weights) await required(name);
}

/** The GGUF files of a source that has some; they need nothing beside them. */
function ggufFiles(source: WorkerSource): string[] {
  const given = 'url' in source ? [decodeURIComponent(new URL(source.url).pathname.split('/').at(-1) ?? '')] : Object.keys(source.files);
  return given.filter((name) => name.endsWith('.gguf')).flatMap((name) => {
    const [, stem, count] = /^(.*)-\d{5}-of-(\d{5})\.gguf$/.exec(name) ?? [];
    if (stem === undefined || 'files' in source) return [name];
    return Array.from({ length: Number(count) }, (_, part) => `${stem}-${String(part + 1).padStart(5, '0')}-of-${count}.gguf`);
  });
}

function openUrl(place: string): Open {
  return async (name, required) => {
    const response = await fetch(new URL(encodeURIComponent(name), place)).catch((error: unknown) => {
      throw new KingletError('download-failed', `${name} cannot be fetched: ${reason(error)}`, { cause: error });
    });
    // Servers of single-page applications answer with the page for what is not there. No file of a model is a page.
    const page = response.ok && response.headers.get('content-type')?.toLowerCase().startsWith('text/html');
    // Stores that do not list their files forbid what is not there.
    const absent = response.status === 404 || (response.status === 403 && !required);
    if (page || absent) {
      await response.body?.cancel();
      return null;
    }
    if (!response.ok || !response.body) {
      throw new KingletError('download-failed', `${name} cannot be fetched: HTTP status ${response.status}`);
    }
    const bytes = Number(response.headers.get('content-length')) || null;
    // What arrives is longer than what is sent where the server compresses it.
    return { bytes: response.headers.has('content-encoding') ? null : bytes, pieces: response.body };
  };
}

function openBlobs(blobs: Record<string, Blob>): Open {
  return async (name) => {
    const blob = blobs[name];
    return blob ? { bytes: blob.size, pieces: blob.stream() } : null;
  };
}

async function append(
  name: string,
  file: Arriving,
  files: ModelFiles,
  onProgress: (progress: LoadProgress) => void,
  keep?: Uint8Array[],
): Promise<void> {
  files.begin(name, file.bytes ?? 0);
  const reader = file.pieces.getReader();
  let loaded = 0;
  for (;;) {
    const piece = await reader.read().catch((error: unknown) => {
      throw new KingletError('download-failed', `${name} broke off: ${reason(error)}`, { cause: error });
    });
    if (piece.done) break;
    files.append(piece.value);
    keep?.push(piece.value);
    loaded += piece.value.length;
    onProgress({ file: name, loaded, total: file.bytes });
  }
}

/** The files that an index names, each once. What is wrong with an index, the engine says. */
function shards(index: string): string[] {
  try {
    const map: unknown = JSON.parse(index).weight_map;
    return [...new Set(Object.values(map as Record<string, unknown>).filter((name) => typeof name === 'string'))];
  } catch {
    return [];
  }
}
