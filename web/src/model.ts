import { Connection, aborted } from './connection.js';
import { KingletError } from './error.js';
import type { Event, WorkerSource } from './protocol.js';
import { TokenStream } from './stream.js';
import type {
  DeviceFacts,
  ForwardOptions,
  GenerateOptions,
  LoadOptions,
  ModelFacts,
  ModelSource,
  Outputs,
} from './types.js';

/** Loads a model, in a worker of its own. */
export async function load(source: ModelSource, options: LoadOptions = {}): Promise<Model> {
  const { onProgress, signal, tier, limits, ...engine } = options;
  if (signal?.aborted) throw aborted(signal);
  const connection = new Connection();
  const onEvent = (event: Event): void => {
    if (event.type === 'progress') onProgress?.(event.progress);
  };
  const device = { ...(tier && { tier }), ...(limits && { limits }) };
  const request = { type: 'load', source: portable(source), device, options: engine } as const;
  try {
    return new Model(connection, await connection.ask(request, 'loaded', { signal, onEvent }));
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** A model on the GPU. */
export class Model implements AsyncDisposable {
  /** What the model is. */
  readonly info: ModelFacts;
  /** What it runs on. */
  readonly device: DeviceFacts;
  /** How long it took to fetch it and to bring it to the GPU. */
  readonly loadMilliseconds: number;
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection, { info, device, milliseconds }: Extract<Event, { type: 'loaded' }>) {
    this.#connection = connection;
    this.info = info;
    this.device = device;
    this.loadMilliseconds = milliseconds;
  }

  /** Runs a sequence once and returns the rows of every output: the logits, and the taps that `load` asked for. */
  async forward(tokens: Iterable<number>, { rows = 'all', signal }: ForwardOptions = {}): Promise<Outputs> {
    const request = { type: 'forward', tokens: ids(tokens), last: rows === 'last' } as const;
    return (await this.#connection.ask(request, 'outputs', { signal })).outputs;
  }

  /** Continues a prompt. */
  generate(tokens: Iterable<number>, options: GenerateOptions = {}): TokenStream {
    return new TokenStream(this.#connection, ids(tokens), options);
  }

  /** Gives back all that the model holds. Calls that are under way fail. */
  close(): void {
    this.#connection.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}

function portable(source: ModelSource): WorkerSource {
  if ('url' in source) {
    const url = new URL(source.url, location.href);
    if (!url.pathname.endsWith('/')) url.pathname += '/';
    return { url: url.href };
  }
  const blob = ([name, file]: [string, BlobPart]): [string, Blob] => [name, file instanceof Blob ? file : new Blob([file])];
  return { files: Object.fromEntries(Object.entries(source.files).map(blob)) };
}

function ids(tokens: Iterable<number>): Uint32Array {
  const list = [...tokens];
  const wrong = list.find((id) => !Number.isInteger(id) || id < 0 || id > 0xffff_ffff);
  if (wrong !== undefined) throw new KingletError('invalid-argument', `${wrong} is not a token id`);
  return Uint32Array.from(list);
}
