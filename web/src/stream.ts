import { aborted, type Asked, type Connection } from './connection.js';
import { KingletError } from './error.js';
import type { Generated } from './protocol.js';
import type { Generation, IndexedToken, Token } from './types.js';

/** The worker knows no request by this name. */
const NEVER_SENT = -1;

/** What becomes of what the worker says. @internal */
export interface Shape<T, R> {
  token(token: IndexedToken): T;
  result(tokens: T[], end: Generated): R;
}

/** The tokens of a generation, as they come. To leave the loop over them ends it. */
export class TokenStream<T extends Token = Token, R extends object = Generation> implements AsyncIterable<T> {
  readonly #connection: Connection;
  readonly #id: number;
  readonly #tokens: T[] = [];
  #end: R | KingletError | undefined;
  /** Those who wait for the next token or the end. */
  #waiting: (() => void)[] = [];

  /** @internal */
  constructor(
    connection: Connection,
    request: Asked,
    signal: AbortSignal | undefined,
    shape: Shape<T, R>,
    ended: (event: Generated | KingletError) => void = () => {},
  ) {
    this.#connection = connection;
    if (signal?.aborted) {
      this.#id = NEVER_SENT;
      const error = aborted(signal);
      this.#finish(error);
      // The caller does not have the stream yet.
      queueMicrotask(() => ended(error));
      return;
    }
    const abort = (): void => {
      this.#finish(aborted(signal));
      connection.stop(this.#id);
    };
    this.#id = connection.send(request, (event) => {
      if (event instanceof KingletError || event.type === 'generated') ended(event);
      if (event instanceof KingletError) this.#finish(event);
      else if (event.type === 'generated') this.#finish(shape.result(this.#tokens, event));
      else if (event.type === 'token') this.#add(shape.token(event.token));
      if (this.#end) signal?.removeEventListener('abort', abort);
    });
    signal?.addEventListener('abort', abort, { once: true });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    try {
      for (let index = 0; ; index += 1) {
        while (index >= this.#tokens.length && !this.#end) await this.#change();
        const token = this.#tokens[index];
        if (token) yield token;
        else if (this.#end instanceof KingletError) throw this.#end;
        else return;
      }
    } finally {
      this.stop();
    }
  }

  /** Ends the generation early. */
  stop(): void {
    if (!this.#end) this.#connection.stop(this.#id);
  }

  /** All of it, once the last token is there. */
  async result(): Promise<R> {
    while (!this.#end) await this.#change();
    if (this.#end instanceof KingletError) throw this.#end;
    return this.#end;
  }

  #add(token: T): void {
    if (this.#end) return;
    this.#tokens.push(token);
    this.#wake();
  }

  #finish(end: R | KingletError): void {
    this.#end ??= end;
    this.#wake();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}

/** Of one prompt. @internal */
export const ONE: Shape<Token, Generation> = {
  token: ({ index: _, ...token }) => token,
  result: (tokens, { ends: [end], timings }) => {
    if (!end) throw new KingletError('internal', 'the generation has no end');
    return { tokens, ...end, timings };
  },
};
