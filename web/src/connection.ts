import { KingletError, reason } from './error.js';
import type { Event, Request } from './protocol.js';
import type { LoadProgress } from './types.js';

type Distribute<T> = T extends unknown ? Omit<T, 'id'> : never;
/** A request that has no id yet. */
export type Asked = Distribute<Request>;
/** Receives the events of one request, or the error that ends them all. */
type Listener = (event: Event | KingletError) => void;

/** The page's side of a worker: which requests it has not answered yet. */
export class Connection {
  readonly #worker: Worker;
  readonly #listeners = new Map<number, Listener>();
  #requests = 0;
  #broken: KingletError | undefined;

  /** With grammars, or without. */
  constructor(grammars: boolean) {
    this.#worker = start(grammars);
    this.#worker.addEventListener('message', ({ data }: MessageEvent<Event>) => {
      const ends = data.type !== 'progress' && data.type !== 'token';
      const listener = this.#listeners.get(data.id);
      if (ends) this.#listeners.delete(data.id);
      listener?.(data.type === 'failed' ? new KingletError(data.code, data.message) : data);
    });
    // A trap of the engine, or a worker that does not start.
    this.#worker.addEventListener('error', (event) => {
      this.close(new KingletError('internal', event.message || 'the worker could not be started'));
    });
  }

  /** Sends a request and returns its id. */
  send(request: Asked, listener: Listener): number {
    const id = this.#requests++;
    if (this.#broken) {
      const error = this.#broken;
      queueMicrotask(() => listener(error));
    } else {
      this.#listeners.set(id, listener);
      try {
        this.#worker.postMessage({ ...request, id });
      } catch (error) {
        this.#listeners.delete(id);
        throw new KingletError('invalid-argument', `an option cannot go to a worker: ${reason(error)}`, { cause: error });
      }
    }
    return id;
  }

  /** Ends what goes on for this id; its last event is still to come. */
  stop(id: number): void {
    this.#worker.postMessage({ id, type: 'stop' } satisfies Request);
  }

  /** Ends the worker, and with it all that lives on the GPU. Requests that were not answered fail. */
  close(why = new KingletError('closed', 'the model was closed')): void {
    this.#broken ??= why;
    this.#worker.terminate();
    const listeners = [...this.#listeners.values()];
    this.#listeners.clear();
    for (const listener of listeners) listener(why);
  }

  /** Sends a request that has one answer. */
  ask<T extends Event['type']>(
    request: Asked,
    type: T,
    options: { signal?: AbortSignal | undefined; onEvent?: (event: Event) => void } = {},
  ): Promise<Extract<Event, { type: T }>> {
    const { signal, onEvent } = options;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(aborted(signal));
      const abort = (): void => {
        reject(aborted(signal));
        this.stop(id);
      };
      const id = this.send(request, (event) => {
        if (event instanceof KingletError) reject(event);
        else if (event.type === type) resolve(event as Extract<Event, { type: T }>);
        else return onEvent?.(event);
        signal?.removeEventListener('abort', abort);
      });
      signal?.addEventListener('abort', abort, { once: true });
    });
  }
}

function start(grammars: boolean): Worker {
  try {
    // Bundlers find the workers by this very form.
    return grammars
      ? new Worker(new URL('./grammar-worker.js', import.meta.url), { type: 'module', name: 'kinglet' })
      : new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'kinglet' });
  } catch (error) {
    throw new KingletError('internal', `the worker could not be started: ${reason(error)}`, { cause: error });
  }
}

/** The error of a caller who has changed their mind. */
export function aborted(signal: AbortSignal | undefined): KingletError {
  return new KingletError('aborted', 'aborted by the caller', { cause: signal?.reason });
}

/** Hands progress on to the callback of whoever asked. */
export function told(onProgress: ((progress: LoadProgress) => void) | undefined): (event: Event) => void {
  return (event) => {
    if (event.type === 'progress') onProgress?.(event.progress);
  };
}
