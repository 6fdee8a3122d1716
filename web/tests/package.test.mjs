// The package's own promises: sources, errors, ends.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launch, open } from '../scripts/browser.mjs';
import { serve } from '../scripts/server.mjs';
import { GOLDENS, SITE, WEB, goldens } from './support.mjs';

const golden = goldens().find(({ name }) => name === 'llama-odd');

let server;
let browser;

before(async () => {
  server = await serve({ '/': SITE, '/package/': WEB, '/models/': GOLDENS });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  server?.close();
});

/** Runs `work` on a page, and fails where the page has problems. */
async function onPage(work, argument, prepare) {
  const { page, problems } = await open(browser, `${server.url}/package/scripts/blank.html`);
  await prepare?.(page);
  const source = `async (argument) => (${work})(await import('/package/dist/index.js'), argument)`;
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
  assert.deepEqual([found.info.architecture, found.info.tokenizer], ['LlamaForCausalLM', null]);
  assert.deepEqual(found.shapes.map(([name, rows]) => [name, rows]), [['logits', 1], ['model.norm', 1]]);
  assert.equal(found.shapes[0][2], found.info.vocab);
  const last = found.progress.at(-1);
  assert.deepEqual([last.stage, last.done, last.total], ['upload', 4 * found.info.parameters, 4 * found.info.parameters]);
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
      temperature: await failure(model.generate([1], { temperature: -1 }).result()),
      option: await failure(model.generate([1], { maxTokens: 'many' }).result()),
    };
    // What is wrong, in the words of the page.
    const odd = Symbol('odd');
    const said = {
      '{ url } or { files }': [() => load(undefined), () => load({}), () => load('/models'), () => load({ files: null })],
      '"http://[" is not an address': [() => load({ url: 'http://[' })],
      '"hf:org" is not hf:org/name': [() => load({ url: 'hf:org' })],
      'files must be File objects': [() => load({ files: ['model.gguf'] })],
      'weights must be the name': [() => load({ files: {}, weights: 1 })],
      'url must be a string or a URL': [() => load({ url: undefined })],
      'options must be an object': [() => load({ url: '/' }, null), () => model.generate([1], null), () => model.forward([1], 1)],
      'signal must be an AbortSignal': [() => model.generate([1], { signal: 1 }), () => load({ url: '/' }, { signal: {} })],
      'onProgress must be a function': [() => load({ url: '/' }, { onProgress: 1 }), () => model.compare({ url: '/' }, [1], { onProgress: 1 })],
      'window is 1; it must be': [() => model.compare({ url: '/' }, [1, 2], { window: 1 })],
      'there is no option "windows"; there are window, onProgress, signal': [() => model.compare({ url: '/' }, [1], { windows: 1 })],
      'cannot go to a worker': [
        () => load({ url: '/' }, { taps: () => 1 }),
        () => model.generate([1], { maxTokens: () => 1 }),
        () => model.generate([1], { temperature: odd }),
      ],
      'tokens must be an array': [() => model.generate(null), () => model.forward(5), () => model.forward(undefined)],
      'is not a token id': [() => model.generate(['1']), () => model.forward([undefined]), () => model.forward([odd])],
      'rows is "middle"; it must be "all" or "last"': [() => model.forward([1], { rows: 'middle' })],
      'there is no option "row"; there are rows, segments, signal': [() => model.forward([1], { row: 'last' })],
      'there is no option "kvv"; there are context, kv, quant, taps': [() => load({ url: '/none' }, { kvv: 'f32' })],
      'tier is "f16"; it must be "baseline" or "subgroups"': [() => load({ url: '/none' }, { tier: 'f16' })],
      'kv is "q4"; it must be "f16" or "f32"': [() => load({ url: '/none' }, { kv: 'q4' })],
      'context is -5; it must be a whole number': [() => load({ url: '/none' }, { context: -5 })],
      'taps is "a"; it must be an array of strings': [() => load({ url: '/none' }, { taps: 'a' })],
      'maxTokens is 1.5; it must be a whole number': [() => model.generate([1], { maxTokens: 1.5 })],
      'temperature is "0"; it must be a number': [() => model.generate([1], { temperature: '0' })],
      'ignoreEnd is [object Object]; it must be true or false': [() => model.generate([1], { ignoreEnd: {} })],
      'there is no option "max_tokens"': [() => model.generate([1], { max_tokens: 1 })],
      'stop is "a"; it must be an array of strings': [() => model.generate([1], { stop: 'a' })],
      'must not be empty': [() => model.generate([1], { stop: [''] })],
      'regex is 1; it must be a string': [() => model.generate([1], { regex: 1 })],
      'jsonSchema must be an object, or its JSON text': [() => model.generate([1], { jsonSchema: true })],
      'jsonSchema is not the JSON that it must be': [() => model.generate([1], { jsonSchema: '{' })],
      'exclude one another': [() => model.generate([1], { regex: 'a', grammar: 'start: "a"' })],
      'prompts must be an array': [() => model.generateAll('a'), () => model.generateAll(null)],
      'grammars is 1; it must be true or false': [() => load({ url: '/none' }, { grammars: 1 })],
      'there is no option "mood"; there are system, tools, extra, now': [() => model.chat({ mood: 'calm' })],
    };
    for (const [expected, calls] of Object.entries(said)) {
      for (const [index, call] of calls.entries()) {
        const result = await failure((async () => (await call()).result())());
        if (result[1] !== 'invalid-argument' || !result[2].includes(expected)) failures[`${expected} ${index}`] = result;
      }
    }
    // What may be left out may be null.
    (await load({ url: '/models/llama-odd' }, { context: null, kv: null, tier: null, limits: null })).close();
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

