// What page and worker say to each other. Each request has an id, and each event the id of its request.

import type {
  Answer,
  AnswerOptions,
  ChatOptions,
  Classifications,
  ComparisonFacts,
  DeviceFacts,
  DeviceOptions,
  EmbedOptions,
  EndFacts,
  Entity,
  Fill,
  FillOptions,
  GenerateOptions,
  InspectionFacts,
  LoadFacts,
  LoadOptions,
  LoadProgress,
  ModelFacts,
  QuantizeOptions,
  Ranking,
  RedactOptions,
  Redaction,
  RenderOptions,
  TagOptions,
  TokenizeOptions,
  WhenAnswer,
} from '../pkg/kinglet_web.js';
import type { ErrorCode } from './error.js';
import type { HubModel } from './hub.js';
import type { IndexedToken, Message, Outputs, QuantizedModel, Timings, Tokenized } from './types.js';

/** A source whose parts go from page to worker without a copy. */
export type WorkerSource = { url: string } | HubModel | { files: Record<string, Blob>; weights: string | null };

export type Request = { id: number } & (
  | { type: 'load' | 'inspect'; source: WorkerSource; device: Pick<DeviceOptions, 'tier' | 'limits'>; options: LoadOptions }
  | { type: 'quantize'; source: WorkerSource; options: QuantizeOptions }
  | { type: 'openTokenizer'; source: WorkerSource }
  | { type: 'tokenize'; text: string; options: TokenizeOptions }
  | { type: 'detokenize'; tokens: Uint32Array }
  | { type: 'render'; source: WorkerSource; chat: string; options: RenderOptions }
  /** Without segments, all tokens are of the first. */
  | { type: 'forward'; tokens: Uint32Array; segments: Uint32Array; last: boolean }
  | { type: 'generate'; prompts: (string | Uint32Array)[]; options: GenerateOptions }
  /** Begins a chat, which goes by the id of this request. */
  | { type: 'chat'; options: ChatOptions }
  /** Has the model reply: to this text, or to the chat as it is, which may be given anew. Messages go as JSON text. */
  | { type: 'say'; chat: number; text: string | undefined; messages?: string[]; options: GenerateOptions }
  | { type: 'change'; chat: number; change: ChatChange }
  | { type: 'hangUp'; chat: number }
  | { type: 'compare'; source: WorkerSource; tokens: Uint32Array; window: number }
  | Task
  /** Takes no model. The map is JSON text, in which its entries have an order. */
  | { type: 'restore'; text: string; map: string }
  /** Ends what goes on for this id. */
  | { type: 'stop' }
);

/** What encoders are for, and the experts. */
export type Task =
  | { type: 'embed'; texts: string[]; options: EmbedOptions }
  | { type: 'rerank'; query: string; documents: string[] }
  | { type: 'classify'; texts: string[] }
  | { type: 'tag'; text: string; options: TagOptions }
  | { type: 'answer'; question: string; context: string; options: AnswerOptions }
  | { type: 'fill'; text: string; options: FillOptions }
  /** The map is JSON text. */
  | { type: 'redact'; text: string; options: RedactOptions; map: string }
  | { type: 'read'; phrase: string; now: string };

/** What comes of it. */
export type Done =
  /** Of each text the rows: one where they are pooled. */
  | { type: 'embedded'; rows: Float32Array<ArrayBuffer>[][]; tokens: number[]; truncated: number[] }
  | { type: 'ranked'; ranking: Ranking }
  | { type: 'classified'; classifications: Classifications }
  | { type: 'tagged'; entities: Entity[] }
  | { type: 'answered'; answer: Answer }
  | { type: 'filled'; fills: Fill[][] }
  | { type: 'redacted'; redaction: Redaction }
  | { type: 'understood'; answer: WhenAnswer };

/** What becomes of a chat without the model. Messages go as JSON text. */
export type ChatChange = { push: string } | { clear: true } | { system: string | null } | { look: true };

export type Event = { id: number } & (
  | { type: 'progress'; progress: LoadProgress }
  | { type: 'loaded'; info: ModelFacts; device: DeviceFacts; loading: LoadFacts }
  | { type: 'inspected'; inspection: InspectionFacts }
  | { type: 'quantized'; model: QuantizedModel }
  | { type: 'opened' }
  | { type: 'tokenized'; tokenized: Tokenized }
  | { type: 'detokenized'; text: string }
  | { type: 'rendered'; text: string }
  | { type: 'outputs'; outputs: Outputs }
  | { type: 'token'; token: IndexedToken }
  | { type: 'generated'; ends: EndFacts[]; timings: Timings; messages?: Message[] }
  | { type: 'conversation'; messages: Message[] }
  | { type: 'compared'; comparison: ComparisonFacts }
  | Done
  | { type: 'restored'; text: string }
  | { type: 'failed'; code: ErrorCode; message: string }
);

/** The end of a generation. */
export type Generated = Extract<Event, { type: 'generated' }>;
