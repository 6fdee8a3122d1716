import { checked, portable, refuse, tokenIds } from './arguments.js';
import { Connection, aborted } from './connection.js';
import type { Event } from './protocol.js';
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
  const { onProgress, signal, tier, limits, ...engine } = checked(options);
  if (onProgress !== undefined && typeof onProgress !== 'function') refuse('onProgress must be a function');
  const files = portable(source);
  if (signal?.aborted) throw aborted(signal);
  const connection = new Connection();
  const onEvent = (event: Event): void => {
    if (event.type === 'progress') onProgress?.(event.progress);
  };
  const device = { ...(tier !== undefined && { tier }), ...(limits !== undefined && { limits }) };
  const request = { type: 'load', source: files, device, options: engine } as const;
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
  async forward(tokens: Iterable<number>, options: ForwardOptions = {}): Promise<Outputs> {
    const { rows = 'all', signal, ...unknown } = checked(options);
    if (rows !== 'all' && rows !== 'last') refuse(`rows is ${JSON.stringify(rows)}; it must be "all" or "last"`);
    const [name] = Object.keys(unknown);
    if (name !== undefined) refuse(`there is no option ${JSON.stringify(name)}; there are rows, signal`);
    const request = { type: 'forward', tokens: tokenIds(tokens), last: rows === 'last' } as const;
    return (await this.#connection.ask(request, 'outputs', { signal })).outputs;
  }

  /** Continues a prompt. */
  generate(tokens: Iterable<number>, options: GenerateOptions = {}): TokenStream {
    return new TokenStream(this.#connection, tokenIds(tokens), checked(options));
  }

  /** Gives back all that the model holds. Calls that are under way fail. */
  close(): void {
    this.#connection.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}
