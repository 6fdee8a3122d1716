import type { DeviceOptions, GenerateOptions as EngineGenerateOptions, LoadOptions as EngineLoadOptions, PerToken } from '../pkg/kinglet_web.js';

export type { DeviceFacts, ModelFacts, PerToken } from '../pkg/kinglet_web.js';

/** Where a model's files come from: a folder on a server, or files that the page holds, by name. */
export type ModelSource = { url: string | URL } | { files: Record<string, Blob | ArrayBuffer | Uint8Array<ArrayBuffer>> };

/** How far a file has come. */
export interface LoadProgress {
  file: string;
  loaded: number;
  /** Null where the server does not say. */
  total: number | null;
}

/** How to load a model, and what to run it on. */
export interface LoadOptions extends EngineLoadOptions, Pick<DeviceOptions, 'tier' | 'limits'> {
  onProgress?: (progress: LoadProgress) => void;
  signal?: AbortSignal | undefined;
}

/** Which rows `forward` returns. */
export interface ForwardOptions {
  /** `all`, the default: one for each token. `last`: the last token's. */
  rows?: 'all' | 'last';
  signal?: AbortSignal | undefined;
}

/** Rows of values by name: `logits`, then the taps. */
export type Outputs = Record<string, Float32Array[]>;

/** How to continue a prompt. */
export interface GenerateOptions extends EngineGenerateOptions {
  signal?: AbortSignal | undefined;
}

/** One generated token. */
export interface Token {
  id: number;
  /** The logits it was chosen from, where asked for. */
  logits?: Float32Array;
}

/** Tokens and their rate; null where nothing was measured. */
export interface Speed {
  tokens: number;
  tokensPerSecond: number | null;
}

/** How fast a generation was, and what each token asked of the GPU. */
export interface Timings {
  /** The prompt, until the first token was there. */
  prefill: Speed;
  /** The tokens after the first. */
  decode: Speed;
  perToken: PerToken;
}

/** A generation that has ended. */
export interface Generation {
  tokens: Token[];
  timings: Timings;
}
