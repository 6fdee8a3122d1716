// The package's own promises: sources, errors, ends.

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { launch, open } from '../scripts/browser.mjs';
import { serve } from '../scripts/server.mjs';
import { DIST, GOLDENS, WEB, goldens } from './support.mjs';

const golden = goldens().find(({ name }) => name === 'llama-odd');

let server;
let browser;

before(async () => {
  server = await serve({ '/': DIST, '/scripts/': path.join(WEB, 'scripts'), '/models/': GOLDENS });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  server?.close();
});

/** Runs `work` on a page, and fails where the page has problems. */
async function onPage(work, argument) {
  const { page, problems } = await open(browser, `${server.url}/scripts/blank.html`);
  const source = `async (argument) => (${work})(await import('/kinglet.js'), argument)`;
  const found = await page.evaluate(`(${source})(${JSON.stringify(argument ?? null)})`);
  assert.deepEqual(problems, []);
  await page.close();
  return found;
}

test('files that the page holds are a source', async () => {
  const found = await onPage(
    async ({ load }, prompt) => {
      const names = ['config.json', 'model.safetensors'];
      const fetched = names.map(async (name) => [name, await (await fetch(`/models/llama-odd/${name}`)).arrayBuffer()]);
      const progress = [];
      const files = Object.fromEntries(await Promise.all(fetched));
      const model = await load({ files }, { onProgress: (each) => progress.push(each), taps: ['model.norm'] });
      const outputs = await model.forward(prompt, { rows: 'last' });
      model.close();
      const after = await model.forward(prompt).catch(({ code }) => code);
      const shapes = Object.entries(outputs).map(([name, rows]) => [name, rows.length, rows[0].length]);
      return { info: model.info, progress, shapes, after };
    },
    golden.prompt,
  );
  assert.equal(found.info.architecture, 'LlamaForCausalLM');
  assert.deepEqual(found.shapes.map(([name, rows]) => [name, rows]), [['logits', 1], ['model.norm', 1]]);
  assert.equal(found.shapes[0][2], found.info.vocab);
  const last = found.progress.at(-1);
  assert.deepEqual([last.file, last.loaded], ['model.safetensors', last.total]);
  assert.equal(found.after, 'closed');
});

test('generations follow one another, and end early', async () => {
  const found = await onPage(
    async ({ load }, prompt) => {
      const model = await load({ url: '/models/llama-odd' });
      const whole = model.generate(prompt, { maxTokens: 6, ignoreEnd: true });
      const broken = [];
      const breaking = model.generate(prompt, { maxTokens: 100, ignoreEnd: true });
      for await (const { id } of breaking) if (broken.push(id) === 3) break;
      const rest = (await breaking.result()).tokens.length;
      const controller = new AbortController();
      const aborting = model.generate(prompt, { maxTokens: 100, ignoreEnd: true, signal: controller.signal });
      let code;
      try {
        for await (const _ of aborting) controller.abort();
      } catch (error) {
        code = error.code;
      }
      const again = model.generate(prompt, { maxTokens: 6, ignoreEnd: true });
      const ids = async (stream) => (await stream.result()).tokens.map(({ id }) => id);
      return { whole: await ids(whole), broken, rest, code, again: await ids(again) };
    },
    golden.prompt,
  );
  assert.deepEqual(found.whole, golden.greedy.slice(0, 6));
  assert.deepEqual(found.again, golden.greedy.slice(0, 6));
  assert.deepEqual(found.broken, golden.greedy.slice(0, 3));
  assert.ok(found.rest < 20, `${found.rest} tokens came after a loop was left at the third`);
  assert.equal(found.code, 'aborted');
});

test('errors have a code and one line', async () => {
  const found = await onPage(async ({ KingletError, load }) => {
    const failure = (promise) =>
      promise.then(
        () => 'nothing failed',
        (error) => [error instanceof KingletError, error.code, error.message],
      );
    const model = await load({ url: '/models/llama-odd' });
    const config = { 'config.json': new Blob(['{"architectures":["Nest"]}']), 'model.safetensors': new Blob(['{}']) };
    const failures = {
      missing: await failure(load({ url: '/models/none' })),
      empty: await failure(load({ files: {} })),
      broken: await failure(load({ files: { 'config.json': new Blob(['{']), 'model.safetensors': new Blob([]) } })),
      unknown: await failure(load({ files: config })),
      aborted: await failure(load({ url: '/models/llama-odd' }, { signal: AbortSignal.abort() })),
      tap: await failure(load({ url: '/models/llama-odd' }, { taps: ['nest'] })),
      token: await failure(model.forward([999_999])),
      none: await failure(model.generate([]).result()),
      negative: await failure((async () => model.forward([-1]))()),
      temperature: await failure(model.generate([1], { temperature: 1 }).result()),
      option: await failure(model.generate([1], { maxTokens: 'many' }).result()),
    };
    model.close();
    return failures;
  });
  const codes = Object.fromEntries(Object.entries(found).map(([name, [, code]]) => [name, code]));
  assert.deepEqual(codes, {
    missing: 'invalid-model',
    empty: 'invalid-model',
    broken: 'invalid-model',
    unknown: codes.unknown,
    aborted: 'aborted',
    tap: 'invalid-argument',
    token: 'invalid-argument',
    none: 'invalid-argument',
    negative: 'invalid-argument',
    temperature: 'invalid-argument',
    option: 'invalid-argument',
  });
  assert.match(codes.unknown, /^(invalid|unsupported)-model$/);
  for (const [name, [typed, , message]] of Object.entries(found)) {
    assert.ok(typed, name);
    assert.ok(message.length > 0 && !message.includes('\n'), `${name}: ${message}`);
  }
});

test('the demo page loads a model and generates', async () => {
  const address = `${server.url}/?model=models/llama-odd&tokens=${golden.prompt.join(',')}`;
  const { page, problems } = await open(browser, address);
  await page.locator('#speed:not(:empty)').waitFor({ timeout: 60_000 });
  const text = (id) => page.locator(id).innerText();
  assert.deepEqual((await text('#tokens')).split(' ').map(Number).slice(0, golden.greedy.length), golden.greedy);
  assert.match(await text('#state'), /SwiftShader/);
  assert.equal(await text('#problem'), '');
  assert.deepEqual(problems, []);
  await page.close();
});
