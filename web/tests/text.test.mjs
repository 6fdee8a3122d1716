// Tokenizers and chat templates in the browser: what the native command says, and the package's own promises.

import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { launch, open } from '../scripts/browser.mjs';
import { answerLines } from '../scripts/lines.mjs';
import { serve } from '../scripts/server.mjs';
import { native, nativeText } from './native.mjs';
import { command, start } from './scripts.mjs';
import { WEB } from './support.mjs';

const TEXT = path.resolve(WEB, '../crates/kinglet-text/tests');
/** Published templates have what is in this one. */
const BIRDS = path.join(TEXT, 'templates/birds.jinja');

let folder;
let server;
let browser;

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'kinglet-'));
  mkdirSync(path.join(folder, 'tokenizer'));
  copyFileSync(path.join(TEXT, 'tokenizers/byte_level.json'), path.join(folder, 'tokenizer/tokenizer.json'));
  server = await serve({ '/package/': WEB, '/folder/': folder });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Writes a file of the folder and returns its path. */
function written(name, content) {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'object' ? JSON.stringify(content) : content);
  return file;
}

/** Runs `work` on a page that has the package, and fails where the page has problems. */
async function onPage(work, argument = null) {
  const { page, problems } = await open(browser, `${server.url}/package/scripts/blank.html`);
  const source = `async (argument) => (${work})(await import('/package/dist/index.js'), argument)`;
  const found = await page.evaluate(`(${source})(${JSON.stringify(argument)})`);
  assert.deepEqual(problems, []);
  await page.close();
  return found;
}

test('templates render as the native command renders them', async () => {
  const chats = JSON.parse(readFileSync(path.join(TEXT, 'templates/chats.json'), 'utf8'));
  const tools = Object.values(chats).find((chat) => chat.tools);
  const chat = written('chat.json', tools);
  const say = '{{ bos_token }}{% for m in messages %}[{{ m.role }}]{{ m.content }}{{ eos_token }}{% endfor %}{{ add_generation_prompt }}';
  const config = { bos_token: '<b>', eos_token: { content: '<e>' }, chat_template: say };
  // What is a float in JSON is one in Python, and JavaScript knows no other numbers.
  const numbers = written('numbers.json', '{"messages": [], "n": [1.0, 1, 12345678901234567890, 1e-7]}');
  for (const [model, file, ...flags] of [
    [BIRDS, chat, '--bos', '<s>', '--eos', '</s>'],
    [BIRDS, chat, '--no-generation-prompt', '--as-file', '--bos', '--'],
    [written('config/tokenizer_config.json', config), chat],
    [path.join(folder, 'config'), chat, '--eos', ''],
    [path.join(folder, 'config'), chat, '--as-file'],
    [written('numbers.jinja', "{{ n }} é 🐦 {{ 'a' * 3 }}"), numbers],
  ]) {
    const args = ['template', model, '--chat', file, ...flags];
    const natively = args.filter((arg) => arg !== '--as-file');
    const { stdout, stderr } = await command([...args, '--json']);
    assert.equal(stderr, '', args.join(' '));
    const { text } = JSON.parse(stdout);
    assert.deepEqual(JSON.parse(stdout), native(...natively), args.join(' '));
    assert.ok(text.length > 10, text);
    if (model === BIRDS) assert.equal((await command(args)).stdout, nativeText(...natively));
  }
});

test('the clock on the wall is the same', async () => {
  const [model, chat] = [written('clock.jinja', "{{ strftime_now('%Y-%m-%d %H:%M %A') }}"), written('now.json', { messages: [] })];
  const args = ['template', model, '--chat', chat];
  const env = { ...process.env, TZ: 'Pacific/Auckland' };
  // The minute may end between the two.
  for (let attempt = 0; ; attempt += 1) {
    const earlier = nativeText(...args, { env });
    const { stdout } = await command(args, { env });
    if (earlier !== nativeText(...args, { env }) && attempt < 3) continue;
    assert.equal(stdout, earlier);
    break;
  }
});

