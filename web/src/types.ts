import type {
  AnswerOptions as EngineAnswerOptions,
  ChatOptions as EngineChatOptions,
  DeviceOptions,
  EmbedOptions as EngineEmbedOptions,
  EndFacts,
  FillOptions as EngineFillOptions,
  FinishReason,
  GenerateOptions as EngineGenerateOptions,
  LoadOptions as EngineLoadOptions,
  LoadProgress,
  PerToken,
  QuantizeOptions as EngineQuantizeOptions,
  QuantizedFacts,
  RedactOptions as EngineRedactOptions,
  RenderOptions as EngineRenderOptions,
  TagOptions as EngineTagOptions,
  Token as EngineToken,
  TokenizeOptions as EngineTokenizeOptions,
} from '../pkg/kinglet_web.js';

export type {
  Aggregation,
  Answer,
  Classifications,
  ComparisonFacts,
  DeviceFacts,
  EndFacts,
  Entity,
  Files,
  Fill,
  FinishReason,
  Head,
  InspectionBytes,
  InspectionFacts,
  KvBytes,
  LabelScore,
  LoadFacts,
  LoadProgress,
  Logprobs,
  ModelFacts,
  PerToken,
  Pooling,
  QuantizedFacts,
  QuantizedTensorFacts,
  RankedDocument,
  Ranking,
  RedactKind,
  RedactedSpan,
  Redaction,
  Stage,
  Tensor,
  WhenAnswer,
  WhenMeaning,
} from '../pkg/kinglet_web.js';

/** A folder on a server, a `.gguf` or `.safetensors` file in one, or `hf:org/name[:file][@revision]`. */
export interface UrlSource {
  url: string | URL;
  /** The hub that `hf:` stands for, if it is not Hugging Face. */
  hub?: string | URL;
}

/** Files that the page holds: by name, or as pages are given them, alone or with their folder. */
export interface FilesSource {
  files: Iterable<File> | Record<string, Blob | ArrayBuffer | Uint8Array<ArrayBuffer>>;
  /** The weight file to use, where there is a choice. */
  weights?: string | undefined;
}

/** Where a model's files come from. */
export type ModelSource = UrlSource | FilesSource;

/** What to inspect a model for. */
export interface InspectOptions extends Omit<EngineLoadOptions, 'taps'>, Pick<DeviceOptions, 'tier' | 'limits'> {
  signal?: AbortSignal | undefined;
}

/** How to load a model, and what to run it on. */
export interface LoadOptions extends EngineLoadOptions, Pick<DeviceOptions, 'tier' | 'limits'> {
  /** Take the engine that can hold output to a JSON schema, a regular expression or a grammar. It is a quarter larger. */
  grammars?: boolean | undefined;
  onProgress?: (progress: LoadProgress) => void;
  signal?: AbortSignal | undefined;
}

/** How to compare a model with a reference. */
export interface CompareOptions {
  /** Tokens that know of each other. By default 512, or what the context has room for. */
  window?: number;
  /** Told how far the reference's load has come, then how many tokens of the text are done. */
  onProgress?: (progress: LoadProgress) => void;
  signal?: AbortSignal | undefined;
}

/** How to quantize a model. */
export interface QuantizeOptions extends EngineQuantizeOptions {
  onProgress?: (progress: LoadProgress) => void;
  signal?: AbortSignal | undefined;
}

/** A quantized model: a GGUF file, and what became of each tensor. */
export interface QuantizedModel extends QuantizedFacts {
  /** The browser may keep it on disk. It is a source: `{ files: { 'model.gguf': file } }`. */
  file: Blob;
}

/** A message, with whatever the model's chat template knows beside what is named here. */
export interface Message {
  /** Who says it: `system`, `user`, `assistant`, `tool`. */
  role: string;
  content?: unknown;
  [name: string]: unknown;
}

/** What a model's chat template makes a text of. Beside what is named here it sees every other name. */
export interface Conversation {
  messages: Message[];
  /** What the model may call, as JSON schemas. */
  tools?: object[] | null;
  /** What the model may quote. */
  documents?: object[] | null;
  [name: string]: unknown;
}

/** How to write a conversation as text. */
export interface RenderOptions extends Omit<EngineRenderOptions, 'now'> {
  /** For templates that write the date. By default what the page's clock says. */
  now?: Date | undefined;
  signal?: AbortSignal | undefined;
}

/** How to turn a text into tokens. */
export interface TokenizeOptions extends EngineTokenizeOptions {
  signal?: AbortSignal | undefined;
}

/** A text's tokens. */
export interface Tokenized {
  ids: number[];
  /** The text of each; what is no UTF-8 by itself is replaced. */
  texts: string[];
}

/** Which rows `forward` returns. */
export interface ForwardOptions {
  /** `all`, the default: one for each token. `last`: the last token's. */
  rows?: 'all' | 'last';
  /** Which segment each token is of, in an encoder of pairs: 0, or 1 in the second text. By default all are of the first. */
  segments?: Iterable<number>;
  signal?: AbortSignal | undefined;
}

/**
 * Rows of values by name: `logits`, then the taps. Of encoders `hidden`, a row for each token, or what their head makes of
 * it: `logits`, or `start` and `end` of answers, in rows of one number.
 */
export type Outputs = Record<string, Float32Array[]>;

/** What tasks with texts may be told beside their options. */
export interface TextsOptions {
  /** Told how many texts are done. */
  onProgress?: (progress: LoadProgress) => void;
  /** Ends it between two steps of the model. */
  signal?: AbortSignal | undefined;
}

