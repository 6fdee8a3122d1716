// Text in and text out in the browser: what `transformers` and the native command say.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { launch, open } from '../scripts/browser.mjs';
import { serve } from '../scripts/server.mjs';
import { native, nativeText } from './native.mjs';
import { command, start } from './scripts.mjs';
import { GOLDENS, WEB, names } from './support.mjs';

const MODEL = path.join(GOLDENS, 'llama-chat');
const { completions, chat: { system, turns } } = JSON.parse(readFileSync(path.join(MODEL, 'text.json'), 'utf8'));
const CPU = ['--device', 'cpu'];

/** Of more tokens than the cache has in a page. */
const LONG = 'The wren sings. '.repeat(15);

const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['bird', 'songs'],
  properties: { bird: { enum: ['wren', 'robin'] }, songs: { type: 'integer', minimum: 0, maximum: 99 } },
};
const SONGS = { gbnf: 'root ::= ("tsee" | "tsoo"){2,3} "!"\n', lark: 'start: song song song? "!"\nsong: "tsee" | "tsoo"\n' };

let folder;
let server;
let browser;

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'kinglet-'));
  server = await serve({ '/package/': WEB, '/models/': GOLDENS });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs `work` on a page with a model that talks, and fails where the page has problems. */
async function onPage(work, argument, options = {}) {
  const { page, problems } = await open(browser, `${server.url}/package/scripts/blank.html`);
  const source = `async ([options, argument]) => {
    const kinglet = await import('/package/dist/index.js');
    const model = await kinglet.load({ url: '/models/llama-chat' }, options);
    return (${work})(model, argument, kinglet);
  }`;
  const found = await page.evaluate(`(${source})(${JSON.stringify([options, argument])})`);
  assert.deepEqual(problems, []);
  await page.close();
  return found;
}

/** What is the same of a continuation here and natively. */
const said = ({ tokens, text, finishReason, finish_reason: reason = finishReason, valid }) => {
  const ids = tokens.map((token) => token.id ?? token);
  return { tokens: ids, text, reason, ...(valid !== undefined && { valid }) };
};

