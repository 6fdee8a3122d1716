import { checked, known, portable, refuse, tokenIds } from './arguments.js';
import { start } from './start.js';
import type { ModelSource, Tokenized, TokenizeOptions } from './types.js';

/** Turns a text into a model's tokens. Nothing but the model's tokenizer is read; it takes no GPU. */
export async function tokenize(source: ModelSource, text: string, options: TokenizeOptions = {}): Promise<Tokenized> {
  const { signal, ...engine } = checked(options);
  if (typeof text !== 'string') refuse('text must be a string');
  const request = { type: 'tokenize', source: portable(source), text, options: engine } as const;
  return start(request, 'tokenized', { signal }, (connection, { tokenized }) => {
    connection.close();
    return tokenized;
  });
}

/** Turns a model's tokens into text, in which special tokens are left out. */
export async function detokenize(
  source: ModelSource,
  tokens: Iterable<number>,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<string> {
  const { signal } = checked(options);
  known(options, ['signal']);
  const request = { type: 'detokenize', source: portable(source), tokens: tokenIds(tokens) } as const;
  return start(request, 'detokenized', { signal }, (connection, { text }) => {
    connection.close();
    return text;
  });
}
