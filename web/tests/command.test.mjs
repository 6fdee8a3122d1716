// The command in a browser and the demo page's server: what they take, refuse and print, and that they end.

import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { read, tokenList } from '../scripts/arguments.mjs';
import { executable } from '../scripts/browser.mjs';
import { oneLine } from '../scripts/one-line.mjs';
import * as readable from '../scripts/readable.mjs';
import { native, nativeText } from './native.mjs';
import { command, start } from './scripts.mjs';
import { GOLDENS, WEB, goldens, names } from './support.mjs';

const golden = goldens().find(({ name }) => name === 'llama-odd');
const MODEL = path.join(GOLDENS, golden.name);
const TOKENIZER = path.resolve(WEB, '../crates/kinglet-text/tests/tokenizers/byte_level.json');
const GENERATE = ['generate', MODEL, '--tokens', golden.prompt.join(), '--max-tokens', '3', '--ignore-eos'];

test('arguments that cannot be are refused by name', () => {
  const cases = [
    [[], 'runs inspect, forward, generate, chat, eval, embed, rerank, classify, tag, answer, fill, bench, redact, when, quantize, tokenize, template, not nothing'],
    [['toString'], 'not toString'],
    [['generate', '--tokens', '3'], 'generate takes one MODEL'],
    [['generate', 'm', 'n', 'o'], 'generate takes one MODEL, and one PROMPT'],
    [['forward', 'm', 'n', '--tokens', '3'], 'forward takes one MODEL'],
    [['forward', 'm'], '--tokens is missing'],
    [['generate', 'm', 'n', '--tokens', '3'], 'PROMPT cannot be used with --tokens'],
    [['generate', 'm', '--chat', '--tokens', '3'], '--chat cannot be used with --tokens'],
    [['generate', 'm', '--system-prompt', 'a', '--tokens', '3'], '--system cannot be used with --tokens'],
    [['generate', 'm', 'a', '--n', '0'], '--choices: "0" is not a whole number above 0'],
    [['generate', 'm', 'a', '--n', '2', '--chat'], 'a chat has one reply'],
    [['generate', 'm', 'a', '--regex', 'a', '--grammar-file', 'f'], '--grammar cannot be used with --regex'],
    [['generate', 'm', 'a', '--temp', '1', '--temperature', '2'], '--temperature cannot be used multiple times'],
    [['chat'], 'chat takes one MODEL, and one MESSAGE'],
    [['chat', 'm', '--logits'], "'--logits'"],
    [['chat', 'm', '--choices', '2'], "'--choices'"],
    [['generate', 'm', '--tokens', ''], '--tokens: the list has no tokens'],
    [['generate', 'm', '--tokens', '-1'], '--tokens: "-1" is not a token id'],
    [['generate', 'm', '--tokens', '3,x'], '--tokens: "x" is not a token id'],
    [['generate', 'm', '--tokens', '4294967296'], '--tokens: "4294967296" is not a token id'],
    [['generate', 'm', '--tokens', '3', '--tokens', '4'], '--tokens cannot be used multiple times'],
    [['generate', 'm', '--tokens', '3', '--json', '--json'], '--json cannot be used multiple times'],
    [['generate', 'm', '--tokens', '3', '--context', '-5'], '--context: "-5" is not a whole number'],
    [['generate', 'm', '--tokens', '3', '--max-tokens', '1.5'], '--max-tokens: "1.5" is not a whole number'],
    [['generate', 'm', '--tokens', '3', '--temperature', ''], '--temperature: "" is not a number'],
    [['generate', 'm', '--tokens', '3', '--temperature', '0x0'], '--temperature: "0x0" is not a number'],
    [['generate', 'm', '--tokens', '3', '--kv', 'q4'], '--kv: "q4" is none of f32, f16'],
    [['generate', 'm', '--tokens', '3', '--device', 'cpu'], '--device cpu is not for browsers'],
    [['generate', 'm', '--tokens', '3', '--json=1'], "'--json' does not take an argument"],
    [['generate', 'm', '--tokens', '3', '--last'], "'--last'"],
    [['generate', 'm', '--tokens'], '--tokens'],
    [['forward', 'm', '--tokens', '3', '--taps', 'a,'], 'a name of --taps is empty'],
    [['inspect', 'm', '--memory-limit', '4X'], '--memory-limit: "4X" is not a size'],
    [['inspect', 'm', '--tokens', '3'], "'--tokens'"],
    [['eval', 'm', '--token-file', 'f'], '--against is missing'],
    [['eval', 'm', '--against', 'n'], 'give --text or --token-file'],
    [['eval', 'm', '--against', 'n', '--token-file', 'f', '--window', '1'], '--window: "1" is not a whole number above 1'],
    [['eval', 'm', '--against', 'n', '--token-file', 'f', '--gate', 'kl<1'], '--gate: "kl<1" is not a condition'],
    [['quantize', 'm', '--type', 'Q8_0'], 'quantize takes IN and OUT.gguf'],
    [['quantize', 'm', 'n.bin', '--type', 'Q8_0'], 'n.bin does not end in .gguf'],
    [['quantize', 'm', 'n.gguf'], '--type is missing'],
    [['quantize', 'm', 'n.gguf', '--type', 'Q8_0', '--tier', 'baseline'], "'--tier'"],
    [['eval', 'm', '--against', 'n', '--token-file', 'f', '--text', 't'], 'give --text or --token-file'],
    [['tokenize', 'm'], 'give --text TEXT, or --jsonl and texts on standard input, or --decode --tokens IDS'],
    [['tokenize', 'm', '--text', 'a', '--decode', '--tokens', '1'], 'give --text TEXT, or --jsonl'],
    [['tokenize', 'm', '--text', 'a', '--jsonl'], 'give --text TEXT, or --jsonl'],
    [['template', '--chat', 'c'], 'template takes one FILE or MODEL'],
    [['template', 'm'], '--chat is missing'],
    [['template', 'm', '--chat', 'c', '--tier', 'baseline'], "'--tier'"],
    [['tokenize', 'm', '--tokens', '1'], '--decode and --tokens go together'],
    [['bench', 'm', '--rounds', '0'], '--rounds: "0" is not a whole number above 0'],
  ];
  for (const [args, expected] of cases) {
    assert.throws(() => read(args), ({ message }) => message.includes(expected), `${args.join(' ')}: ${expected}`);
  }
});

