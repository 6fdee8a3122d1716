// The demo page: it talks with models that talk, continues texts with others, and tokens with those that know no text.
// Before any of that two experts are at work. `?model=URL` loads a model at once, `&text=…` or `&tokens=1,2,3` continues that, `&tier=baseline` does without subgroups.

import { showExperts } from './experts.js';
import { type Chat, type Model, type ModelSource, isSupported, load, renderChat } from '../dist/index.js';

const element = <T extends HTMLElement = HTMLElement>(id: string): T => document.getElementById(id) as T;
const input = (id: string): HTMLInputElement => element<HTMLInputElement>(id);
const show = (id: string, text: string): void => void (element(id).textContent = text);

const parameters = new URLSearchParams(location.search);
const tier = parameters.get('tier') === 'baseline' ? 'baseline' : 'subgroups';
let model: Model | undefined;
/** Where the model has a chat template. */
let chat: Chat | undefined;
let stopping = new AbortController();

/** What the model is asked for, with what it is called and what stands there first. */
const KINDS = {
  tokens: ['Tokens', 'Prompt', '1,2,3'],
  text: ['Text', 'Prompt', 'A small bird'],
  chat: ['Chat', 'Message', 'What sings at dawn?'],
} as const;

async function loadModel(source: ModelSource): Promise<void> {
  model?.close();
  model = chat = undefined;
  element<HTMLFieldSetElement>('prompt').disabled = true;
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
  if (info.tokenizer != null && (await talks(source))) chat = await model.chat();
  const [kind, asked, example] = KINDS[chat ? 'chat' : info.tokenizer == null ? 'tokens' : 'text'];
  show('kind', kind);
  show('asked', asked);
  show('tokens', '');
  show('speed', '');
  input('ids').value = example;
  element('clear').hidden = !chat;
  element<HTMLFieldSetElement>('prompt').disabled = false;
}

/** Whether the model has a chat template that takes a message. */
async function talks(source: ModelSource): Promise<boolean> {
  return renderChat(source, { messages: [{ role: 'user', content: 'Hi' }] }).then(
    () => true,
    () => false,
  );
}

async function generate(): Promise<void> {
  if (!model) return;
  const asked = input('ids').value;
  const options = { maxTokens: Number(input('count').value) };
  const isText = model.info.tokenizer != null;
  const stream = chat?.say(asked, options) ?? model.generate(isText ? asked : asked.split(',').map(tokenId), { ...options, ignoreEnd: !isText });
  show('speed', '');
  if (chat) element('tokens').append(`> ${asked}\n`);
  else show('tokens', '');
  stopping = new AbortController();
  input('stop').disabled = false;
  stopping.signal.addEventListener('abort', () => stream.stop());
  for await (const { id, text } of stream) element('tokens').append(isText ? text : `${id} `);
  if (chat) element('tokens').append('\n');
  const { prefill, decode, perToken } = (await stream.result()).timings;
  const rate = (speed: number | null): string => (speed === null ? 'n/a' : `${speed.toFixed(1)} tokens/s`);
  const launches = perToken.dispatches === undefined ? '' : `; ${perToken.dispatches} kernel launches a token`;
  show('speed', `prefill ${rate(prefill.tokensPerSecond)}, decode ${rate(decode.tokensPerSecond)}${launches}`);
}

async function clear(): Promise<void> {
  await chat?.clear();
  show('tokens', '');
}

/** Runs what a person asked for, one thing at a time, and shows what goes wrong. */
async function attempt(work: () => Promise<void>): Promise<void> {
  const buttons = [input('load'), input('generate'), input('clear')];
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
element('clear').addEventListener('click', () => void attempt(clear));

const support = await isSupported();
show('state', support.supported ? `adapter: ${support.adapter}` : `${support.why}`);
const url = parameters.get('model');
// Who comes for a model waits for nothing else.
if (support.supported) showExperts({ tier }, !url);
if (url) {
  input('url').value = url;
  await attempt(async () => {
    await loadModel({ url });
    const asked = parameters.get('text') ?? parameters.get('tokens');
    if (!asked) return;
    input('ids').value = asked;
    await generate();
  });
}
