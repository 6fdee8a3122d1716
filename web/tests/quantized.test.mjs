// Every quantization in the browser, from a server by ranges and from File objects, on each tier: the tokens of the native
// command. SwiftShader takes seconds to make a model's pipelines, so one model has matrices of every type, and goes two of
// the four ways: a prompt of one token takes no pipelines but those that decode. KINGLET_ALL_WAYS=1 has a model of each type
// go all of them, which takes a quarter of an hour.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { read } from '../scripts/arguments.mjs';
import { launch, open } from '../scripts/browser.mjs';
import { serve } from '../scripts/server.mjs';
import { native } from './native.mjs';
import { GOLDENS, WEB } from './support.mjs';

const TYPES = ['F32', 'F16', 'BF16', 'Q8_0', 'Q4_0', 'Q4_1', 'Q5_0', 'Q5_1', 'Q2_K', 'Q3_K', 'Q4_K', 'Q5_K', 'Q6_K', 'IQ4_NL', 'IQ4_XS'];
const WAYS = ['url', 'file'].flatMap((source) => ['baseline', 'subgroups'].map((tier) => ({ source, tier })));
const ALL_WAYS = process.env.KINGLET_ALL_WAYS === '1';

/** Least difference of the two largest logits, over the root mean square of their row, where tokens are compared. */
const MARGIN = 0.02;
/** Tokens of a prompt that is read by the kernels for several, and of one by those for one. */
const [LONG, SHORT] = [7, 1];
/** Models of GPTQ and AWQ. */
const INT4 = path.join(GOLDENS, 'int4');
const LAYERS = ALL_WAYS ? 1 : 2;
const VOCAB = 64;
const HIDDEN = 256;
const FF = 512;

let folder;
let server;
let browser;
let page;
let problems;

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'kinglet-'));
  mkdirSync(path.join(folder, 'floats'));
  const config = {
    architectures: ['LlamaForCausalLM'],
    vocab_size: VOCAB,
    hidden_size: HIDDEN,
    intermediate_size: FF,
    num_hidden_layers: LAYERS,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    max_position_embeddings: 128,
    tie_word_embeddings: false,
  };
  writeFileSync(path.join(folder, 'floats/config.json'), JSON.stringify(config));
  writeFileSync(path.join(folder, 'floats/model.safetensors'), weights());
  server = await serve({ '/scripts/': path.join(WEB, 'scripts'), '/package/': WEB, '/models/': folder, '/int4/': INT4 });
  browser = await launch();
  ({ page, problems } = await open(browser, `${server.url}/scripts/blank.html`));
  await page.setContent('<input id="model" type="file" multiple>');
});

after(async () => {
  await browser?.close();
  server?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** Weights of a Llama, as wide as the blocks of every type. */
function weights() {
  const random = numbers(7);
  const shapes = { 'model.embed_tokens': [VOCAB, HIDDEN], 'model.norm': [HIDDEN], lm_head: [VOCAB, HIDDEN] };
  for (let index = 0; index < LAYERS; index += 1) {
    const layer = `model.layers.${index}`;
    Object.assign(shapes, {
      [`${layer}.self_attn.q_proj`]: [HIDDEN, HIDDEN],
      [`${layer}.self_attn.k_proj`]: [HIDDEN / 2, HIDDEN],
      [`${layer}.self_attn.v_proj`]: [HIDDEN / 2, HIDDEN],
      [`${layer}.self_attn.o_proj`]: [HIDDEN, HIDDEN],
      [`${layer}.mlp.gate_proj`]: [FF, HIDDEN],
      [`${layer}.mlp.up_proj`]: [FF, HIDDEN],
      [`${layer}.mlp.down_proj`]: [HIDDEN, FF],
      [`${layer}.input_layernorm`]: [HIDDEN],
      [`${layer}.post_attention_layernorm`]: [HIDDEN],
    });
  }
  const table = {};
  const data = [];
  let end = 0;
  for (const [name, shape] of Object.entries(shapes)) {
    const deviation = 1.5 / Math.sqrt(shape.at(-1));
    const value = () => (shape.length === 1 ? 1 : deviation * (random() + random() + random() - 1.5) * 2);
    const values = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, value);
    table[`${name}.weight`] = { dtype: 'F32', shape, data_offsets: [end, (end += values.byteLength)] };
    data.push(new Uint8Array(values.buffer));
  }
  const text = Buffer.from(JSON.stringify(table));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, ...data]);
}

