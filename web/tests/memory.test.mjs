// A model far larger than what loading it may take: it streams through.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { launch, open } from '../scripts/browser.mjs';
import { serve } from '../scripts/server.mjs';
import { WEB } from './support.mjs';

/** The most memory that the engine may have asked for, ever: a page's memory for WebAssembly only grows. */
const MOST_BYTES = 64 << 20;

const [VOCAB, HIDDEN, FF, LAYERS] = [16, 1024, 4096, 7];

let folder;
let bytes;
let server;
let browser;

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'kinglet-'));
  const config = {
    architectures: ['LlamaForCausalLM'],
    vocab_size: VOCAB,
    hidden_size: HIDDEN,
    intermediate_size: FF,
    num_hidden_layers: LAYERS,
    num_attention_heads: 16,
    num_key_value_heads: 16,
    max_position_embeddings: 64,
    tie_word_embeddings: true,
  };
  writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config));
  const header = table();
  writeFileSync(path.join(folder, 'model.safetensors'), header);
  // The rest is zeros that take no room on most disks.
  truncateSync(path.join(folder, 'model.safetensors'), header.length + bytes);
  server = await serve({ '/package/': WEB, '/models/large/': folder });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  server?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** The header of the file. */
function table() {
  const shapes = { 'model.embed_tokens': [VOCAB, HIDDEN], 'model.norm': [HIDDEN] };
  for (let layer = 0; layer < LAYERS; layer += 1) {
    for (const name of ['q_proj', 'k_proj', 'v_proj', 'o_proj']) shapes[`model.layers.${layer}.self_attn.${name}`] = [HIDDEN, HIDDEN];
    for (const name of ['gate_proj', 'up_proj']) shapes[`model.layers.${layer}.mlp.${name}`] = [FF, HIDDEN];
    shapes[`model.layers.${layer}.mlp.down_proj`] = [HIDDEN, FF];
    for (const name of ['input_layernorm', 'post_attention_layernorm']) shapes[`model.layers.${layer}.${name}`] = [HIDDEN];
  }
  bytes = 0;
  const entry = ([name, shape]) => {
    const start = bytes;
    bytes += 2 * shape.reduce((a, b) => a * b);
    return [`${name}.weight`, { dtype: 'F16', shape, data_offsets: [start, bytes] }];
  };
  const text = Buffer.from(JSON.stringify(Object.fromEntries(Object.entries(shapes).map(entry))));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text]);
}

for (const how of ['by ranges', 'as a file']) {
  test(`a large model that comes ${how} takes little memory`, async () => {
    assert.ok(bytes > 200 << 20, `${bytes} bytes`);
    const { page, problems } = await open(browser, `${server.url}/package/scripts/blank.html`);
    await page.setContent('<input type="file" multiple>');
    if (how === 'as a file') await page.setInputFiles('input', ['config.json', 'model.safetensors'].map((name) => path.join(folder, name)));
    const told = await page.evaluate(async () => {
      const { load } = await import('/package/dist/index.js');
      const { files } = document.querySelector('input');
      const told = [];
      globalThis.model = await load(files.length > 0 ? { files } : { url: '/models/large/' }, { onProgress: (each) => told.push(each) });
      return told;
    });
    const memory = async () => {
      const { default: init } = await import('/package/pkg/kinglet_web.js');
      return (await init()).memory.buffer.byteLength;
    };
    const took = await page.workers()[0].evaluate(memory);
    assert.ok(took > 1 << 20 && took <= MOST_BYTES, `${(took / 2 ** 20).toFixed(1)} MiB`);
    // What the page is told: never less than before, and all of it in the end.
    assert.ok(told.every(({ done, total }, index) => total === bytes && done >= (told[index - 1]?.done ?? 0)));
    assert.deepEqual([...new Set(told.map(({ stage }) => stage))], ['read', 'repack', 'upload']);
    assert.equal(told.at(-1).done, bytes);
    assert.deepEqual(problems, []);
    await page.close();
  });
}