test('a model is inspected, and compared with another', async () => {
  const found = await onPage(
    async ({ inspect, load }, prompt) => {
      const url = '/models/llama-odd';
      const inspection = await inspect({ url });
      const model = await load({ url }, { quant: 'q8' });
      const progress = [];
      const compared = await model.compare({ url }, prompt.slice(0, 30), { window: 16, onProgress: (each) => progress.push(each) });
      const failures = {
        none: await model.compare({ url: '/models/none' }, prompt).catch(({ code }) => code),
        other: await model.compare({ url: '/models/llama-gqa-tied' }, prompt).catch(({ code }) => code),
        short: await model.compare({ url }, [1]).catch(({ code }) => code),
        missing: await inspect({ url: '/models/none' }).catch(({ code }) => code),
        aborted: await inspect({ url }, { signal: AbortSignal.abort() }).catch(({ code }) => code),
      };
      // It is as it was.
      const { tokens } = await model.generate(prompt, { maxTokens: 2, ignoreEnd: true }).result();
      model.close();
      const stages = progress.map(({ stage }) => stage);
      return { info: model.info, inspection, compared, last: progress.at(-1), stages, failures, tokens: tokens.length };
    },
    golden.prompt,
  );
  const { inspection, info, compared } = found;
  assert.deepEqual([inspection.parameters, inspection.vocab, inspection.fits], [info.parameters, info.vocab, true]);
  assert.equal(inspection.tensors.reduce((sum, { bytes }) => sum + bytes, 0), inspection.bytes.weights);
  assert.equal(inspection.bytes.kvPerToken.f16, info.kvBytesPerToken);
  // Of two windows the first tokens are not predicted.
  assert.equal(compared.tokens, 28);
  assert.ok(compared.klMean > 0 && compared.klMean < 0.01 && compared.top1Agreement > 0.8, JSON.stringify(compared));
  assert.deepEqual(found.last, { stage: 'compare', name: '', done: 30, total: 30 });
  assert.ok(found.stages.includes('read'));
  const failures = { none: 'invalid-model', other: 'invalid-argument', short: 'invalid-argument', missing: 'invalid-model', aborted: 'aborted' };
  assert.deepEqual([found.failures, found.tokens], [failures, 2]);
});