test('arguments become options', () => {
  const { name, model, json, request } = read(['generate', 'm', '--tokens', '3, 4', '--temperature', '-1e0', '--adapter', 'x']);
  assert.deepEqual([name, model, json, request.adapter], ['generate', 'm', false, 'x']);
  assert.deepEqual([request.tokens, request.generation], [[3, 4], { temperature: -1 }]);
  assert.equal(read(['generate', 'm', '--tokens', '3', '--temperature=-inf']).request.generation.temperature, -Infinity);
  const sampled = ['--temp', '0.5', '--top-k', '40', '--repeat-last-n', '-1', '--logit-bias', '3=-inf,4=1', '--stop-token', '2'];
  assert.deepEqual(read(['generate', 'm', '--tokens', '3', ...sampled]).request.generation, {
    stopTokens: [2],
    temperature: 0.5,
    topK: 40,
    repeatLastN: 0xffff_ffff,
    logitBias: [[3, -Infinity], [4, 1]],
  });
  assert.equal(read(['forward', '--tokens', '3', '--', '--m']).model, '--m');
  const said = read(['chat', 'm', 'Hi', '--system', '-x', '--stop', 'a', '--reverse-prompt=--b', '-n', '4', '--regex', 'a+']).request;
  assert.deepEqual([said.text, said.system, said.lines, said.loading], ['Hi', '-x', false, { grammars: true }]);
  assert.deepEqual(said.generation, { maxTokens: 4, stop: ['a', '--b'], regex: 'a+' });
  const limit = (text) => read(['inspect', 'm', '--memory-limit', text]).request.memoryLimit;
  assert.deepEqual(['0', '17b', '2k', '3MiB', '4 G', '1.5K', '2MB'].map(limit), [0, 17, 2048, 3 << 20, 2 ** 32, 1536, 2e6]);
  const evaluate = ['eval', 'm', '--against', 'n', '--token-file', 'f'];
  const { gates } = read([...evaluate, '--gate', 'kl_p99 < 1', '--gate', 'top1_agreement>.5']).request;
  assert.deepEqual(gates.map(({ figure, below, limit }) => [figure, below, limit]), [['kl_p99', true, 1], ['top1_agreement', false, 0.5]]);
  assert.deepEqual(tokenList('f', '1, 2\n[30]'), [1, 2, 30]);
  assert.throws(() => tokenList('f', '1'), /fewer than two/);
});

