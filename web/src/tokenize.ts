import { checked, known, portable, refuse, tokenIds } from './arguments.js';
import type { Connection } from './connection.js';
import { start } from './start.js';
import type { ModelSource, Tokenized, TokenizeOptions } from './types.js';

interface Stoppable {
  signal?: AbortSignal | undefined;
}

/** Opens a model's tokenizer, in a worker of its own. Nothing else of the model is read; it takes no GPU. */
export async function openTokenizer(source: ModelSource, options: Stoppable = {}): Promise<Tokenizer> {
  const { signal } = checked(options);
  known(options, ['signal']);
  const request = { type: 'openTokenizer', source: portable(source) } as const;
  return start(request, 'opened', { signal }, (connection) => new Tokenizer(connection));
}

/** Turns a text into a model's tokens. Whoever has many texts opens a tokenizer for them. */
export async function tokenize(source: ModelSource, text: string, options: TokenizeOptions = {}): Promise<Tokenized> {
  return once(source, checked(options), (tokenizer) => tokenizer.encode(text, options));
}

/** Turns a model's tokens into text, in which special tokens are left out. */
export async function detokenize(source: ModelSource, tokens: Iterable<number>, options: Stoppable = {}): Promise<string> {
  return once(source, checked(options), (tokenizer) => tokenizer.decode(tokens, options));
}

async function once<T>(source: ModelSource, { signal }: Stoppable, use: (tokenizer: Tokenizer) => Promise<T>): Promise<T> {
  const tokenizer = await openTokenizer(source, { signal });
  try {
    return await use(tokenizer);
  } finally {
    tokenizer.close();
  }
}

/** What turns text into a model's tokens and back. */
export class Tokenizer implements AsyncDisposable {
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The tokens of a text. */
  async encode(text: string, options: TokenizeOptions = {}): Promise<Tokenized> {
    const { signal, ...engine } = checked(options);
    if (typeof text !== 'string') refuse('text must be a string');
    return (await this.#connection.ask({ type: 'tokenize', text, options: engine }, 'tokenized', { signal })).tokenized;
  }

  /** The text of tokens, in which special ones are left out. */
  async decode(tokens: Iterable<number>, options: Stoppable = {}): Promise<string> {
    const { signal } = checked(options);
    known(options, ['signal']);
    return (await this.#connection.ask({ type: 'detokenize', tokens: tokenIds(tokens) }, 'detokenized', { signal })).text;
  }

  /** Gives back what it holds. Calls that are under way fail. */
  close(): void {
    this.#connection.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}