/** Numbers from 0 to 1, the same each time. */
function numbers(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A prompt that a model continues with tokens that win clearly, and these, by the native command on the CPU. */
function expected(model, length, options) {
  for (let seed = 1; seed < 50; seed += 1) {
    const random = numbers(seed);
    const prompt = Array.from({ length }, () => Math.floor(random() * VOCAB)).join();
    const args = ['--tokens', prompt, '--max-tokens', '8', '--ignore-eos', '--kv', 'f32', ...options];
    const { tokens, logits } = native('generate', model, ...args, '--device', 'cpu', '--logits');
    if (Math.min(...logits.map(margin)) >= MARGIN && new Set(tokens).size > 3) return { args, tokens };
  }
  throw new Error(`no prompt has a clear continuation by ${model}`);
}

function margin(logits) {
  const [first, second] = logits.toSorted((a, b) => b - a);
  return (first - second) / Math.sqrt(logits.reduce((sum, value) => sum + value ** 2, 0) / logits.length);
}

/** The command's page, without a browser of its own. */
async function generate({ args, source, tier }, place) {
  const { request } = read(['generate', place, ...args, '--json', '--tier', tier]);
  const files = place.endsWith('.gguf') ? [place] : readdirSync(place).map((name) => path.join(place, name));
  if (source === 'file') await page.setInputFiles('#model', files);
  const mount = place.startsWith(INT4) ? 'int4' : 'models';
  const from = source === 'file' ? { input: 'model', weights: null } : { url: `${server.url}/${mount}/${path.basename(place)}` };
  const run = async (request) => (await import('/scripts/in-page.mjs')).generate(request);
  const { json, error } = await page.evaluate(run, { ...request, sources: { model: from } });
  if (error) throw new Error(error);
  return JSON.parse(json);
}

/** Makes a GGUF file of one type, and says where its tensors are: `at` in the file, `table` what the header says of it. */
function quantize(type) {
  const place = path.join(folder, `${type}.gguf`);
  const { tensors } = native('quantize', path.join(folder, 'floats'), place, '--type', type, '--pure');
  const bytes = readFileSync(place);
  const padded = ({ bytes_after: bytes }) => Math.ceil(bytes / 32) * 32;
  const data = tensors.reduce((at, tensor) => at - padded(tensor), bytes.length);
  let at = data;
  const found = tensors.map((tensor) => {
    const from = at;
    at += padded(tensor);
    const name = Buffer.concat([word(tensor.name.length), Buffer.from(tensor.name)]);
    // Behind the name: the number of dimensions and each of them, the type, the offset.
    const table = bytes.indexOf(name) + name.length + 4 + 8 * tensor.shape.length;
    return { matrix: tensor.shape.length > 1, data: bytes.subarray(from, at), table, type: bytes.readUInt32LE(table) };
  });
  return { header: bytes.subarray(0, data), tensors: found };
}

function word(number) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(number));
  return bytes;
}

/** A GGUF file whose matrices are of one type after the other. */
function mixed() {
  const files = TYPES.map(quantize);
  const header = Buffer.from(files[0].header);
  const data = [];
  let offset = 0;
  let next = 0;
  for (const [index, { matrix, table }] of files[0].tensors.entries()) {
    const tensor = files[matrix ? next++ % TYPES.length : 0].tensors[index];
    header.writeUInt32LE(tensor.type, table);
    header.writeBigUInt64LE(BigInt(offset), table + 4);
    data.push(tensor.data);
    offset += tensor.data.length;
  }
  assert.ok(next >= TYPES.length, `${next} matrices`);
  const place = path.join(folder, 'mixed.gguf');
  writeFileSync(place, Buffer.concat([header, ...data]));
  return place;
}

async function compare(place, ways, length, options = []) {
  const { args, tokens } = expected(place, length, options);
  for (const way of ways) {
    const found = await generate({ args, ...way }, place);
    assert.deepEqual([found.device.tier, found.tokens], [way.tier, tokens], JSON.stringify(way));
  }
  assert.deepEqual(problems, []);
}

if (ALL_WAYS) {
  for (const type of TYPES) {
    test(`${type} goes all ways`, async () => {
      quantize(type);
      await compare(path.join(folder, `${type}.gguf`), WAYS, LONG);
    });
  }
} else {
  test('every type, by a URL on the baseline and as a file with subgroups', async () => {
    const place = mixed();
    await compare(place, [WAYS[0]], SHORT);
    await compare(place, [WAYS[3]], LONG);
  });
}

for (const [index, quant] of ['q8', 'q4'].entries()) {
  const [ways, length] = ALL_WAYS ? [WAYS, LONG] : [[WAYS[index + 1]], SHORT];
  test(`quantized to ${quant} while loading`, () => compare(path.join(folder, 'floats'), ways, length, ['--quant', quant]));
}

for (const name of ALL_WAYS ? readdirSync(INT4) : ['gptq-g32']) {
  test(`${name} in 4 bits`, () => compare(path.join(INT4, name), ALL_WAYS ? WAYS : [WAYS[1]], LONG));
}
