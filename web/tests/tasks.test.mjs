// What the package promises of encoders beside their answers, which `encoders.test.mjs` checks; and the whole command.

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { read } from '../scripts/arguments.mjs';
import { launch, open } from '../scripts/browser.mjs';
import { serve } from '../scripts/server.mjs';
import { command, start } from './scripts.mjs';
import { GOLDENS, WEB, encoders } from './support.mjs';

const ENCODERS = path.join(GOLDENS, 'encoders');
const golden = (name) => encoders().find((encoder) => encoder.name === name);

let server;
let browser;

before(async () => {
  server = await serve({ '/package/': WEB, '/models/': ENCODERS, '/decoders/': GOLDENS });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  server?.close();
});

/** Runs `work` on a page, and fails where the page has problems. */
async function onPage(work, argument) {
  const { page, problems } = await open(browser, `${server.url}/package/scripts/blank.html`);
  const source = `async (argument) => (${work})(await import('/package/dist/index.js'), argument)`;
  const found = await page.evaluate(`(${source})(${JSON.stringify(argument ?? null)})`);
  assert.deepEqual(problems, []);
  await page.close();
  return found;
}

test('many texts go through the model together, and can be given up', async () => {
  const found = await onPage(async ({ load }) => {
    const model = await load({ url: '/models/minilm-sentences' });
    const texts = Array.from({ length: 100 }, (_, count) => 'the kinglet sings '.repeat(count % 9));
    const progress = [];
    const together = await model.embed(texts, { onProgress: (each) => progress.push(each) });
    const alone = await model.embed([texts[7]]);
    const none = await model.embed([]);
    const rows = await model.embed(['The wren'], { pooling: 'none', normalize: false });
    const cls = await model.embed(['The wren'], { normalize: false, pooling: 'cls' });
    const controller = new AbortController();
    const aborting = model.embed(Array(3000).fill(texts[8]), { signal: controller.signal, onProgress: () => controller.abort() });
    const code = await aborting.then(() => 'nothing failed', ({ code }) => code);
    const again = await model.embed([texts[7]]);
    const plain = ({ embeddings, tokens, truncated }) => ({ embeddings: embeddings.map((row) => Array.from(row)), tokens, truncated });
    const { head, info } = model;
    model.close();
    return {
      head,
      labels: info.labels,
      progress,
      together: plain(together),
      alone: plain(alone),
      again: plain(again),
      none: plain(none),
      rows: rows.embeddings[0].map((row) => Array.from(row)),
      count: rows.tokens[0],
      cls: plain(cls).embeddings[0],
      code,
    };
  });
  assert.deepEqual([found.head, found.labels], ['embed', []]);
  const done = found.progress.map(({ done }) => done);
  assert.ok(done.length > 1 && done.every((count, index) => index === 0 || count > done[index - 1]), `${done}`);
  assert.deepEqual(found.progress.at(-1), { stage: 'encode', name: '', done: 100, total: 100 });
  assert.equal(found.together.embeddings.length, 100);
  found.alone.embeddings[0].forEach((value, place) => assert.ok(Math.abs(value - found.together.embeddings[7][place]) < 1e-5));
  // Eight times three words and more do not fit into sixteen tokens.
  assert.ok(found.together.truncated.includes(8) && !found.together.truncated.includes(0), `${found.together.truncated}`);
  assert.equal(found.together.tokens[8], 16);
  assert.deepEqual(found.again, found.alone);
  assert.deepEqual(found.none, { embeddings: [], tokens: [], truncated: [] });
  assert.equal(found.rows.length, found.count);
  assert.deepEqual(found.cls, found.rows[0]);
  assert.equal(found.code, 'aborted');
});