test('loads that fail leave no worker behind', async () => {
  const { page } = await open(browser, `${server.url}/package/scripts/blank.html`);
  const codes = await page.evaluate(async () => {
    const { load } = await import('/package/dist/index.js');
    const url = '/models/llama-odd';
    const bad = [[{ url: 'http://[' }], [{}], [{ url: '/none' }], [{ url }, { kv: 'q4' }], [{ url }, { taps: () => 1 }]];
    return Promise.all(bad.map((each) => load(...each).catch(({ code }) => code)));
  });
  assert.deepEqual(codes, ['invalid-argument', 'invalid-argument', 'invalid-model', 'invalid-argument', 'invalid-argument']);
  for (let round = 0; page.workers().length > 0 && round < 100; round += 1) await page.waitForTimeout(50);
  assert.equal(page.workers().length, 0);
  await page.close();
});

// As servers of single-page applications and stores that do not list their files say it.
for (const [name, answer] of Object.entries({
  'a page': { status: 200, contentType: 'text/html; charset=utf-8', body: '<!doctype html>' },
  'status 403': { status: 403, contentType: 'application/xml', body: '<Error/>' },
})) {
  test(`${name} in the place of a file that need not exist is no file`, async () => {
    const prepare = (page) => page.route(/index\.json|generation_config|\/none\//, (route) => route.fulfill(answer));
    const found = await onPage(
      async ({ load }) => {
        (await load({ url: '/models/llama-odd' })).close();
        return load({ url: '/models/none' }).catch(({ code, message }) => [code, message]);
      },
      null,
      prepare,
    );
    const missing = ['invalid-model', `no config.json in ${server.url}/models/none/`];
    const forbidden = ['download-failed', 'config.json cannot be fetched: HTTP status 403'];
    assert.deepEqual(found, answer.status === 200 ? missing : forbidden);
  });
}

test('the demo page loads a model and generates', async () => {
  const address = `${server.url}/?model=models/llama-odd&tokens=${golden.prompt.join(',')}`;
  const { page, problems } = await open(browser, address);
  await page.locator('#speed:not(:empty)').waitFor({ timeout: 60_000 });
  const text = (id) => page.locator(id).innerText();
  assert.deepEqual((await text('#tokens')).split(' ').map(Number).slice(0, golden.greedy.length), golden.greedy);
  assert.match(await text('#state'), /SwiftShader/);
  assert.equal(await text('#problem'), '');
  // One thing at a time: neither a second stream nor a second model begins meanwhile.
  await page.locator('#generate').click();
  const [load, generate] = [page.locator('#load'), page.locator('#generate')];
  assert.deepEqual([await load.isDisabled(), await generate.isDisabled()], [true, true]);
  await page.locator('#stop').click();
  await page.locator('#generate:enabled').waitFor();
  await page.locator('#ids').fill(',');
  await generate.click();
  await page.locator('#problem:not(:empty)').waitFor();
  assert.equal(await text('#problem'), '"" is not a token id');
  assert.equal(page.workers().length, 1);
  assert.deepEqual(problems, []);
  await page.close();
});

test('the demo page talks with a model that talks', async () => {
  const { page, problems } = await open(browser, `${server.url}/?model=models/llama-chat&text=Hi`);
  await page.locator('#speed:not(:empty)').waitFor({ timeout: 60_000 });
  const text = (id) => page.locator(id).textContent();
  const first = await text('#tokens');
  assert.deepEqual([await text('#kind'), await text('#asked'), first.startsWith('> Hi\n')], ['Chat', 'Message', true]);
  await page.locator('#ids').fill('And now?');
  await page.locator('#generate').click();
  await page.locator('#speed:not(:empty)').waitFor();
  const both = await text('#tokens');
  assert.ok(both.startsWith(`${first}> And now?\n`), both);
  await page.locator('#clear').click();
  await page.locator('#tokens:empty').waitFor({ state: 'attached' });
  assert.deepEqual([await text('#problem'), problems], ['', []]);
  await page.close();
});