test('messages are one line', () => {
  assert.equal(oneLine('no a\nb\u001b[2J\u2028é'), 'no a\\nb\\u{1b}[2J\\u{2028}é');
  assert.equal([...oneLine('🐦'.repeat(3000))].length, 2001);
});

test('it prints JSON, or text for people', async () => {
  const report = JSON.parse((await command([...GENERATE, '--json', '--adapter', 'swiftshader'])).stdout);
  assert.deepEqual(report.tokens, golden.greedy.slice(0, 3));
  // Of so few, every step was submitted before the first token was there; the first of them is an upload.
  const { submits, uploads, readback_bytes, dispatches_per_layer } = report.timings.per_token;
  assert.deepEqual([submits, uploads, readback_bytes, dispatches_per_layer], [1, 0.5, 4, 9]);
  const text = await command(GENERATE);
  assert.deepEqual([text.stdout, text.stderr], [`${golden.greedy.slice(0, 3).join(' ')}\n`, '']);
  assert.deepEqual([report.text, report.finish_reason, 'valid' in report], [null, 'length', false]);
  // On a terminal, standard error has one more line.
  const speeds = /SwiftShader \(subgroups, software\): loaded in \d+ ms; prefill 130 tokens, .*, first token after \d+ ms; decode 2 tokens, /;
  assert.match(readable.closing(report), speeds);
  const forward = await command(['forward', MODEL, '--tokens', golden.prompt.join(), '--last', '--adapter', '0']);
  const lines = forward.stdout.split('\n');
  assert.deepEqual(lines.slice(2, 4), ['logits: 1 rows of 259', 'position  token  likeliest next']);
  assert.match(lines[4], new RegExp(`^     129    ${golden.prompt.at(-1)}  ${golden.greedy[0]} \\(`));
});

test('it says what the native command says, of files and of File objects', async () => {
  const file = path.join(GOLDENS, 'gguf/llama-gqa-tied.gguf');
  const inspect = ['inspect', file, '--memory-limit', '1M', '--context', '100'];
  const [found, expected] = [JSON.parse((await command([...inspect, '--json', '--as-file'])).stdout), native(...inspect, '--device', 'cpu')];
  assert.deepEqual(names(found), names(expected));
  const { device, fits, bytes: { scratch, total, ...bytes }, ...same } = found;
  assert.deepEqual([device.kind, fits.adapter, fits.memory_limit], ['gpu', true, { bytes: 1 << 20, fits: total <= 1 << 20 }]);
  assert.ok(scratch > 0 && total >= bytes.weights + scratch, `${total}`);
  const { device: _, fits: __, bytes: { scratch: ___, total: ____, ...expectedBytes }, ...rest } = expected;
  assert.deepEqual([same, bytes], [rest, expectedBytes]);
});

test('a model of a hub is one, by its name and by its address', async () => {
  const name = 'llama-untied-bias.gguf';
  const file = readFileSync(path.join(GOLDENS, 'gguf', name));
  const hub = http.createServer(({ url, headers }, response) => {
    const open = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'content-range' };
    if (url === '/api/models/org/name/revision/v1') {
      return response.writeHead(200, open).end(JSON.stringify({ sha: 'c0ffee', siblings: [{ rfilename: name }, { rfilename: 'mmproj-F16.gguf' }] }));
    }
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
    if (url !== `/org/name/resolve/c0ffee/${name}` || first === undefined) return response.writeHead(404, open).end();
    const part = file.subarray(Number(first), Number(last) + 1);
    const range = { 'content-range': `bytes ${first}-${Number(first) + part.length - 1}/${file.length}` };
    response.writeHead(206, { ...open, ...range }).end(part);
  });
  await new Promise((resolve) => hub.listen(0, '127.0.0.1', resolve));
  try {
    const endpoint = `http://localhost:${hub.address().port}`;
    const options = { env: { ...process.env, HF_ENDPOINT: endpoint } };
    const { parameters } = native('inspect', path.join(GOLDENS, 'gguf', name), '--device', 'cpu');
    for (const model of ['hf:org/name@v1', 'hf:org/name:untied@v1', `${endpoint}/org/name/resolve/c0ffee/${name}`]) {
      const { stdout, stderr } = await command(['inspect', model, '--json'], options);
      assert.equal(stderr, '', model);
      assert.equal(JSON.parse(stdout).parameters, parameters, model);
    }
  } finally {
    hub.close();
    hub.closeAllConnections();
  }
});

