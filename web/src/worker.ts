// The engine's side of the protocol.

import init, { Engine, ModelFiles, type Generator, type Model } from '../pkg/kinglet_web.js';
import { prepareAdapter } from './adapter.js';
import { KingletError } from './error.js';
import { readFiles } from './files.js';
import type { Event, Request } from './protocol.js';
import type { Speed } from './types.js';

/** Bundlers find the engine by this very form. */
const wasm = new URL('../pkg/kinglet_web_bg.wasm', import.meta.url);

let model: Model | undefined;
let generator: Generator | undefined;
/** Generations that have not ended, and whether they shall go on. */
const running = new Map<number, boolean>();
/** Requests are answered one after another: there is one GPU. */
let queue = Promise.resolve();

self.addEventListener('message', ({ data }: MessageEvent<Request>) => {
  if (data.type === 'stop') {
    if (running.has(data.id)) running.set(data.id, false);
    return;
  }
  if (data.type === 'generate') running.set(data.id, true);
  queue = queue.then(() => answer(data)).catch((thrown: unknown) => {
    const { code, message } = KingletError.from(thrown);
    post({ id: data.id, type: 'failed', code, message });
  });
});

function post(event: Event, transfer: Transferable[] = []): void {
  self.postMessage(event, { transfer });
}

function answer(request: Exclude<Request, { type: 'stop' }>): Promise<void> {
  switch (request.type) {
    case 'load':
      return load(request);
    case 'forward':
      return forward(request);
    case 'generate':
      return generate(request).finally(() => running.delete(request.id));
  }
}

async function load({ id, source, device, options }: Extract<Request, { type: 'load' }>): Promise<void> {
  const facts = await prepareAdapter(device);
  await init({ module_or_path: wasm });
  const engine = await Engine.open(facts);
  const start = performance.now();
  const files = new ModelFiles(options);
  await readFiles(source, files, (progress) => post({ id, type: 'progress', progress }));
  model = await engine.load(files);
  const milliseconds = performance.now() - start;
  post({ id, type: 'loaded', info: model.info(), device: engine.device(), milliseconds });
}

async function forward({ id, tokens, last }: Extract<Request, { type: 'forward' }>): Promise<void> {
  const outputs = await loaded().forward(tokens, last);
  post({ id, type: 'outputs', outputs }, Object.values(outputs).flatMap((rows) => rows.map((row) => row.buffer)));
}

async function generate({ id, tokens, options }: Extract<Request, { type: 'generate' }>): Promise<void> {
  generator ??= await loaded().generator();
  const start = performance.now();
  let first = start;
  let last = start;
  let count = 0;
  const each = (token: number, logits?: Float32Array): boolean => {
    last = performance.now();
    if (count === 0) first = last;
    count += 1;
    const transfer = logits ? [logits.buffer as ArrayBuffer] : [];
    post({ id, type: 'token', token: logits ? { id: token, logits } : { id: token } }, transfer);
    return running.get(id) ?? false;
  };
  const perToken = running.get(id) ? await generator.generate(tokens, options, each) : {};
  const prefill = speed(count > 0 ? tokens.length : 0, first - start);
  const decode = speed(Math.max(count - 1, 0), last - first);
  post({ id, type: 'generated', timings: { prefill, decode, perToken } });
}

function loaded(): Model {
  if (!model) throw new KingletError('closed', 'no model is loaded');
  return model;
}

function speed(tokens: number, milliseconds: number): Speed {
  return { tokens, tokensPerSecond: tokens > 0 && milliseconds > 0 ? (tokens / milliseconds) * 1e3 : null };
}
