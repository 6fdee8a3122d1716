// What page and worker say to each other. Each request has an id, and each event the id of its request.

import type { DeviceFacts, DeviceOptions, GenerateOptions, LoadOptions, ModelFacts } from '../pkg/kinglet_web.js';
import type { ErrorCode } from './error.js';
import type { LoadProgress, Outputs, Timings, Token } from './types.js';

/** A source whose parts go from page to worker without a copy. */
export type WorkerSource = { url: string } | { files: Record<string, Blob> };

export type Request = { id: number } & (
  | { type: 'load'; source: WorkerSource; device: Pick<DeviceOptions, 'tier' | 'limits'>; options: LoadOptions }
  | { type: 'forward'; tokens: Uint32Array; last: boolean }
  | { type: 'generate'; tokens: Uint32Array; options: GenerateOptions }
  /** Ends the generation of this id. */
  | { type: 'stop' }
);

export type Event = { id: number } & (
  | { type: 'progress'; progress: LoadProgress }
  | { type: 'loaded'; info: ModelFacts; device: DeviceFacts; milliseconds: number }
  | { type: 'outputs'; outputs: Outputs }
  | { type: 'token'; token: Token }
  | { type: 'generated'; timings: Timings }
  | { type: 'failed'; code: ErrorCode; message: string }
);
