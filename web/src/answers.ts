// The engine's side of the protocol.

import type {
  Chat,
  DeviceOptions,
  EndFacts,
  Engine,
  GenerationFacts,
  Generator,
  Head,
  LoadOptions,
  LoadProgress,
  Model,
  Token,
  Tokenizer,
} from '../pkg/kinglet_web.js';
import { prepareAdapter } from './adapter.js';
import { Encoders } from './encoders.js';
import { engine as module, ready } from './engine.js';
import { KingletError } from './error.js';
import { openFiles } from './files.js';
import type { Event, Generated, Request, Task } from './protocol.js';
import type { Message, Speed } from './types.js';

type Requested<T extends Request['type']> = Request & { type: T };

/** The one model of this worker, and where and how it was loaded. */
let current: { model: Model; head: Head; encoders: Encoders; engine: Engine; options: LoadOptions } | undefined;
let generator: Generator | undefined;
/** What its device was opened with, and its engine: it has compiled what another model of this worker may need, too. */
let opened: { asked: string; engine: Engine } | undefined;
/** Its chats, by the requests that began them. */
const chats = new Map<number, Chat>();
/** Or its one tokenizer. */
let tokenizer: Tokenizer | undefined;
/** Requests that were not answered, and whether they shall be. */
const running = new Map<number, AbortController>();
/** Requests are answered one after another: there is one GPU. */
let queue = Promise.resolve();

/** Answers what the page asks for, from now on. */
export function answerPage(): void {
  self.addEventListener('message', hear);
}

function hear({ data }: MessageEvent<Request>): void {
  if (data.type === 'stop') return running.get(data.id)?.abort();
  const stopping = new AbortController();
  running.set(data.id, stopping);
  // What takes no GPU waits for nobody.
  const before = data.type === 'restore' ? Promise.resolve() : queue;
  const answered = before
    .then(() => answer(data, stopping.signal))
    .catch((thrown: unknown) => {
      const { code, message } = KingletError.from(thrown);
      post({ id: data.id, type: 'failed', code, message });
    })
    .finally(() => running.delete(data.id));
  if (data.type !== 'restore') queue = answered;
}

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
    case 'chat':
      return chat(request);
    case 'say':
      return say(request, signal);
    case 'change':
      return change(request);
    case 'hangUp':
      return hangUp(request);
    case 'compare':
      return compare(request, signal);
    case 'embed':
    case 'rerank':
    case 'classify':
    case 'tag':
    case 'answer':
    case 'fill':
    case 'redact':
    case 'read':
      return compute(request, signal);
    case 'restore':
      return restore(request);
  }
}

async function open(options: Pick<DeviceOptions, 'tier' | 'limits'>): Promise<Engine> {
  const facts = await prepareAdapter(options);
  await ready();
  return module.Engine.open(facts);
}

/** The engine of the model before, where it was opened in the same way. */
async function openAgain(options: Pick<DeviceOptions, 'tier' | 'limits'>): Promise<Engine> {
  const asked = JSON.stringify([options.tier, options.limits]);
  if (opened?.asked !== asked) opened = { asked, engine: await open(options) };
  return opened.engine;
}

/** Gives back what the model before holds. */
function forget(): void {
  generator?.free();
  generator = undefined;
  for (const chat of chats.values()) chat.free();
  chats.clear();
  current?.encoders.free();
  current?.model.free();
  current = undefined;
}

/** Tells the page about a request. */
function tell(id: number): (progress: LoadProgress) => void {
  return (progress) => post({ id, type: 'progress', progress });
}

async function load({ id, source, device, options }: Requested<'load' | 'inspect'>, signal: AbortSignal): Promise<void> {
  const engine = await openAgain(device);
  forget();
  const model = await engine.load(await openFiles(source, tell(id), signal), options, tell(id));
  const { tokenizer, ...info } = model.info();
  current = { model, head: info.head, encoders: new Encoders(model), engine, options };
  // What is missing in Rust is undefined here.
  const facts = { ...info, tokenizer: tokenizer ?? null };
  post({ id, type: 'loaded', info: facts, device: engine.device(), loading: model.loading() });
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
  const facts = await module.quantize(await openFiles(source, tell(id), signal), options, write, tell(id));
  post({ id, type: 'quantized', model: { ...facts, file: new Blob(pieces) } });
}