test('a second call makes no plans', async () => {
  const { page, problems } = await open(browser, `${server.url}/package/scripts/blank.html`);
  // The worker is a module of its own: what it runs with counts what it makes.
  await page.route('**/dist/worker.js', async (route) => {
    const response = await route.fetch();
    const count = `let made = 0;
      for (const name of ['createComputePipeline', 'createComputePipelineAsync', 'createBuffer', 'createBindGroup']) {
        const make = GPUDevice.prototype[name];
        GPUDevice.prototype[name] = function (...args) { made += 1; return make.apply(this, args); };
      }
      self.addEventListener('message', ({ data }) => { if (data === 'made') self.postMessage({ id: -1, type: 'made', made }); });\n`;
    await route.fulfill({ response, body: count + (await response.text()) });
  });
  const made = await page.evaluate(async () => {
    let worker;
    const Real = Worker;
    globalThis.Worker = class extends Real {
      constructor(...args) {
        super(...args);
        worker = this;
      }
    };
    const { load } = await import('/package/dist/index.js');
    const model = await load({ url: '/models/minilm-sentences' });
    const counted = () =>
      new Promise((resolve) => {
        const hear = ({ data }) => {
          if (data.type !== 'made') return;
          worker.removeEventListener('message', hear);
          resolve(data.made);
        };
        worker.addEventListener('message', hear);
        worker.postMessage('made');
      });
    const after = [];
    for (const options of [{}, {}, { pooling: 'cls' }, { prompt: undefined }, { pooling: 'cls' }]) {
      await model.embed(['A wren sings'], options);
      after.push(await counted());
    }
    return after;
  });
  assert.deepEqual(problems, []);
  await page.close();
  assert.ok(made[0] > 0, `${made}`);
  assert.equal(made[1], made[0]);
  assert.ok(made[2] > made[1], `${made}`);
  assert.deepEqual([made[3], made[4]], [made[2], made[2]]);
});

test('what a model is not for is an error with a code', async () => {
  const found = await onPage(async ({ KingletError, load }) => {
    const failure = (promise) =>
      promise.then(
        () => 'nothing failed',
        (error) => [error instanceof KingletError, error.code, error.message],
      );
    const [classifier, decoder, filler] = await Promise.all(
      ['/models/bert-classify', '/decoders/llama-odd', '/models/bert-fill'].map((url) => load({ url })),
    );
    const failures = [
      await failure(classifier.embed(['a'])),
      await failure(classifier.rerank('a', ['b'])),
      await failure(classifier.generate([1]).result()),
      await failure(classifier.chat()),
      await failure(decoder.embed(['a'])),
      await failure(decoder.tag('a')),
      await failure(decoder.forward([1], { segments: [0] })),
      await failure(filler.fill('The wren')),
      await failure(filler.fill('The wren', { top: 'all' })),
      await failure(filler.forward([1, 2], { segments: [0] })),
      await failure(classifier.classify('a')),
      await failure(classifier.classify(['a'], { top: 1 })),
      await failure(classifier.classify(['a'], { signal: AbortSignal.abort() })),
    ];
    return { failures, heads: [classifier, decoder, filler].map(({ head }) => head), labels: classifier.info.labels.length };
  });
  const wrong = (message) => [true, 'invalid-argument', message];
  assert.deepEqual(found.failures, [
    wrong('BertForSequenceClassification cannot embed; it can classify'),
    wrong('BertForSequenceClassification has 3 labels, and reranking needs a model with one'),
    wrong('BertForSequenceClassification cannot generate; it can classify'),
    wrong('BertForSequenceClassification cannot generate; it can classify'),
    wrong('LlamaForCausalLM cannot embed; it can generate'),
    wrong('LlamaForCausalLM cannot tag; it can generate'),
    wrong('LlamaForCausalLM knows no segments'),
    wrong('there is no [MASK] in the text, which stands for what is to be filled in'),
    wrong('top is "all"; it must be a whole number from 0 to 4294967295'),
    wrong('there are 1 segments for 2 tokens'),
    wrong('texts must be an array of strings'),
    wrong('there is no option "top"; there are onProgress, signal'),
    [true, 'aborted', 'aborted by the caller'],
  ]);
  assert.deepEqual([found.heads, found.labels], [['classify', 'generate', 'fill'], 3]);
});