/** How texts become vectors. */
export interface EmbedOptions extends EngineEmbedOptions, TextsOptions {}

/** Texts as vectors. */
export interface Embeddings {
  /** One for each text. */
  embeddings: Float32Array[];
  /** How many tokens each was made of. */
  tokens: number[];
  /** The places of the texts that had more tokens than the model takes: those behind were left out. */
  truncated: number[];
}

/** Texts as the rows of their tokens, which `pooling: 'none'` leaves as they are. */
export interface TokenEmbeddings {
  /** Of each text, a row for each of its tokens. */
  embeddings: Float32Array[][];
  /** How many tokens each has. */
  tokens: number[];
  /** The places of the texts that had more tokens than the model takes: those behind were left out. */
  truncated: number[];
}

/** How parts of a text are found. */
export interface TagOptions extends EngineTagOptions {
  signal?: AbortSignal | undefined;
}

/** How an answer is looked for. */
export interface AnswerOptions extends EngineAnswerOptions {
  signal?: AbortSignal | undefined;
}

/** How much is said of each gap. */
export interface FillOptions extends EngineFillOptions {
  signal?: AbortSignal | undefined;
}

/** How to load an expert, and what to run it on. */
export interface ExpertOptions extends Pick<LoadOptions, 'tier' | 'limits' | 'onProgress' | 'signal'> {
  /** Other weights than those of the package. */
  source?: ModelSource | undefined;
}

/** What is taken out of a text. */
export interface RedactOptions extends EngineRedactOptions {
  /** The map of the texts before, or its JSON text: what is known keeps its placeholder. */
  map?: Record<string, string> | string | undefined;
  signal?: AbortSignal | undefined;
}

/** When a phrase is said. */
export interface WhenOptions {
  /** A time on the wall: a `Date`, or such as `2026-11-20T09:00`. By default what the page's clock says, to the minute. */
  now?: Date | string | undefined;
  signal?: AbortSignal | undefined;
}

/** What a generation goes on with: text, or tokens as they are. */
export type Prompt = string | Iterable<number>;

/** How to continue a prompt. */
export interface GenerateOptions extends EngineGenerateOptions {
  signal?: AbortSignal | undefined;
}

/** What a conversation begins with. */
export interface ChatOptions extends Omit<EngineChatOptions, 'now'> {
  /** For templates that write the date. By default what the page's clock says. */
  now?: Date | undefined;
  signal?: AbortSignal | undefined;
}

/** One generated token. */
export interface Token extends EngineToken {
  /** The logits it was chosen from, where asked for. */
  logits?: Float32Array;
}

/** A token of one of several continuations. */
export interface IndexedToken extends Token {
  /** Which prompt it continues. */
  index: number;
}

/** Tokens and their rate; null where nothing was measured. */
export interface Speed {
  tokens: number;
  tokensPerSecond: number | null;
}

/** How fast a generation was, and what each token asked of the GPU. */
export interface Timings {
  /** Until the first token was there; null where none came. */
  firstTokenMilliseconds: number | null;
  /** What was computed of the prompt, until the first token was there. */
  prefill: Speed;
  /** The tokens after the first. */
  decode: Speed;
  perToken: PerToken;
}

/** A continuation that has ended. */
export interface Continuation extends EndFacts {
  tokens: Token[];
}

/** A generation, or a reply in a chat, that has ended. */
export interface Generation extends Continuation {
  timings: Timings;
}

/** Generations that went on together. */
export interface Generations {
  /** One for each prompt. */
  continuations: Continuation[];
  timings: Timings;
}

/** What `chat.completions.create` takes, by the names that other engines' users know. */
export interface ChatCompletionRequest {
  messages: Message[];
  /** Told back. The model is the one that is loaded. */
  model?: string;
  /** Piece by piece. */
  stream?: boolean;
  stream_options?: { include_usage?: boolean };
  max_tokens?: number | null;
  max_completion_tokens?: number | null;
  /** By default 1, as elsewhere. */
  temperature?: number | null;
  top_p?: number | null;
  /** How many replies. They come one after another. */
  n?: number;
  stop?: string | string[] | null;
  /** By default another one each time. */
  seed?: number | null;
  presence_penalty?: number | null;
  frequency_penalty?: number | null;
  /** Added to the logits of tokens, by their ids. */
  logit_bias?: Record<string, number> | null;
  /** JSON, which takes a model that was loaded with `grammars`. */
  response_format?: { type: 'text' | 'json_object' } | { type: 'json_schema'; json_schema: { schema?: object; [name: string]: unknown } };
  tools?: object[];
  /** Other names that the model's template knows. */
  chat_template_kwargs?: object;
}

/** What a completion took. */
export interface CompletionUsage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  /** Tokens of the prompt that were there from earlier calls. */
  prompt_tokens_details: { cached_tokens: number };
}

/** Replies to a conversation. */
export interface ChatCompletion {
  id: string;
  object: 'chat.completion';
  created: number;
  model: string;
  choices: { index: number; message: { role: 'assistant'; content: string }; finish_reason: FinishReason | null }[];
  usage: CompletionUsage;
}

/** A piece of a reply. */
export interface ChatCompletionChunk {
  id: string;
  object: 'chat.completion.chunk';
  created: number;
  model: string;
  choices: { index: number; delta: { role?: 'assistant'; content?: string }; finish_reason: FinishReason | null }[];
  usage?: CompletionUsage;
}
