// Plain checkpoints of Llama in the browser, in every way that models are run: the tokens that native programs and
// `transformers` get, and their logits. `decoders.test.mjs` has all architectures.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { launch, open } from '../scripts/browser.mjs';
import { serve } from '../scripts/server.mjs';
import { GOLDENS, WEB, goldens, nmse } from './support.mjs';

let server;
let browser;

before(async () => {
  server = await serve({ '/package/': WEB, '/goldens/': GOLDENS });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  server?.close();
});

/** Runs `work` on a page of its own, with `load` and the model's address, and fails where the page has problems. */
async function onPage(name, options, work, argument) {
  const { page, problems } = await open(browser, `${server.url}/package/scripts/blank.html`);
  try {
    return await page.evaluate(
      async ([source, url, options, argument]) => {
        const kinglet = await import('/package/dist/index.js');
        const work = new Function(`return (${source})`)();
        const model = await kinglet.load({ url }, options);
        try {
          return await work(model, argument, kinglet);
        } finally {
          model.close();
        }
      },
      [work.toString(), `${server.url}/goldens/${name}`, options, argument],
    );
  } finally {
    assert.deepEqual(problems, []);
    await page.close();
  }
}

const TIERS = ['baseline', 'subgroups'];
const PLAIN = ['llama-chat', 'llama-gqa-tied', 'llama-odd', 'llama-sharded-bf16', 'llama-untied-bias'];
const plain = goldens().filter(({ name }) => PLAIN.includes(name));
assert.equal(plain.length, PLAIN.length);

for (const [index, golden] of plain.entries()) {
  // Each tier's plans for decoding are made for the first model; the others share them out.
  for (const tier of index === 0 ? TIERS : [TIERS[index % 2]]) {
    test(`${golden.name} ${tier}: greedy tokens, free-running, kv=f16`, async () => {
      const found = await onPage(
        golden.name,
        { tier },
        async (model, { prompt, count }) => {
          const ids = [];
          const stream = model.generate(prompt, { maxTokens: count, ignoreEnd: true });
          for await (const token of stream) ids.push(token.id);
          const { tokens, timings } = await stream.result();
          return { device: model.device, ids, same: tokens.length === ids.length, perToken: timings.perToken };
        },
        { prompt: golden.prompt, count: golden.greedy.length },
      );
      assert.equal(found.device.kind, 'gpu');
      assert.equal(found.device.tier, tier);
      assert.match(found.device.adapter, /SwiftShader/);
      assert.equal(found.device.software, true);
      assert.deepEqual(found.ids, golden.greedy);
      assert.ok(found.same);
      assert.equal(found.perToken.objectsCreated, 0);
      assert.equal(found.perToken.submits, 1);
      assert.equal(found.perToken.readbackBytes, 4);
    });
  }
  // Compares the greedy tokens, too.
  for (const tier of TIERS) {
    test(`${golden.name} ${tier}: logits, lock-step, kv=f32, default limits`, () => logits(golden, golden.name, tier));
  }
}

// The same models as GGUF files: rows of queries and keys in another order, the rotation's factors in a tensor.
for (const file of readdirSync(path.join(GOLDENS, 'gguf'))) {
  const golden = plain.find(({ name }) => `${name}.gguf` === file);
  if (golden) test(`${file}: logits, lock-step, kv=f32, default limits`, () => logits(golden, `gguf/${file}`, 'subgroups'));
}

// Random numbers are the same on every device, and so is what follows from them.
test('sampled tokens are those of native programs', async () => {
  const { model, prompt, options, tokens } = JSON.parse(readFileSync(path.join(GOLDENS, '../sampled.json'), 'utf8'));
  const found = await onPage(
    model,
    { tier: 'baseline' },
    async (model, { prompt, options }) => {
      const { tokens, timings } = await model.generate(prompt, options).result();
      const { tokens: told } = await model.generate(prompt, { ...options, maxTokens: 2, logprobs: 3 }).result();
      return { ids: tokens.map(({ id }) => id), readback: timings.perToken.readbackBytes, told };
    },
    { prompt, options },
  );
  assert.deepEqual(found.ids, tokens);
  assert.equal(found.readback, 4);
  for (const [index, { id, logprobs }] of found.told.entries()) {
    assert.equal(id, tokens[index]);
    assert.equal(logprobs.top.length, 3);
    assert.ok(logprobs.top[0][1] >= logprobs.logprob && logprobs.logprob < 0, JSON.stringify(logprobs));
  }
});

/** Compares the logits of a model's prompt and of its greedy tokens with what `transformers` computes. */
async function logits(golden, model, tier) {
  const found = await onPage(
    model,
    { tier, kv: 'f32', limits: 'default' },
    async (model, { prompt, count }) => {
      const plain = (rows) => rows.map((row) => Array.from(row));
      const { logits } = await model.forward(prompt);
      const generation = { maxTokens: count, ignoreEnd: true, logits: true };
      const { tokens } = await model.generate(prompt, generation).result();
      const decoded = plain(tokens.map((token) => token.logits));
      return { logits: plain(logits), ids: tokens.map((token) => token.id), decoded };
    },
    { prompt: golden.prompt, count: golden.greedy.length },
  );
  assert.deepEqual(found.ids, golden.greedy);
  close('logits', found.logits, golden.tensor('logits'));
  close('decode_logits', found.decoded, golden.tensor('decode_logits'));
}

/** Checks the error of each row, not only of the whole. */
function close(name, found, expected) {
  assert.equal(found.length, expected.length, `rows of ${name}`);
  for (const [row, values] of expected.entries()) {
    const error = nmse(found[row], values);
    // Written so that NaN fails.
    assert.ok(error <= 1e-9, `${name} row ${row}: nmse ${error}`);
  }
}
