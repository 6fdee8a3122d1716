// The package as others get it: packed by npm, in an application that Vite builds, and behind Vite's own server.

import assert from 'node:assert/strict';
import { execFileSync, execSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { build, createServer } from 'vite';

import { launch, open } from '../scripts/browser.mjs';
import { serve } from '../scripts/server.mjs';
import { GOLDENS, WEB, goldens } from './support.mjs';

const golden = goldens().find(({ name }) => name === 'llama-odd');

const PAGE = `import { load, loadRedactor } from 'kinglet';
document.title = await (location.hash === '#experts' ? restore() : generate()).catch((error) => \`\${error.code}: \${error.message}\`);
async function generate() {
  const model = await load({ url: './models/llama-odd' }, { grammars: location.hash === '#grammars' });
  const options = { maxTokens: ${golden.greedy.length}, ignoreEnd: true };
  const { tokens } = await model.generate([${golden.prompt}], options).result();
  return tokens.map(({ id }) => id).join();
}
/** The weights of an expert are where the bundler put them. */
async function restore() {
  return (await loadRedactor()).restore('[NAME_1]', { '[NAME_1]': '${golden.greedy.join()}' });
}
`;

/** What the README shows, with types that are checked. */
const TYPED = `import {
  KingletError, inspect, isSupported, load, loadRedactor, loadWhen, openTokenizer, quantize, renderChat,
  type Answer, type Chat, type Entity, type ErrorCode, type Head, type FinishReason, type Generations, type IndexedToken, type Message, type Model, type RedactKind, type Redactor, type TokenStream, type When, type WhenAnswer,
} from 'kinglet';
await using model: Model = await load({ url: '/m/' }, { tier: 'baseline', onProgress: ({ stage, done, total }) => console.log(stage, done / total) });
const stream: TokenStream = model.generate([1, 2, 3], { maxTokens: 64 });
for await (const token of stream) console.log(token.id);
const speed: number | null = (await stream.result()).timings.decode.tokensPerSecond;
const { logits } = await model.forward([1, 2, 3], { rows: 'last' });
const { embeddings }: { embeddings: Float32Array[] } = await model.embed(['A wren'], { pooling: 'mean', prompt: 'query' });
const perToken: Float32Array[][] = (await model.embed(['A wren'], { pooling: 'none' })).embeddings;
const { results: [best] } = await model.rerank('What sings?', ['A wren', 'A stone']);
const { labels: [[likeliest]] } = await model.classify(['What a bird!'], { onProgress: ({ done }) => console.log(done) });
const entities: Entity[] = await model.tag('Ada lived in London.', { aggregation: 'simple' });
const found: Answer = await model.answer('Who?', 'Ada.', { window: 64, overlap: 16 });
const [gap] = await model.fill('A [MASK] sings.', { top: 3 });
const head: Head = model.head;
console.log(embeddings.length, perToken.length, best?.score, likeliest?.label, entities.length, found.answer, gap?.[0]?.text, head);
const { bytes } = await inspect({ url: 'hf:org/name:Q4_K_M' });
const { klMean } = await model.compare({ files: document.querySelector('input')!.files! }, [1, 2, 3], { window: 64 });
const { file } = await quantize({ url: '/m/model.gguf' }, { types: 'Q4_K_M' });
await load({ files: { 'model.gguf': file }, weights: 'model.gguf' });
const codes: ErrorCode[] = [new KingletError('closed', 'x').code];
await using tokenizer = await openTokenizer({ url: '/m/' });
const messages = [{ role: 'user', content: 'Hi' }];
const text: string = await renderChat({ url: '/m/' }, { messages, enable_thinking: false }, { now: new Date(), addGenerationPrompt: true });
const ids: number[] = (await tokenizer.encode(text, { addSpecial: false })).ids;
console.log(await tokenizer.decode(ids));
const structured = await load({ url: '/m/' }, { grammars: true });
const schema = { type: 'object', properties: { bird: { enum: ['wren', 'robin'] } } };
const { text: json, valid, finishReason } = await structured.generate('A bird:', { jsonSchema: schema, stop: ['\\n\\n'] }).result();
const reason: FinishReason | null = finishReason;
const all: TokenStream<IndexedToken, Generations> = model.generateAll(['A wren', [1, 2]], { temperature: 0.8, seed: 1 });
for await (const { index, text } of all) console.log(index, text);
console.log((await all.result()).continuations.map(({ text }) => text), json, valid, reason);
await using chat: Chat = await model.chat({ system: 'Be brief.', tools: [{ type: 'function' }], extra: { enable_thinking: false } });
for await (const { text } of chat.say('What sings at dawn?', { maxTokens: 100, signal: AbortSignal.timeout(60_000) })) console.log(text);
const spoken: readonly Message[] = chat.messages;
await chat.push({ role: 'user', content: 'And at night?' });
const { promptTokens, reusedTokens } = await chat.reply().result();
await chat.clear();
const { choices, usage } = await model.chat.completions.create({ messages, max_tokens: 9, response_format: { type: 'json_schema', json_schema: { name: 'bird', schema } } });
for await (const chunk of await model.chat.completions.create({ messages, stream: true })) console.log(chunk.choices[0]?.delta.content);
console.log(choices[0]!.message.content, usage.total_tokens);
console.log(spoken, promptTokens - reusedTokens);
await using redactor: Redactor = await loadRedactor({ onProgress: ({ done, total }) => console.log(done / total), signal: AbortSignal.timeout(60_000) });
const kinds: RedactKind[] = ['name', 'email'];
const { text: safe, map, spans } = await redactor.redact('Anna Meyer, anna@example.org', { kinds });
const next = await redactor.redact('Anna Meyer again', { map });
console.log(await redactor.restore(safe, next.map), spans.map(({ kind, placeholder }) => [kind, placeholder]), redactor.device.adapter);
await using when: When = await loadWhen({ tier: 'baseline', source: { url: '/m/when.gguf' } });
const answer: WhenAnswer = await when.read('a week from friday at noon', { now: '2026-11-20T09:00' });
if (answer.kind === 'range') console.log(answer.start, answer.end);
if (answer.meaning?.kind === 'instant') console.log(answer.meaning.at.join(' '), answer.confidence);
console.log(speed, logits, codes, bytes.total, klMean, (await isSupported()).adapter, model.info.layers);
// @ts-expect-error
model.generate([1], { maxTokens: 'many' });
// @ts-expect-error
chat.say([1]);
`;

const COMPILER = {
  target: 'ES2022',
  module: 'ESNext',
  moduleResolution: 'Bundler',
  lib: ['ES2023', 'ESNext.Disposable', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
  types: [],
  strict: true,
  noEmit: true,
};

let app;
let packed;
let browser;

before(async () => {
  app = mkdtempSync(path.join(tmpdir(), 'kinglet app '));
  const modules = path.join(app, 'node_modules');
  mkdirSync(modules);
  const options = { cwd: WEB, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
  // One line for the shell: npm is a script on Windows.
  const [report] = JSON.parse(execSync(`npm pack --json --pack-destination "${app}"`, options));
  packed = report.files.map((file) => file.path);
  execFileSync('tar', ['-xzf', report.filename, '-C', 'node_modules'], { cwd: app });
  renameSync(path.join(modules, 'package'), path.join(modules, 'kinglet'));
  mkdirSync(path.join(app, 'public/models'), { recursive: true });
  cpSync(path.join(GOLDENS, golden.name), path.join(app, 'public/models', golden.name), { recursive: true });
  const page = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/main.js"></script>';
  writeFileSync(path.join(app, 'index.html'), page);
  writeFileSync(path.join(app, 'main.js'), PAGE);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  if (app) rmSync(app, { recursive: true, force: true });
});

async function expectTokens(url) {
  const { page, problems } = await open(browser, url);
  await page.waitForFunction(() => document.title !== '', null, { timeout: 60_000 });
  assert.equal(await page.title(), golden.greedy.join());
  assert.deepEqual(problems, []);
  await page.close();
}

test('the package holds what runs, its types and its licences', () => {
  const modules = ['adapter', 'answers', 'arguments', 'blob', 'chat', 'completions', 'connection', 'encoders', 'engine', 'error', 'experts', 'files', 'grammar-worker'];
  modules.push('http', 'hub', 'index', 'listing', 'model', 'protocol', 'start', 'stream', 'template', 'tokenize', 'types', 'worker');
  const expected = [
    'LICENSE-APACHE',
    'LICENSE-MIT',
    'README.md',
    ...modules.map((name) => `dist/${name}.js`),
    ...['chat', 'completions', 'error', 'experts', 'index', 'model', 'stream', 'template', 'tokenize', 'types'].map((name) => `dist/${name}.d.ts`),
    'package.json',
    ...['redact.gguf', 'when.gguf'].map((name) => `pkg/experts/${name}`),
    ...['kinglet_web.d.ts', 'kinglet_web.js', 'kinglet_web_bg.wasm'].map((name) => `pkg/${name}`),
    ...['kinglet_web.js', 'kinglet_web_bg.wasm'].map((name) => `pkg/grammar/${name}`),
  ];
  assert.deepEqual(packed.toSorted(), expected.toSorted());
});

test('its types stand on their own', () => {
  writeFileSync(path.join(app, 'typed.ts'), TYPED);
  writeFileSync(path.join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions: COMPILER, files: ['typed.ts'] }));
  const tsc = path.join(WEB, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', app], { stdio: ['ignore', 'inherit', 'inherit'] });
});

test('an application that Vite builds generates', async () => {
  await build({ root: app, base: './', configFile: false, logLevel: 'warn', build: { target: 'es2022' } });
  const server = await serve({ '/deep/': path.join(app, 'dist') });
  try {
    await expectTokens(`${server.url}/deep/`);
    await expectTokens(`${server.url}/deep/#grammars`);
    await expectTokens(`${server.url}/deep/#experts`);
  } finally {
    server.close();
  }
});

// Vite answers with the page for files that are not there, and bundles dependencies.
test("an application on Vite's own server generates", async () => {
  const server = await createServer({ root: app, configFile: false, logLevel: 'warn' });
  try {
    await server.listen();
    await expectTokens(server.resolvedUrls.local[0]);
    await expectTokens(`${server.resolvedUrls.local[0]}#experts`);
  } finally {
    await server.close();
  }
});