test('arguments of tasks are read, and refused by name', () => {
  const request = (...args) => read(args).request;
  assert.deepEqual(request('embed', 'm', '--pooling', 'none', '--normalize', '--', '-a', 'b').options, { pooling: 'none', normalize: true });
  assert.deepEqual(request('embed', 'm', '--', '-a', 'b').texts, ['-a', 'b']);
  assert.deepEqual(request('fill', 'm', 'a', '--top-k', '3').options, { top: 3 });
  const { question, text, options, loading } = request('answer', 'm', '--question', '-q', '--context', '5', '--window', '64', '--kv', 'f32');
  assert.deepEqual([question, text, options, loading], ['-q', '5', { window: 64 }, { kv: 'f32' }]);
  for (const [args, message] of [
    [['embed', 'm'], 'there is no text: give texts behind `--`, or --jsonl'],
    [['embed', 'm', 'a', '--jsonl'], 'TEXT cannot be used with --jsonl'],
    [['embed'], 'embed takes one MODEL, and any number of TEXT'],
    [['embed', 'm', 'a', '--pooling', 'max'], '--pooling: "max" is none of mean, cls, last, none'],
    [['rerank', 'm', 'a'], '--query is missing'],
    [['tag', 'm', 'a', 'b'], 'tag takes one MODEL, and one TEXT'],
    [['tag', 'm', 'a', '--aggregation', 'max'], '--aggregation: "max" is none of first, simple'],
    [['answer', 'm', '--question', 'a'], '--context is missing'],
    [['answer', 'm', '--question', 'a', '--context', 'b', '--window', '0'], '--window: "0" is not a whole number above 0'],
    [['fill', 'm', 'a', '--top', '0'], '--top: "0" is not a whole number above 0'],
    [['forward', 'm', '--tokens', '1', '--segments', 'x'], '--segments: "x" is not a token id'],
  ]) {
    assert.throws(() => read(args), ({ message: found }) => found.includes(message), args.join(' '));
  }
});

test('the command embeds and answers, from a server and from a folder of File objects', async () => {
  const model = path.join(ENCODERS, 'minilm-sentences');
  const wanted = golden('minilm-sentences').text.embeddings.filter(({ prompt }) => !prompt).slice(0, 2);
  const { child, ended } = start('command.mjs', ['embed', model, '--jsonl', '--json', '--as-file']);
  child.stdin.end(wanted.map(({ text }) => `${JSON.stringify(text)}\n`).join(''));
  const { code, stdout, stderr } = await ended;
  assert.deepEqual([code, stderr], [0, 'warning: 2 of the texts are longer than the model takes, and were cut\n']);
  const { device, embeddings, truncated } = JSON.parse(stdout);
  assert.deepEqual([device.kind, embeddings.length, truncated], ['gpu', 2, [0, 1]]);
  // Without 1_Pooling and 2_Normalize, which lie in folders, they were others.
  for (const [index, { embedding }] of wanted.entries()) {
    embedding.forEach((value, place) => assert.ok(Math.abs(embeddings[index][place] - value) < 1e-5, `${index}`));
  }
  const { questions: [{ question, context, merged }], max_seq_len: window, doc_stride: overlap } = golden('bert-answer').text;
  const options = ['--window', `${window}`, '--overlap', `${overlap}`];
  const answered = await command(['answer', path.join(ENCODERS, 'bert-answer'), '--question', question, '--context', context, ...options]);
  assert.deepEqual([answered.code, answered.stdout, answered.stderr], [0, `${merged.answer}\n`, '']);
  const readable = await command(['classify', path.join(ENCODERS, 'bert-classify'), '--', golden('bert-classify').text.texts[0].text]);
  assert.match(readable.stdout, /^device {2}.*SwiftShader.*\n\ntext +label +score\n/);
  const wrong = await command(['embed', path.join(ENCODERS, 'bert-classify'), '--', 'a']);
  assert.deepEqual([wrong.code, wrong.stdout, wrong.stderr], [1, '', 'error: BertForSequenceClassification cannot embed; it can classify\n']);
  const lines = start('command.mjs', ['embed', model, '--jsonl']);
  lines.child.stdin.end('"a"\nb\n');
  assert.match((await lines.ended).stderr, /^error: line 2 of standard input is not a JSON string: /);
});
