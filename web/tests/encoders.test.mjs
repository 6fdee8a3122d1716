// Every golden encoder through the command in a browser: the outputs that `transformers` computes for tokens, and what it
// and `sentence-transformers` make of texts.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { byTier, commandPage, expectDevice } from './command-page.mjs';
import { encoders } from './support.mjs';

/** What f32 sums in another order may change in a probability. */
const CLOSE = 1e-5;
const GATE = 1e-8;

let page;

before(async () => (page = await commandPage()));
after(() => page?.close());

const all = encoders();

for (const [encoder, tier] of byTier(all)) {
  const run = async (command, ...args) => {
    const found = await page.run(command, encoder.model, '--tier', tier, ...args);
    expectDevice(found.device, tier);
    return found;
  };
  test(`${encoder.name} ${tier}: outputs`, () => outputs(run, encoder));
  if (encoder.text) test(`${encoder.name} ${tier}: ${encoder.text.task}`, () => TASKS[encoder.text.task](run, encoder.text));
}

test('each task has a model with text', () => {
  const found = new Set(all.map(({ text }) => text?.task));
  assert.deepEqual(Object.keys(TASKS).filter((task) => !found.has(task)), []);
});

/** Checks the normalised mean square error of each output, with that of all inputs as its unit: a single number may be
 * next to zero. */
async function outputs(run, { inputs, values }) {
  const sums = new Map();
  for (const [index, { ids, types = [] }] of inputs.entries()) {
    const segments = types.length > 0 ? ['--segments', types.join()] : [];
    const { outputs } = await run('forward', '--tokens', ids.join(), ...segments);
    for (const [name, rows] of Object.entries(outputs)) {
      const [found, expected] = [rows.flat(), values(`${name}.${index}`)];
      assert.equal(found.length, expected.length, `values of ${name}.${index}`);
      const sum = sums.get(name) ?? { error: 0, power: 0 };
      for (const [place, value] of expected.entries()) {
        sum.error += (found[place] - value) ** 2;
        sum.power += value ** 2;
      }
      sums.set(name, sum);
    }
  }
  assert.ok(sums.size > 0);
  for (const [name, { error, power }] of sums) {
    // Written so that NaN fails.
    assert.ok(error / power <= GATE, `${name}: nmse ${error / power}`);
  }
}

function close(found, expected, what) {
  assert.ok(Math.abs(found - expected) <= CLOSE * Math.max(Math.abs(expected), 1), `${what}: ${found}, expected ${expected}`);
}

/** What each task makes of its texts. */
const TASKS = {
  async embed(run, { embeddings }) {
    for (const prompt of new Set(embeddings.map(({ prompt }) => prompt ?? undefined))) {
      const wanted = embeddings.filter((each) => (each.prompt ?? undefined) === prompt);
      const named = prompt === undefined ? [] : ['--prompt', prompt];
      const { embeddings: found } = await run('embed', ...named, '--', ...wanted.map(({ text }) => text));
      assert.equal(found.length, wanted.length);
      for (const [index, { text, embedding }] of wanted.entries()) {
        assert.equal(found[index].length, embedding.length, text);
        embedding.forEach((value, place) => close(found[index][place], value, text));
      }
    }
  },

  async classify(run, { texts }) {
    const { labels } = await run('classify', '--', ...texts.map(({ text }) => text));
    assert.equal(labels.length, texts.length);
    for (const [index, { text, scores }] of texts.entries()) {
      assert.deepEqual(labels[index].map(({ label }) => label), scores.map(({ label }) => label), text);
      scores.forEach(({ score }, place) => close(labels[index][place].score, score, text));
    }
  },

  async rerank(run, { query, documents }) {
    const { results } = await run('rerank', '--query', query, '--', ...documents.map(({ text }) => text));
    assert.deepEqual(results.map(({ index }) => index).sort((a, b) => a - b), documents.map((_, index) => index));
    for (const [place, { index, score }] of results.entries()) {
      close(score, documents[index].score, documents[index].text);
      assert.ok(place === 0 || results[place - 1].score >= score, 'the best first');
    }
  },

  async tag(run, { texts }) {
    for (const aggregation of ['first', 'simple']) {
      for (const { text, [aggregation]: wanted } of texts) {
        const { entities } = await run('tag', '--aggregation', aggregation, '--', text);
        const what = `${aggregation}: ${text}`;
        const characters = [...text];
        const places = wanted.map(({ start, end, entity_group: label }) => ({ start, end, label, text: characters.slice(start, end).join('') }));
        assert.deepEqual(entities.map(({ score: _, ...entity }) => entity), places, what);
        wanted.forEach(({ score }, index) => close(entities[index].score, score, what));
      }
    }
  },

  async answer(run, { questions, max_seq_len: window, doc_stride: overlap, max_answer_len: longest }) {
    const options = ['--window', `${window}`, '--overlap', `${overlap}`, '--max-tokens', `${longest}`];
    for (const { question, context, merged } of questions) {
      const { answer, start, end, score } = await run('answer', '--question', question, '--context', context, ...options);
      assert.deepEqual([answer, start, end], [merged.answer, merged.start, merged.end], question);
      close(score, merged.score, question);
    }
  },

  async fill(run, { texts }) {
    for (const { text, masks } of texts) {
      const { fills } = await run('fill', '--', text);
      const gaps = masks.length === 1 ? [fills] : fills;
      const tokens = (gap) => gap.map(({ token, text, token_str: name = text }) => [token, name]);
      assert.deepEqual(gaps.map(tokens), masks.map(tokens), text);
      masks.forEach((mask, gap) => mask.forEach(({ score }, place) => close(gaps[gap][place].score, score, text)));
    }
  },
};
