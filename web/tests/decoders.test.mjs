// Every golden decoder, and every one that is there as a GGUF file, through the command in a browser: the tokens that
// `generate` of `transformers` gives.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { byTier, commandPage, expectDevice } from './command-page.mjs';
import { GOLDENS, goldens } from './support.mjs';

let page;

before(async () => (page = await commandPage()));
after(() => page?.close());

const all = goldens();
// Encoders are there as GGUF files, too; `encoders.test.mjs` has those.
const encoders = readdirSync(path.join(GOLDENS, 'encoders'));
const isDecoder = (file) => file.endsWith('.gguf') && !encoders.includes(path.basename(file, '.gguf'));
const files = readdirSync(path.join(GOLDENS, 'gguf')).filter(isDecoder);
const models = [...all.map(({ name }) => [name, name]), ...files.map((file) => [`gguf/${file}`, path.basename(file, '.gguf')])];

for (const [[model, name], tier] of byTier(models)) {
  test(`${model} ${tier}`, async () => {
    const golden = all.find((golden) => golden.name === name);
    assert.ok(golden, `no golden is called ${name}`);
    const { prompt, generated } = golden;
    const length = ['--max-tokens', `${generated.length}`, '--context', `${prompt.length + generated.length}`];
    const found = await page.run('generate', model, '--tokens', prompt.join(), ...length, '--ignore-eos', '--tier', tier);
    expectDevice(found.device, tier);
    assert.deepEqual(found.tokens, generated);
  });
}
