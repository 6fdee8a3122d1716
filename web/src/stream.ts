import { aborted, type Connection } from './connection.js';
import { KingletError } from './error.js';
import type { GenerateOptions, Generation, Timings, Token } from './types.js';

/** The tokens of one generation, as they come. To leave the loop over them ends it. */
export class TokenStream implements AsyncIterable<Token> {
  readonly #connection: Connection;
  readonly #id: number;
  readonly #tokens: Token[] = [];
  #end: Timings | KingletError | undefined;
  /** Those who wait for the next token or the end. */
  #waiting: (() => void)[] = [];

  /** @internal */
  constructor(connection: Connection, tokens: Uint32Array, { signal, ...options }: GenerateOptions) {
    this.#connection = connection;
    const abort = (): void => {
      this.#finish(aborted(signal));
      connection.stop(this.#id);
    };
    this.#id = connection.send({ type: 'generate', tokens, options }, (event) => {
      if (event instanceof KingletError) this.#finish(event);
      else if (event.type === 'generated') this.#finish(event.timings);
      else if (event.type === 'token') this.#add(event.token);
      if (this.#end) signal?.removeEventListener('abort', abort);
    });
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Token, void, undefined> {
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

  /** All tokens, once the last of them is there. */
  async result(): Promise<Generation> {
    while (!this.#end) await this.#change();
    if (this.#end instanceof KingletError) throw this.#end;
    return { tokens: this.#tokens, timings: this.#end };
  }

  #add(token: Token): void {
    if (this.#end) return;
    this.#tokens.push(token);
    this.#wake();
  }

  #finish(end: Timings | KingletError): void {
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
