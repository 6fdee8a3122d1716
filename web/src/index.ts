// Small AI models in the browser, on WebGPU. The engine lives in a worker.

import { adapterName, requestAdapter } from './adapter.js';
import { KingletError } from './error.js';

export type { BeginChat, Chat } from './chat.js';
export type { ChatCompletions } from './completions.js';
export { loadRedactor, loadWhen, type Redactor, type When } from './experts.js';
export { KingletError, type ErrorCode } from './error.js';
export { inspect, load, quantize, type Model } from './model.js';
export type { TokenStream } from './stream.js';
export { renderChat } from './template.js';
export { detokenize, openTokenizer, tokenize, type Tokenizer } from './tokenize.js';
export type * from './types.js';

/** Whether models can run here, and on what. */
export interface Support {
  supported: boolean;
  /** The adapter's name, or null where there is none. */
  adapter: string | null;
  /** Why not, or null. */
  why: string | null;
}

/**
 * Looks whether models can run here: whether the browser has WebGPU and an adapter for it. It asks on the page, and opens
 * nothing; that a worker can use the adapter, and that a model fits it, only `load` finds out.
 */
export async function isSupported(): Promise<Support> {
  try {
    return { supported: true, adapter: adapterName(await requestAdapter()), why: null };
  } catch (error) {
    return { supported: false, adapter: null, why: KingletError.from(error).message };
  }
}