async function openTokenizer({ id, source }: Requested<'openTokenizer'>, signal: AbortSignal): Promise<void> {
  await ready();
  tokenizer = await module.Tokenizer.open(await openFiles(source, tell(id), signal));
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
  const templates = await module.ChatTemplates.open(await openFiles(source, tell(id), signal));
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

async function forward({ id, tokens, segments, last }: Requested<'forward'>): Promise<void> {
  const { model, head, encoders } = loaded();
  const outputs = await (head === 'generate' ? model.forward(tokens, last) : encoders.forward(tokens, segments, last));
  post({ id, type: 'outputs', outputs }, Object.values(outputs).flatMap((rows) => rows.map((row) => row.buffer)));
}

async function compute({ id, ...task }: Requested<Task['type']>, signal: AbortSignal): Promise<void> {
  const { encoders } = loaded();
  const done = await stoppable(signal, (stopped) => encoders.run(task, tell(id), stopped));
  if (!done) throw new KingletError('aborted', 'aborted by the caller');
  const transfer = done.type === 'embedded' ? done.rows.flatMap((rows) => rows.map((row) => row.buffer)) : [];
  post({ id, ...done }, transfer);
}

async function restore({ id, text, map }: Requested<'restore'>): Promise<void> {
  post({ id, type: 'restored', text: module.restore(text, map) });
}

async function generate({ id, prompts, options }: Requested<'generate'>, signal: AbortSignal): Promise<void> {
  const begin = async (each: Each, stopped: Promise<void>): Promise<GenerationFacts> => {
    generator ??= await loaded().model.generator();
    return generator.generate(prompts, options, each, stopped);
  };
  post({ id, ...(await measured(id, prompts.length, signal, begin)) });
}

async function chat({ id, options }: Requested<'chat'>): Promise<void> {
  const begun = await loaded().model.chat(options);
  chats.set(id, begun);
  post({ id, type: 'conversation', messages: messages(begun) });
}

async function say({ id, chat, text, messages: given, options }: Requested<'say'>, signal: AbortSignal): Promise<void> {
  const talking = there(chats.get(chat), 'the chat was closed');
  if (given) {
    talking.setSystem(null);
    for (const message of given) talking.push(message);
  }
  const generated = await measured(id, 1, signal, (each, stopped) => talking.say(text, options, each, stopped));
  post({ id, ...generated, messages: messages(talking) });
}

async function change({ id, chat, change }: Requested<'change'>): Promise<void> {
  const talking = there(chats.get(chat), 'the chat was closed');
  if ('push' in change) talking.push(change.push);
  else if ('clear' in change) talking.clear();
  else if ('system' in change) talking.setSystem(change.system);
  post({ id, type: 'conversation', messages: messages(talking) });
}

async function hangUp({ id, chat }: Requested<'hangUp'>): Promise<void> {
  chats.get(chat)?.free();
  chats.delete(chat);
  post({ id, type: 'conversation', messages: [] });
}

function messages(chat: Chat): Message[] {
  return JSON.parse(chat.messages()) as Message[];
}

/** Gives work a promise that settles when nobody wants it any more, and at the end in any case: the engine listens until then. */
async function stoppable<T>(signal: AbortSignal, work: (stopped: Promise<void>) => Promise<T>): Promise<T> {
  let settle = (): void => {};
  const stopped = new Promise<void>((resolve) => (settle = resolve));
  if (signal.aborted) settle();
  signal.addEventListener('abort', settle, { once: true });
  return work(stopped).finally(settle);
}

type Each = (index: number, token: Token, logits?: Float32Array) => boolean;

/** Generates with a clock beside it, and hands each token over. */
async function measured(
  id: number,
  continuations: number,
  signal: AbortSignal,
  generate: (each: Each, stopped: Promise<void>) => Promise<GenerationFacts>,
): Promise<Omit<Generated, 'id'>> {
  const start = performance.now();
  let first = start;
  let last = start;
  let count = 0;
  const each: Each = (index, token, logits) => {
    last = performance.now();
    if (count === 0) first = last;
    count += 1;
    const transfer = logits ? [logits.buffer as ArrayBuffer] : [];
    post({ id, type: 'token', token: { index, ...token, ...(logits && { logits }) } }, transfer);
    return !signal.aborted;
  };
  const { ends, perToken } = signal.aborted
    ? nothing(continuations)
    : await stoppable(signal, (stopped) => generate(each, stopped));
  // The first token comes when the first prompt is read.
  const read = count > 0 && ends[0] ? ends[0].promptTokens - ends[0].reusedTokens : 0;
  return {
    type: 'generated',
    ends: ends.map(({ text, finishReason, ...end }) => ({ ...end, text: text ?? null, finishReason: finishReason ?? null })),
    timings: {
      firstTokenMilliseconds: count > 0 ? first - start : null,
      prefill: speed(read, first - start),
      decode: speed(Math.max(count - 1, 0), last - first),
      perToken,
    },
  };
}

/** What came of a generation that did not begin. */
function nothing(continuations: number): GenerationFacts {
  const end: EndFacts = { text: null, finishReason: null, promptTokens: 0, reusedTokens: 0 };
  return { ends: Array<EndFacts>(continuations).fill(end), perToken: {} };
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