test('what cannot be rendered is an error of one line', async () => {
  const chat = written('hi.json', { messages: [{ role: 'user', content: 'Hi' }] });
  for (const [model, file, expected] of [
    [path.join(folder, 'tokenizer'), chat, 'the model has no chat template by default; those it has: none'],
    [written('raises.jinja', "{{ raise_exception('no roles') }}"), chat, 'the chat template refuses the chat: no roles'],
    [written('wrong.jinja', '\n{% if %}'), chat, 'chat template, line 2: expected an expression, found %}'],
    [BIRDS, written('none.json', {}), 'the chat has no messages'],
    [BIRDS, written('broken.json', '{'), 'the chat is not JSON: EOF while parsing an object at line 1 column 1'],
    [path.join(folder, 'nothing.jinja'), chat, `${path.join(folder, 'nothing.jinja')}: no such file or folder`],
  ]) {
    const { code, stdout, stderr } = await command(['template', model, '--chat', file, '--json']);
    assert.deepEqual([code, stdout, stderr], [1, '', `error: ${expected}\n`]);
  }
});

test('each line of standard input is answered by one, as natively', async () => {
  const model = path.join(folder, 'tokenizer');
  const texts = ['A kinglet</s>', '', 'a\nb 🐦', ...Array.from({ length: 3000 }, (_, index) => `word ${index} é`)];
  const input = `${texts.map((text) => JSON.stringify(text)).join('\n')}`;
  for (const flags of [[], ['--no-special', '--as-file']]) {
    const args = ['tokenize', model, '--jsonl', ...flags];
    const { child, ended } = start('command.mjs', args);
    child.stdin.end(input);
    const { code, stdout, stderr } = await ended;
    assert.deepEqual([code, stderr], [0, '']);
    assert.equal(stdout, nativeText(...args.filter((arg) => arg !== '--as-file'), { input }));
    assert.equal(stdout.split('\n').length, texts.length + 1);
  }
  const { child, ended } = start('command.mjs', ['tokenize', model, '--jsonl']);
  // Whoever asks may wait for an answer before the next question.
  child.stdin.write('"a"\n');
  await new Promise((resolve) => child.stdout.once('data', resolve));
  child.stdin.end('"b"\n3\n"c"\n');
  const { code, stdout, stderr } = await ended;
  assert.deepEqual([code, stdout.split('\n').length - 1], [1, 2]);
  assert.equal(stderr, 'error: line 3 of standard input is not a JSON string: it is something else\n');
});

test('lines come as they come', async () => {
  const answered = async (pieces, most = Infinity) => {
    const found = [];
    const encode = (texts) => ({ answers: texts.slice(0, most), ...(texts.length > most && { error: 'too many' }) });
    const error = await answerLines(pieces.map((piece) => Buffer.from(piece)), encode, (answer) => found.push(answer)).catch((error) => error.message);
    return [found, error];
  };
  const bird = Buffer.from('"🐦"\n"b"');
  assert.deepEqual(await answered([bird.subarray(0, 3), bird.subarray(3, 6), bird.subarray(6)]), [['🐦', 'b'], undefined]);
  assert.deepEqual(await answered(['"a"\n', '']), [['a'], undefined]);
  assert.deepEqual(await answered([]), [[], undefined]);
  assert.deepEqual(await answered(['"a"\n"b"\n"c"'], 1), [['a'], 'too many']);
  for (const wrong of ['\n', 'b', '1', '"\\ud800"', Buffer.from([0x22, 0xff, 0x22])]) {
    const [found, error] = await answered(['"a"\n', wrong]);
    assert.deepEqual(found, ['a']);
    assert.match(error, /^line 2 of standard input is not a JSON string: /);
  }
});

