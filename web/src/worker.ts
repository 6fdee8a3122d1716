// The engine's side of the protocol.

import type { DeviceOptions, Generator, LoadOptions, LoadProgress, Model } from '../pkg/kinglet_web.js';
import { prepareAdapter } from './adapter.js';
import { ChatTemplates, Engine, Tokenizer, quantize as quantizeFiles, ready } from './engine.js';
import { KingletError } from './error.js';
import { openFiles } from './files.js';
import type { Event, Request } from './protocol.js';
import type { Logprobs, Speed } from './types.js';

type Requested<T extends Request['type']> = Request & { type: T };

/** The one model of this worker, and where and how it was loaded. */
let current: { model: Model; engine: Engine; options: LoadOptions } | undefined;
let generator: Generator | undefined;
/** Or its one tokenizer. */
let tokenizer: Tokenizer | undefined;
/** Requests that were not answered, and whether they shall be. */
const running = new Map<number, AbortController>();
/** Requests are answered one after another: there is one GPU. */
let queue = Promise.resolve();

self.addEventListener('message', ({ data }: MessageEvent<Request>) => {
  if (data.type === 'stop') return running.get(data.id)?.abort();
  const stopping = new AbortController();
  running.set(data.id, stopping);
  queue = queue
    .then(() => answer(data, stopping.signal))
    .catch((thrown: unknown) => {
      const { code, message } = KingletError.from(thrown);
      post({ id: data.id, type: 'failed', code, message });
    })
    .finally(() => running.delete(data.id));
});

function post(event: Event, transfer: Transferable[] = []): void {
  self.postMessage(event, { transfer });
}

function answer(request: Exclude<Request, { type: 'stop' }>, signal: AbortSignal): Promise<void> {
  switch (request.type) {
    case 'load':
      return load(request, signal);
    case 'inspect':
      return inspect(request, signal);
    case 'quantize':
      return quantize(request, signal);
    case 'openTokenizer':
      return openTokenizer(request, signal);
    case 'tokenize':
      return tokenize(request);
    case 'detokenize':
      return detokenize(request);
    case 'render':
      return render(request, signal);
    case 'forward':
      return forward(request);
    case 'generate':
      return generate(request, signal);
    case 'compare':
      return compare(request, signal);
  }
}

async function open(options: Pick<DeviceOptions, 'tier' | 'limits'>): Promise<Engine> {
  const facts = await prepareAdapter(options);
  await ready();
  return Engine.open(facts);
}

/** Tells the page about a request. */
function tell(id: number): (progress: LoadProgress) => void {
  return (progress) => post({ id, type: 'progress', progress });
}

async function load({ id, source, device, options }: Requested<'load' | 'inspect'>, signal: AbortSignal): Promise<void> {
  const engine = await open(device);
  const model = await engine.load(await openFiles(source, tell(id), signal), options, tell(id));
  current = { model, engine, options };
  post({ id, type: 'loaded', info: model.info(), device: engine.device(), loading: model.loading() });
}

async function inspect({ id, source, device, options }: Requested<'load' | 'inspect'>, signal: AbortSignal): Promise<void> {
  const engine = await open(device);
  const inspection = await engine.inspect(await openFiles(source, tell(id), signal), options);
  post({ id, type: 'inspected', inspection });
}

async function quantize({ id, source, options }: Requested<'quantize'>, signal: AbortSignal): Promise<void> {
  await ready();
  // Blobs may be on disk; what is in an array is not.
  const pieces: Blob[] = [];
  const write = (bytes: Uint8Array<ArrayBuffer>): void => void pieces.push(new Blob([bytes]));
  const facts = await quantizeFiles(await openFiles(source, tell(id), signal), options, write, tell(id));
  post({ id, type: 'quantized', model: { ...facts, file: new Blob(pieces) } });
}

async function openTokenizer({ id, source }: Requested<'openTokenizer'>, signal: AbortSignal): Promise<void> {
  await ready();
  tokenizer = await Tokenizer.open(await openFiles(source, tell(id), signal));
  post({ id, type: 'opened' });
}

async function tokenize({ id, text, options }: Requested<'tokenize'>): Promise<void> {
  const opened = there(tokenizer, 'no tokenizer is open');
  const ids = opened.encode(text, options);
  post({ id, type: 'tokenized', tokenized: { ids: [...ids], texts: opened.texts(ids) } });
}

async function detokenize({ id, tokens }: Requested<'detokenize'>): Promise<void> {
  post({ id, type: 'detokenized', text: there(tokenizer, 'no tokenizer is open').decode(tokens) });
}

async function render({ id, source, chat, options }: Requested<'render'>, signal: AbortSignal): Promise<void> {
  await ready();
  const templates = await ChatTemplates.open(await openFiles(source, tell(id), signal));
  post({ id, type: 'rendered', text: templates.render(chat, options) });
}

async function compare({ id, source, tokens, window }: Requested<'compare'>, signal: AbortSignal): Promise<void> {
  const { model, engine, options } = loaded();
  const { context, kv } = options;
  const files = await openFiles(source, tell(id), signal);
  // The reference is what it is, whatever became of the model.
  const reference = await engine.load(files, { ...(context != null && { context }), ...(kv != null && { kv }) }, tell(id));
  try {
    post({ id, type: 'compared', comparison: await model.compare(reference, tokens, window, tell(id)) });
  } finally {
    reference.free();
  }
}

async function forward({ id, tokens, last }: Requested<'forward'>): Promise<void> {
  const outputs = await loaded().model.forward(tokens, last);
  post({ id, type: 'outputs', outputs }, Object.values(outputs).flatMap((rows) => rows.map((row) => row.buffer)));
}

async function generate({ id, tokens, options }: Requested<'generate'>, signal: AbortSignal): Promise<void> {
  generator ??= await loaded().model.generator();
  const start = performance.now();
  let first = start;
  let last = start;
  let count = 0;
  const each = (token: number, logits?: Float32Array, logprobs?: Logprobs): boolean => {
    last = performance.now();
    if (count === 0) first = last;
    count += 1;
    const transfer = logits ? [logits.buffer as ArrayBuffer] : [];
    post({ id, type: 'token', token: { id: token, ...(logits && { logits }), ...(logprobs && { logprobs }) } }, transfer);
    return !signal.aborted;
  };
  const perToken = signal.aborted ? {} : await generator.generate(tokens, options, each);
  const prefill = speed(count > 0 ? tokens.length : 0, first - start);
  const decode = speed(Math.max(count - 1, 0), last - first);
  post({ id, type: 'generated', timings: { prefill, decode, perToken } });
}

function loaded(): NonNullable<typeof current> {
  return there(current, 'no model is loaded');
}

function there<T>(value: T | undefined, otherwise: string): T {
  if (value === undefined) throw new KingletError('closed', otherwise);
  return value;
}

function speed(tokens: number, milliseconds: number): Speed {
  return { tokens, tokensPerSecond: tokens > 0 && milliseconds > 0 ? (tokens / milliseconds) * 1e3 : null };
}
