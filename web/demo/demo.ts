// The demo page. `?model=URL` loads a model at once, `&tokens=1,2,3` continues these tokens, `&tier=baseline` does
// without subgroups.

import { type Model, type ModelSource, isSupported, load } from '../dist/index.js';

const element = <T extends HTMLElement = HTMLElement>(id: string): T => document.getElementById(id) as T;
const input = (id: string): HTMLInputElement => element<HTMLInputElement>(id);
const show = (id: string, text: string): void => void (element(id).textContent = text);

const parameters = new URLSearchParams(location.search);
let model: Model | undefined;
let stopping = new AbortController();

async function loadModel(source: ModelSource): Promise<void> {
  model?.close();
  model = undefined;
  element<HTMLFieldSetElement>('prompt').disabled = true;
  const tier = parameters.get('tier') === 'baseline' ? 'baseline' : 'subgroups';
  model = await load(source, {
    tier,
    onProgress: ({ stage, done, total }) => show('state', `${stage}: ${megabytes(done)} of ${megabytes(total)}`),
  });
  const { device, info, loading } = model;
  const software = device.software ? ', software' : '';
  const parts = [
    `${info.architecture}, ${info.parameters.toLocaleString()} parameters, ${info.layers} layers`,
    `${device.adapter} (${device.tier}${software}), loaded in ${loading.milliseconds.toFixed(0)} ms`,
  ];
  show('state', parts.join('\n'));
  element<HTMLFieldSetElement>('prompt').disabled = false;
}

async function generate(): Promise<void> {
  if (!model) return;
  show('tokens', '');
  show('speed', '');
  const prompt = input('ids').value.split(',').map(tokenId);
  stopping = new AbortController();
  input('stop').disabled = false;
  const stream = model.generate(prompt, { maxTokens: Number(input('count').value), ignoreEnd: true });
  stopping.signal.addEventListener('abort', () => stream.stop());
  for await (const { id } of stream) element('tokens').append(`${id} `);
  const { prefill, decode, perToken } = (await stream.result()).timings;
  const rate = (speed: number | null): string => (speed === null ? 'n/a' : `${speed.toFixed(1)} tokens/s`);
  const launches = perToken.dispatches === undefined ? '' : `; ${perToken.dispatches} kernel launches a token`;
  show('speed', `prefill ${rate(prefill.tokensPerSecond)}, decode ${rate(decode.tokensPerSecond)}${launches}`);
}

/** Runs what a person asked for, one thing at a time, and shows what goes wrong. */
async function attempt(work: () => Promise<void>): Promise<void> {
  const buttons = [input('load'), input('generate')];
  for (const button of buttons) button.disabled = true;
  show('problem', '');
  await work().catch((error: unknown) => show('problem', error instanceof Error ? error.message : String(error)));
  input('stop').disabled = true;
  for (const button of buttons) button.disabled = false;
}

function tokenId(word: string): number {
  const id = word.trim();
  if (!/^\d+$/.test(id)) throw new Error(`${JSON.stringify(id)} is not a token id`);
  return Number(id);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

element('loading').addEventListener('submit', (event) => {
  event.preventDefault();
  const files = [...(input('files').files ?? [])];
  const source = files.length > 0 ? { files } : { url: input('url').value };
  void attempt(() => loadModel(source));
});

element('generating').addEventListener('submit', (event) => {
  event.preventDefault();
  void attempt(generate);
});

element('stop').addEventListener('click', () => stopping.abort());

const support = await isSupported();
show('state', support.supported ? `adapter: ${support.adapter}` : `${support.why}`);
const url = parameters.get('model');
if (url) {
  input('url').value = url;
  await attempt(async () => {
    await loadModel({ url });
    const tokens = parameters.get('tokens');
    if (!tokens) return;
    input('ids').value = tokens;
    await generate();
  });
}