test('a tokenizer stays open for many texts', async () => {
  const found = await onPage(async ({ detokenize, openTokenizer, tokenize }) => {
    const source = { url: '/folder/tokenizer' };
    const tokenizer = await openTokenizer(source);
    const encoded = await Promise.all(['A kinglet', '</s>'].map((text) => tokenizer.encode(text, { addSpecial: false })));
    const again = await tokenize(source, 'A kinglet', { addSpecial: false });
    const failure = (promise) => promise.then(() => 'nothing failed', ({ code, message }) => [code, message]);
    const failures = [
      await failure(tokenizer.encode(1)),
      await failure(tokenizer.encode('a', { special: true })),
      await failure(tokenizer.decode([99999])),
      await failure(openTokenizer({ files: { 'tokenizer.json': new Blob(['{}']) } })),
      await failure(openTokenizer({ url: '/folder/none' })),
    ];
    const decoded = await tokenizer.decode(encoded[0].ids);
    tokenizer.close();
    return { encoded, again, decoded, detokenized: await detokenize(source, encoded[0].ids), failures, closed: await failure(tokenizer.encode('a')) };
  });
  assert.deepEqual(found.encoded[0], found.again);
  assert.equal(found.encoded[0].texts.join(''), 'A kinglet');
  assert.deepEqual(found.encoded[1], { ids: [2], texts: ['</s>'] });
  assert.deepEqual([found.decoded, found.detokenized], ['A kinglet', 'A kinglet']);
  const [notText, option, missing, broken, none] = found.failures;
  assert.deepEqual(notText, ['invalid-argument', 'text must be a string']);
  assert.match(option.join(' '), /^invalid-argument there is no option "special"/);
  assert.match(missing.join(' '), /^invalid-argument token 99999 is not in the vocabulary/);
  assert.match(broken.join(' '), /^invalid-model tokenizer\.json: /);
  assert.match(none.join(' '), /^invalid-model no tokenizer\.json in /);
  assert.equal(found.closed[0], 'closed');
});

test('a chat is rendered by the clock that the page says', async () => {
  const found = await onPage(async ({ renderChat }) => {
    const template = "{{ bos_token }}{{ messages[0].content }} {{ strftime_now('%d %b %Y %H:%M:%S.%f') }}{% if add_generation_prompt %}>{% endif %}{{ mood }}";
    const config = { bos_token: '<s>', chat_template: template };
    const source = { files: { 'tokenizer_config.json': new Blob([JSON.stringify(config)]) } };
    const messages = [{ role: 'user', content: 'Hi' }];
    const now = new Date(2026, 2, 5, 1, 2, 3, 4);
    const failure = (promise) => promise.then(() => 'nothing failed', ({ code, message }) => [code, message]);
    const cycle = { messages };
    cycle.cycle = cycle;
    return {
      usual: await renderChat(source, { messages, mood: null }, { now }),
      other: await renderChat(source, JSON.stringify({ messages, mood: 'calm' }), { now, addGenerationPrompt: false, bosToken: '<b>' }),
      year: await renderChat(source, { messages }),
      thisYear: String(new Date().getFullYear()),
      failures: [
        await failure(renderChat(source, null)),
        await failure(renderChat(source, [])),
        await failure(renderChat(source, { messages: [1] })),
        await failure(renderChat(source, cycle)),
        await failure(renderChat(source, { messages }, { now: 5 })),
        await failure(renderChat(source, { messages }, { now: new Date(NaN) })),
        await failure(renderChat(source, { messages }, { bos: '' })),
        await failure(renderChat({ files: { 'chat_template.jinja': new Blob(['{{ x.y }}']) } }, { messages })),
        await failure(renderChat({ files: {} }, { messages })),
      ],
    };
  });
  assert.equal(found.usual, '<s>Hi 05 Mar 2026 01:02:03.004000>None');
  assert.equal(found.other, '<b>Hi 05 Mar 2026 01:02:03.004000calm');
  assert.ok(found.year.includes(found.thisYear), found.year);
  const expected = [
    ['invalid-argument', 'the chat must be an object, or its JSON text'],
    ['invalid-argument', 'the chat is no object with messages'],
    ['invalid-argument', 'the chat has a message that is no object, messages[0]'],
    ['invalid-argument', /^the chat cannot be written as JSON: /],
    ['invalid-argument', 'now must be a Date, and a valid one'],
    ['invalid-argument', 'now must be a Date, and a valid one'],
    ['invalid-argument', /^there is no option "bos"; there are addGenerationPrompt, bosToken, eosToken, now$/],
    ['invalid-model', "chat template, line 1: 'x' is undefined"],
    ['unsupported-model', 'the model has no chat template by default; those it has: none'],
  ];
  for (const [index, [code, message]] of expected.entries()) {
    const [foundCode, foundMessage] = found.failures[index];
    assert.equal(foundCode, code, foundMessage);
    if (typeof message === 'string') assert.equal(foundMessage, message);
    else assert.match(foundMessage, message);
  }
});