test('it writes the file that the native command writes', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'kinglet-'));
  try {
    const [output, expected] = ['browser', 'native'].map((name) => path.join(folder, `${name}.gguf`));
    const args = ['--type', 'Q4_0', '--pure'];
    const { code, stdout, stderr } = await command(['quantize', path.join(GOLDENS, 'llama-sharded-bf16'), output, ...args, '--json', '--as-file']);
    assert.deepEqual([code, stderr], [0, '']);
    const report = native('quantize', path.join(GOLDENS, 'llama-sharded-bf16'), expected, ...args);
    const near = ({ nmse, ...tensor }) => ({ ...tensor, nmse: Number(nmse.toPrecision(9)) });
    const same = ({ output, tensors, ...facts }) => ({ ...facts, tensors: tensors.map(near) });
    assert.deepEqual(same(JSON.parse(stdout)), same(report));
    assert.ok(readFileSync(output).equals(readFileSync(expected)));
    const wrong = await command(['quantize', MODEL, path.join(folder, 'none.gguf'), '--type', 'Q9']);
    assert.match(wrong.stderr, /^error: types is "Q9"; it must be one of .*Q4_K_M/);
    assert.deepEqual([wrong.code, existsSync(path.join(folder, 'none.gguf'))], [1, false]);
    const onto = await command(['quantize', expected, expected, '--type', 'Q8_0']);
    assert.match(onto.stderr, /^error: .* is the model that is read: write to another file\n$/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('it compares and measures as the native command does', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'kinglet-'));
  try {
    const text = path.join(folder, 'tokens');
    writeFileSync(text, golden.prompt.slice(0, 20).join(' '));
    const evaluate = ['eval', MODEL, '--against', MODEL, '--token-file', text, '--window', '12', '--quant', 'q4', '--kv', 'f32'];
    const gates = ['--gate', 'top1_agreement>0.1', '--gate', 'kl_mean<1e-9'];
    const { code, stdout, stderr } = await command([...evaluate, ...gates, '--json', '--as-file']);
    const [found, expected] = [JSON.parse(stdout), native(...evaluate, '--device', 'cpu')];
    assert.deepEqual(Object.keys(found), Object.keys(expected));
    for (const [name, value] of Object.entries(expected)) {
      if (name !== 'device') assert.ok(Math.abs(found[name] - value) <= 1e-4 * Math.abs(value), `${name}: ${found[name]}, natively ${value}`);
    }
    assert.deepEqual([code, stderr], [1, `error: kl_mean<1e-9 does not hold: it is ${found.kl_mean}\n`]);
    const bench = ['bench', MODEL, '--prompt', '3', '--generate', '3', '--rounds', '1'];
    const [measured, natively] = [JSON.parse((await command([...bench, '--json'])).stdout), native(...bench, '--device', 'cpu')];
    assert.deepEqual(names(measured), names(natively));
    const { device, load, prefill, decode, bytes_per_token: bytes, architecture, parameters } = measured;
    assert.deepEqual([architecture, parameters, load.bytes], [natively.architecture, natively.parameters, natively.load.bytes]);
    assert.deepEqual([device.kind, prefill.tokens, decode.tokens], ['gpu', 3, 2]);
    assert.ok(bytes.planned >= bytes.least && bytes.least > load.bytes, JSON.stringify(bytes));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('it turns text into tokens as the native command does, and compares on a text', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'kinglet-'));
  try {
    for (const name of readdirSync(MODEL)) copyFileSync(path.join(MODEL, name), path.join(folder, name));
    copyFileSync(TOKENIZER, path.join(folder, 'tokenizer.json'));
    const [said, file] = ['A kinglet</s>, \t"a\u0301"', path.join(folder, 'text')];
    const [plain, whole] = [['--no-special'], []].map((flags) => ['tokenize', folder, '--text', said, ...flags]);
    const { ids } = native(...whole);
    assert.deepEqual(JSON.parse((await command([...whole, '--json'])).stdout), { ids });
    const { ids: text } = native(...plain);
    assert.notDeepEqual(text, ids);
    assert.deepEqual(JSON.parse((await command([...plain, '--json', '--as-file'])).stdout), { ids: text });
    assert.equal((await command(plain)).stdout, nativeText(...plain));
    const decode = ['tokenize', folder, '--decode', '--tokens', ids.join()];
    assert.deepEqual(JSON.parse((await command([...decode, '--json'])).stdout), native(...decode));
    const wrong = await command(['tokenize', folder, '--decode', '--tokens', '99999']);
    assert.deepEqual([wrong.code, wrong.stdout], [1, '']);
    assert.match(wrong.stderr, /^error: .*token 99999 is not in the vocabulary/);
    // The model knows few tokens.
    writeFileSync(file, 'x y z');
    const evaluate = ['eval', folder, '--against', MODEL, '--text', file, '--kv', 'f32'];
    const found = JSON.parse((await command([...evaluate, '--json'])).stdout);
    const expected = native(...evaluate, '--device', 'cpu');
    assert.equal(found.tokens, expected.tokens);
    assert.ok(Math.abs(found.perplexity - expected.perplexity) <= 1e-4 * expected.perplexity, `${found.perplexity}`);
    const { post_processor: _, ...bare } = JSON.parse(readFileSync(TOKENIZER, 'utf8'));
    writeFileSync(path.join(folder, 'tokenizer.json'), JSON.stringify(bare));
    writeFileSync(file, 'x');
    assert.equal((await command(evaluate)).stderr, `error: ${file}: there are fewer than two token ids\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('of a folder the same GGUF file is meant as natively', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'kinglet-'));
  try {
    const tied = path.join(GOLDENS, 'gguf/llama-gqa-tied.gguf');
    for (const name of ['m.gguf', 'mmproj-F16.gguf']) copyFileSync(tied, path.join(folder, name));
    // Of the model that it was made from.
    writeFileSync(path.join(folder, 'config.json'), '{}');
    const inspect = ['inspect', folder];
    const { parameters } = native(...inspect, '--device', 'cpu');
    for (const flags of [[], ['--as-file']]) {
      const { stdout, stderr } = await command([...inspect, '--json', ...flags]);
      assert.equal(stderr, '');
      assert.equal(JSON.parse(stdout).parameters, parameters);
    }
    copyFileSync(tied, path.join(folder, 'n.gguf'));
    const { stderr } = await command(inspect);
    assert.equal(stderr, `error: ${folder}: holds 2 GGUF models, name one of them: m.gguf, n.gguf\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('an adapter that is not there is an error', async () => {
  const { code, stdout, stderr } = await command([...GENERATE, '--adapter', 'nest']);
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, /^error: no GPU adapter matches "nest"; there are: 0 .*SwiftShader\n$/);
});

test('an unknown tap is an error that names the flag', async () => {
  const { code, stderr } = await command(['forward', MODEL, '--tokens', '3', '--taps', 'nest']);
  assert.deepEqual([code, stderr], [1, 'error: no tap is called nest; list the names with --taps list\n']);
});

test('a closed output ends it quietly', async () => {
  const { child, ended } = start('command.mjs', [...GENERATE, '--json']);
  child.stdout.destroy();
  const { code, stderr } = await ended;
  assert.deepEqual([code, stderr], [0, '']);
});

for (const signal of ['SIGTERM', 'SIGKILL']) {
  test(`${signal} ends the browser too`, { skip: process.platform === 'win32' }, async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'kinglet-'));
    const [wrapper, file] = [path.join(folder, 'chromium'), path.join(folder, 'pid')];
    writeFileSync(wrapper, `#!/bin/sh\necho $$ > "${file}"\nexec "${executable()}" "$@"\n`);
    chmodSync(wrapper, 0o755);
    try {
      const { child, ended } = start('command.mjs', GENERATE, { env: { ...process.env, KINGLET_CHROMIUM: wrapper } });
      await until(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'));
      const browser = Number(readFileSync(file, 'utf8'));
      child.kill(signal);
      await ended;
      await until(() => !runs(browser));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

test('the demo server finds the folder from where npm was called', async () => {
  const env = { ...process.env, INIT_CWD: path.join(WEB, '..'), PORT: '0' };
  const { child, ended } = start('serve.mjs', ['tests/goldens'], { cwd: WEB, env });
  const line = await new Promise((resolve) => child.stdout.once('data', resolve));
  const answer = await fetch(new URL('models/llama-odd/config.json', line.split('?')[0]));
  assert.equal(answer.status, 200);
  child.kill();
  await ended;
  const missing = await start('serve.mjs', ['no/such/folder'], { cwd: WEB, env }).ended;
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /^error: .*no\/such\/folder is not a folder\n$/);
});

/** Waits for something that other processes do. */
async function until(condition) {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    assert.ok(Date.now() < deadline, `${condition} did not become true`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Whether a process runs: one that has ended may still wait to be reaped, where nobody adopts it. */
function runs(pid) {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