/** A file of the folder with this in it. */
function written(name, content) {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

test('texts are continued, one by one and together', async () => {
  const sampling = { temperature: 1.5, topP: 0.9, seed: 3, maxTokens: 8 };
  const found = await onPage(
    async (model, { prompts, ids, sampling, long }) => {
      const failure = (promise) => promise.then(() => 'nothing failed', ({ code, message }) => [code, message]);
      const options = { maxTokens: 24 };
      const stream = model.generate(prompts[1], options);
      const pieces = [];
      for await (const { text } of stream) pieces.push(text);
      const all = model.generateAll(prompts, options);
      const texts = prompts.map(() => '');
      for await (const { index, text } of all) texts[index] += text;
      const stopped = model.generate(prompts[0], options);
      stopped.stop();
      return {
        tokenizer: model.info.tokenizer,
        alone: await stream.result(),
        pieces,
        all: await all.result(),
        texts,
        ids: await model.generate(ids, { ...options, text: true }).result(),
        bare: (await model.generate(ids, { maxTokens: 1 }).result()).text,
        stop: await model.generate(prompts[4], { ...options, stop: ['xyz', 'oWal'] }).result(),
        sampled: await model.generateAll(Array(3).fill(long), sampling).result(),
        early: (await stopped.result()).finishReason,
        failures: [
          await failure(model.generate('a', { regex: 'a' }).result()),
          await failure(model.generate('bird '.repeat(2000)).result()),
          await failure(model.generateAll(['a', []]).result()),
        ],
      };
    },
    { prompts: completions.map(({ prompt }) => prompt), ids: completions[1].ids, sampling, long: LONG },
  );
  const expected = completions.map(said);
  assert.deepEqual([said(found.alone), said(found.ids)], [expected[1], expected[1]]);
  assert.equal(found.pieces.join(''), completions[1].text);
  assert.deepEqual(found.all.continuations.map(said), expected);
  assert.deepEqual(found.texts, completions.map(({ text }) => text));
  assert.deepEqual([found.alone.promptTokens, found.alone.timings.prefill.tokens], [27, 27]);
  assert.ok(found.alone.timings.firstTokenMilliseconds > 0);
  assert.deepEqual([found.tokenizer, found.bare, found.early], ['BPE', null, null]);
  assert.deepEqual([found.stop.text, found.stop.finishReason], ['WWWWWo', 'stop']);
  const flags = ['--temp', '1.5', '--top-p', '0.9', '--seed', '3', '-n', '8', '--choices', '3'];
  const { choices } = native('generate', MODEL, LONG, ...flags, ...CPU);
  assert.deepEqual(found.sampled.continuations.map(said), choices.map(said));
  // Two of three begin with the pages that the first has of the same prompt.
  const reused = found.sampled.continuations.map((each) => each.reusedTokens);
  assert.ok(reused[0] === 0 && reused[1] > 0 && reused[2] > 0, `${reused}`);
  const [regex, long, empty] = found.failures;
  assert.deepEqual(regex, ['invalid-argument', 'grammars are in an engine of their own: load the model with `grammars: true`']);
  assert.match(long.join(' '), /^invalid-argument .* tokens do not fit into a context of 1024/);
  assert.deepEqual(empty, ['invalid-argument', 'the prompt has no tokens']);
});

test('chats go on side by side, and reuse what was read', async () => {
  const found = await onPage(
    async (model, { system, users }, { KingletError }) => {
      const failure = (promise) => promise.then(() => 'nothing failed', (error) => [error instanceof KingletError, error.code]);
      const options = { maxTokens: 24 };
      const [chat, other] = await Promise.all([model.chat({ system }), model.chat({ system })]);
      const replies = [];
      for (const user of users) {
        // Another begins the same, and a prompt is continued in between.
        const saying = chat.say(user, options);
        const beside = other.say(user, { maxTokens: 2 });
        let text = '';
        for await (const token of saying) text += token.text;
        const result = await saying.result();
        if (text !== result.text) throw new Error(`${text} is not ${result.text}`);
        replies.push(result);
        await beside.result();
        await model.generate('A', { maxTokens: 2 }).result();
      }
      const messages = chat.messages;
      const controller = new AbortController();
      const endless = { maxTokens: 600, logitBias: [[397, -Infinity], [399, -Infinity]] };
      const aborted = other.say('Sing', { ...endless, signal: controller.signal });
      let code;
      let count = 0;
      try {
        for await (const _ of aborted) if (++count === 3) controller.abort();
      } catch (error) {
        code = error.code;
      }
      // Both are answered after the end of what was aborted.
      const before = other.messages.length;
      const unsaid = other.say('Never mind', { signal: AbortSignal.abort() });
      const failures = [await failure(unsaid.result()), await failure(other.say('a', { maxToken: 1 }).result()), await failure(other.push({ role: 'user', content: 'Hm' }).then(() => other.push(3)))];
      const cut = other.messages;
      await chat.clear();
      const cleared = chat.messages;
      // Nothing else goes on: what is aborted before its first token leaves nothing of the turn.
      const hasty = new AbortController();
      const unsaidToo = [chat.say('Never mind', { signal: AbortSignal.abort() }), chat.say('Never mind', { signal: hasty.signal })];
      hasty.abort();
      for (const unsaid of unsaidToo) failures.push(await failure(unsaid.result()));
      await chat.push({ role: 'user', content: users[0] });
      const again = await chat.reply(options).result();
      await chat.setSystem(null);
      const none = chat.messages;
      chat.close();
      await chat[Symbol.asyncDispose]();
      failures.push(await failure((async () => chat.say('a').result())()), await failure(model.chat({ signal: AbortSignal.abort() })));
      // One that is closed at once leaves its reply unfinished.
      const last = other.say('Sing', endless);
      other.close();
      const { finishReason } = await last.result();
      return { replies, messages, code, count, before, cut, failures, cleared, again, none, finishReason };
    },
    { system, users: turns.map(({ user }) => user) },
  );
  assert.deepEqual(found.replies.map(said), turns.map(said));
  const lines = `${turns.map(({ user }) => user).join('\n')}\n`;
  const natively = nativeText('chat', MODEL, '--system', system, '-n', '24', ...CPU, '--json', { input: lines }).trim().split('\n').map(JSON.parse);
  for (const [index, { promptTokens, reusedTokens, timings }] of found.replies.entries()) {
    const { prompt_tokens, reused_tokens } = natively[index];
    assert.equal(promptTokens, prompt_tokens);
    // The device may have been ahead.
    assert.ok([0, 1].includes(reusedTokens - reused_tokens), `${reusedTokens}, natively ${reused_tokens}`);
    assert.equal(timings.prefill.tokens, promptTokens - reusedTokens);
  }
  const spoken = turns.flatMap(({ user, text }) => [{ role: 'user', content: user }, { role: 'assistant', content: text }]);
  const first = { role: 'system', content: system };
  assert.deepEqual(found.messages, [first, ...spoken]);
  assert.deepEqual([found.code, found.count], ['aborted', 3]);
  // The aborted reply stays as far as it came; what failed leaves nothing.
  assert.equal(found.before, 7);
  assert.deepEqual(found.cut.slice(7).map(({ role }) => role), ['user', 'assistant', 'user']);
  const codes = ['aborted', 'invalid-argument', 'invalid-argument', 'aborted', 'aborted', 'closed', 'aborted'];
  assert.deepEqual(found.failures, codes.map((code) => [true, code]));
  assert.deepEqual([found.cleared, said(found.again), found.none], [[first], said(turns[0]), []]);
  assert.equal(found.finishReason, null);
});

test('texts keep to schemas, expressions and grammars', async () => {
  const found = await onPage(
    async (model, { schema, songs }) => {
      const failure = (promise) => promise.then(() => 'nothing failed', ({ code, message }) => [code, message]);
      const generate = (options) => model.generate('A bird:', { temperature: 1.5, seed: 2, ...options }).result();
      const chat = await model.chat();
      return {
        schema: await generate({ jsonSchema: schema }),
        again: await generate({ jsonSchema: JSON.stringify(schema) }),
        cut: await generate({ jsonSchema: schema, maxTokens: 4 }),
        regex: await generate({ regex: '(wren|robin)-[0-9]{3}' }),
        gbnf: await generate({ grammar: songs.gbnf }),
        lark: await generate({ grammar: songs.lark }),
        chat: await chat.say('A bird?', { regex: '[a-f]{5}' }).result(),
        failures: [
          await failure(generate({ jsonSchema: { type: 'integer', minimum: 3, maximum: 2 } })),
          await failure(generate({ grammar: 'root ::= wing' })),
          await failure(generate({ regex: '(a' })),
        ],
      };
    },
    { schema: SCHEMA, songs: SONGS },
    { grammars: true },
  );
  const natively = (...more) => said(native('generate', MODEL, 'A bird:', '--temp', '1.5', '--seed', '2', ...more, ...CPU));
  const schema = written('schema.json', JSON.stringify(SCHEMA));
  assert.deepEqual(said(found.schema), natively('--json-schema', schema));
  assert.deepEqual(said(found.again), said(found.schema));
  assert.deepEqual(said(found.cut), natively('--json-schema', schema, '-n', '4'));
  assert.deepEqual([found.schema.valid, found.cut.valid, found.cut.finishReason], [true, false, 'length']);
  const bird = JSON.parse(found.schema.text);
  assert.ok(['wren', 'robin'].includes(bird.bird) && bird.songs >= 0 && bird.songs < 100, found.schema.text);
  assert.deepEqual(said(found.regex), natively('--regex', '(wren|robin)-[0-9]{3}'));
  for (const [notation, grammar] of Object.entries(SONGS)) {
    assert.deepEqual(said(found[notation]), natively('--grammar', written(notation, grammar)));
    assert.match(found[notation].text, /^(tsee|tsoo){2,3}!$/);
  }
  assert.deepEqual(said(found.chat), said(native('chat', MODEL, 'A bird?', '--regex', '[a-f]{5}', ...CPU)));
  const [unmet, broken, open] = found.failures.map(([code, message]) => `${code}: ${message}`);
  assert.match(unmet, /^invalid-argument: .*minimum/);
  assert.match(broken, /^invalid-argument: .*wing/);
  assert.match(open, /^invalid-argument: the regular expression/);
});

test('chat completions have the shape that others know', async () => {
  const found = await onPage(
    async (model, { system, turns, schema }) => {
      const failure = (promise) => promise.then(() => 'nothing failed', ({ code, message }) => [code, message]);
      const { completions } = model.chat;
      const messages = [{ role: 'system', content: system }, { role: 'user', content: turns[0].user }];
      const common = { temperature: 0, max_tokens: 24 };
      const first = await completions.create({ messages, ...common });
      const further = [...messages, first.choices[0].message, { role: 'user', content: turns[1].user }];
      const chunks = [];
      for await (const chunk of await completions.create({ messages: further, ...common, stream: true, stream_options: { include_usage: true } })) chunks.push(chunk);
      const several = await completions.create({ messages, n: 2, temperature: 1.5, seed: 3, max_completion_tokens: 6, model: 'wren' });
      const format = { type: 'json_schema', json_schema: { name: 'bird', schema } };
      const json = await completions.create({ messages, response_format: format, seed: 1 });
      const broken = await completions.create({ messages, stream: true, logit_bias: { 397: -Infinity, 399: -Infinity } });
      for await (const _ of broken) break;
      return {
        first,
        chunks,
        several,
        json: json.choices[0].message.content,
        failures: [
          await failure(completions.create({})),
          await failure(completions.create({ messages, logprobs: true })),
          await failure(completions.create({ messages, response_format: { type: 'xml' } })),
          await failure(completions.create({ messages }, { signal: AbortSignal.abort() })),
        ],
      };
    },
    { system, turns, schema: SCHEMA },
    { grammars: true },
  );
  const { id, object, created, model, choices, usage } = found.first;
  assert.ok(id.startsWith('chatcmpl-') && created > 1e9);
  assert.deepEqual([object, model], ['chat.completion', 'LlamaForCausalLM']);
  assert.deepEqual(choices, [{ index: 0, message: { role: 'assistant', content: turns[0].text }, finish_reason: 'stop' }]);
  assert.deepEqual([usage.prompt_tokens, usage.completion_tokens, usage.total_tokens], [80, 12, 92]);
  const last = found.chunks.at(-1);
  assert.equal(found.chunks.flatMap((chunk) => chunk.choices).map(({ delta }) => delta.content ?? '').join(''), turns[1].text);
  assert.deepEqual([found.chunks[0].choices[0].delta.role, found.chunks.at(-2).choices[0].finish_reason], ['assistant', 'length']);
  // The first turn was not read again.
  assert.ok(last.choices.length === 0 && last.usage.prompt_tokens_details.cached_tokens >= 91, JSON.stringify(last));
  const sampled = ['--system', system, '--temp', '1.5', '--seed', '3', '-n', '6', ...CPU];
  const natively = ['0', '1'].map((sequence) => native('generate', MODEL, turns[0].user, ...sampled, '--sequence', sequence).text);
  assert.deepEqual(found.several.choices.map(({ message }) => message.content), natively);
  assert.deepEqual([found.several.model, ['wren', 'robin'].includes(JSON.parse(found.json).bird)], ['wren', true]);
  const [empty, unknown, format, aborted] = found.failures.map(([code, message]) => `${code}: ${message}`);
  assert.equal(empty, 'invalid-argument: messages must be an array, and not empty');
  assert.match(unknown, /^invalid-argument: there is no option "logprobs"; there are messages, /);
  assert.match(format, /^invalid-argument: the type of response_format must be /);
  assert.match(aborted, /^aborted: /);
});

/** The command with this on its standard input. */
async function withInput(args, input) {
  const { child, ended } = start('command.mjs', args);
  child.stdin.end(input);
  return ended;
}

test('the command continues and talks as natively', async () => {
  const input = `${turns.map(({ user }) => user).join('\n\n')}\n`;
  const chat = ['chat', MODEL, '--system', system, '-n', '24', '--json'];
  const several = ['generate', MODEL, '--temp', '1.5', '--seed', '3', '--n', '2', '--logprobs', '2', '-n', '6', '--json'];
  const schema = ['generate', MODEL, 'A bird:', '--json-schema', written('bird.json', JSON.stringify(SCHEMA)), '-n', '9', '--json'];
  const reply = ['generate', MODEL, turns[0].user, '--system', system, '-n', '24'];
  const [talked, continued, kept, replied] = [await withInput(chat, input), await withInput(several, 'In the morning\n'), await command(schema), await command(reply)];
  for (const { code, stderr } of [talked, continued, kept, replied]) assert.deepEqual([code, stderr], [0, '']);
  const expected = nativeText(...chat, ...CPU, { input }).trim().split('\n').map(JSON.parse);
  const found = talked.stdout.trim().split('\n').map(JSON.parse);
  assert.deepEqual(found.map(said), expected.map(said));
  assert.deepEqual(found.map((each) => names(each)), expected.map((each) => names(each)));
  assert.deepEqual(found.map(({ prompt_tokens: count }) => count), expected.map(({ prompt_tokens: count }) => count));
  const choices = JSON.parse(continued.stdout);
  const natively = JSON.parse(nativeText(...several, ...CPU, { input: 'In the morning\n' }));
  assert.deepEqual(names(choices), names(natively));
  assert.deepEqual([choices, ...choices.choices].map(said), [natively, ...natively.choices].map(said));
  const structured = JSON.parse(kept.stdout);
  const nativeStructured = native(...schema.slice(0, -1), ...CPU);
  assert.deepEqual([said(structured), names(structured)], [said(nativeStructured), names(nativeStructured)]);
  assert.equal(replied.stdout, nativeText(...reply, ...CPU));
});

test('what the command cannot do is an error of one line', async () => {
  const bad = written('bad.json', '{"type": ');
  for (const [args, expected] of [
    [['generate', MODEL], /^error: there is nothing to continue: give a text, /],
    [['generate', path.join(GOLDENS, 'llama-odd'), 'a'], /^error: no tokenizer\.json in .*; a model without a tokenizer takes --tokens IDS\n$/],
    [['generate', MODEL, 'a', '--json-schema', bad], /^error: .*bad\.json is not JSON: /],
    [['chat', MODEL, 'a', '--json-schema', path.join(folder, 'none')], /^error: cannot read .*none: /],
    [['chat', MODEL, 'bird '.repeat(2000)], /^error: the conversation has \d+ tokens, .* with a longer `context` \(--context N\)\n$/],
  ]) {
    const { code, stdout, stderr } = await withInput(args, '');
    assert.deepEqual([code, stdout], [1, ''], args.join(' ').slice(0, 80));
    assert.match(stderr, expected);
    assert.equal(stderr.split('\n').length, 2, stderr);
  }
});
