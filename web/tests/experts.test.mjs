// The experts in a browser: they find what the native command finds, and put it back.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { read } from '../scripts/arguments.mjs';
import { launch, open } from '../scripts/browser.mjs';
import * as readable from '../scripts/readable.mjs';
import { serve } from '../scripts/server.mjs';
import { byTier, commandPage, expectDevice } from './command-page.mjs';
import { native, nativeText } from './native.mjs';
import { start } from './scripts.mjs';
import { SITE, WEB } from './support.mjs';

const EXPERTS = path.resolve(WEB, '../tests/experts');

/** As elsewhere, a tier each by turns; both with every text would be compiled for as long as all else takes. */
const TIERS = new Map(byTier(['redact', 'when']));

/** What f32 sums in another order, and a cache in f16, may change in a probability. */
const CLOSE = 1e-3;

/** Texts of the development set, without its marks: chats, logs, notes, and one with nothing in it. */
const TEXTS = ['d002', 'd003', 'd010', 'd013', 'd024', 'd044', 'd048', 'd098'].map((id) => {
  const [, text] = new RegExp(`^=== ${id} .*\\n([^]*?)(?=^=== |(?![^]))`, 'm').exec(readFileSync(path.join(EXPERTS, 'redact.dev.txt'), 'utf8'));
  // Places are counted in code points.
  return { id, text: `🐦 ${text.replace(/⟦\w+:([^⟧]*)⟧/g, '$1')}` };
});

/** Phrases of the development set, of each kind some with a short answer: SwiftShader takes a second for half a dozen tokens. */
const PHRASES = readFileSync(path.join(EXPERTS, 'when.dev.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))
  .filter((_, line) => [6, 21, 24, 36, 42, 51, 54, 69, 72, 75, 123, 135].includes(line));

let page;
let folder;
let server;
let browser;

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'kinglet-experts-'));
  page = await commandPage();
  server = await serve({ '/': SITE, '/package/': WEB });
  browser = await launch();
});

after(async () => {
  await page?.close();
  await browser?.close();
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

function expectSame({ device: _, confidence, spans = [], ...found }, { device: __, confidence: wanted, spans: expected = [], ...same }) {
  assert.deepEqual(found, same);
  const places = (spans) => spans.map(({ score: _, ...span }) => span);
  assert.deepEqual(places(spans), places(expected));
  expected.forEach(({ score, placeholder }, index) => close(spans[index].score, score, placeholder));
  if (wanted !== undefined) close(confidence, wanted, 'confidence');
}

function close(found, expected, what) {
  assert.ok(Math.abs(found - expected) <= CLOSE, `${what}: ${found}, expected ${expected}`);
}

for (const { id, text } of TEXTS) {
  const tier = TIERS.get('redact');
  test(`redact ${id} ${tier}: as the native command`, async () => {
    const found = await page.runExpert(['redact', '--json', '--tier', tier], { text });
    expectDevice(found.device, tier);
    expectSame(found, JSON.parse(nativeText('redact', '--json', { input: text })));
    assert.ok(id === 'd013' || found.spans.length > 0);
    const restored = await page.runExpert(['redact', '--tier', tier], { text: found.text, known: JSON.stringify(found.map), restores: true });
    assert.equal(restored.text, text);
  });
}

test('a text goes on with the map of the one before, and some kinds stay', async () => {
  const known = '{"[NAME_3]":"Anna Meyer","[EMAIL_1]":"anna@example.org"}';
  const file = path.join(folder, 'known.json');
  writeFileSync(file, known);
  const text = 'Anna Meyer and ANNA MEYER wrote to bo@example.org, anna@example.org and 192.0.2.7.\n';
  const args = ['redact', '--json', '--kinds', 'name,email', '--known', file];
  const found = await page.runExpert([...args, '--tier', TIERS.get('redact')], { text, known });
  expectSame(found, JSON.parse(nativeText(...args, { input: text })));
  assert.ok(found.text.startsWith('[NAME_3] ') && found.text.endsWith('[EMAIL_2], [EMAIL_1] and 192.0.2.7.\n'), found.text);
});

for (const { phrase, now } of PHRASES) {
  const tier = TIERS.get('when');
  test(`when ${tier}: ${phrase}`, async () => {
    const args = ['when', phrase, '--now', now];
    const found = await page.runExpert([...args, '--json', '--tier', tier]);
    expectDevice(found.device, tier);
    expectSame(found, native(...args));
  });
}

test('the command writes the map, and puts back what it stands for', async () => {
  const [known, map] = ['before.json', 'after.json'].map((name) => path.join(folder, name));
  writeFileSync(known, '{"[NAME_2]": "Anna Meyer"}');
  const run = async (args, input) => {
    const { child, ended } = start('command.mjs', args);
    child.stdin.end(input);
    const { code, stdout, stderr } = await ended;
    assert.deepEqual([code, stderr], [0, '']);
    return stdout;
  };
  // No text takes no kernel, and what is known of texts before is in the map, too.
  assert.equal(await run(['redact', '--known', known, '--map', map], ''), '');
  assert.equal(readFileSync(map, 'utf8'), '{"[NAME_2]":"Anna Meyer"}\n');
  if (process.platform !== 'win32') assert.equal(statSync(map).mode & 0o777, 0o600);
  assert.equal(await run(['redact', '-', '--restore', map], 'Dear [NAME_2] of [NAME_1],\n\n'), 'Dear Anna Meyer of [NAME_1],\n\n');
});

test('arguments of the experts are read, and refused by name', () => {
  const { model, json, request } = read(['redact', 'f', '--kinds', 'name,ip', '--model', 'm', '--json', '--tier', 'baseline']);
  assert.deepEqual([model, json, request.file, request.options], ['m', true, 'f', { kinds: ['name', 'ip'] }]);
  assert.deepEqual(read(['when', '--now', '2026-11-20T09:00', '--', '-x']).request.options, { now: '2026-11-20T09:00' });
  for (const [args, message] of [
    [['redact', 'f', 'g'], 'redact takes one FILE'],
    [['redact', '--kinds', 'name,x'], '--kinds: "x" is none of name, address, '],
    [['redact', '--restore', 'm', '--known', 'm'], '--known cannot be used with --restore'],
    [['redact', '--restore', 'm', '--json'], '--json cannot be used with --restore'],
    [['redact', '--kv', 'f32'], "'--kv'"],
    [['when', 'a', 'b'], 'when takes one PHRASE'],
    [['when', 'a', '--device', 'cpu'], '--device cpu is not for browsers'],
  ]) {
    assert.throws(() => read(args), ({ message: found }) => found.includes(message), args.join(' '));
  }
  const shown = [
    { kind: 'instant', start: 'a' },
    { kind: 'range', start: 'a', end: 'b' },
    { kind: 'duration', duration: 'PT1H' },
    { kind: 'recurring', rule: 'r', start: 'a' },
    { kind: 'recurring', rule: 'r', start: 'a', end: 'b' },
    { kind: 'unsure' },
  ];
  assert.equal(readable.when(shown), 'a\na/b\nPT1H\na r\na/b r\nunsure\n');
  assert.equal(readable.when({ ...shown[4], confidence: 0.9876 }), 'recurring   r\nfirst       a\nuntil       b\nconfidence  0.988\n');
});

test('the demo page shows the experts at work, and follows what is typed', async () => {
  const { page, problems } = await open(browser, `${server.url}/`);
  const text = (id) => page.locator(id).textContent();
  const shown = (id, wanted) => page.waitForFunction(([id, wanted]) => document.querySelector(id).textContent.includes(wanted), [id, wanted]);
  await shown('#redacted', '[CARD_1]');
  assert.equal(await page.locator('#redacted mark', { hasText: '[EMAIL_1]' }).getAttribute('title'), 'email: anna.meyer@example.org');
  await page.locator('#letter').fill('🐦 Mail bo@example.org, please.');
  await shown('#redacted', '🐦 Mail [EMAIL_1], please.');
  await shown('#time', '12:00');
  await page.locator('#phrase').fill('an hour');
  await shown('#time', 'PT1H');
  assert.deepEqual([await text('#problem'), page.workers().length, problems], ['', 2, []]);
  await page.close();
});

test('weights come when they are wanted, and what cannot be has a code', async () => {
  const { page, problems } = await open(browser, `${server.url}/package/scripts/blank.html`);
  const fetched = [];
  page.on('request', (request) => fetched.push(...(request.url().match(/[^/]*\.gguf$/) ?? [])));
  await page.evaluate(async () => {
    globalThis.kinglet = await import('/package/dist/index.js');
    const failure = ({ code, message }) => [code, message];
    globalThis.failed = (work) => Promise.resolve().then(work).then(() => 'nothing failed', failure);
  });
  assert.deepEqual(fetched, []);
  const found = await page.evaluate(async () => {
    const { loadRedactor, loadWhen } = globalThis.kinglet;
    const { failed } = globalThis;
    const stages = new Set();
    const redactor = await loadRedactor({ onProgress: ({ stage }) => stages.add(stage) });
    const when = await loadWhen({ source: { url: '/package/pkg/experts/when.gguf' } });
    const failures = [
      await failed(() => redactor.redact('a', { kinds: ['x'] })),
      await failed(() => redactor.redact('a', { kind: [] })),
      await failed(() => redactor.redact('a', { map: { NAME_1: 'x' } })),
      await failed(() => redactor.redact('a', { map: new Map() })),
      await failed(() => redactor.redact('\ud83d')),
      await failed(() => redactor.redact(1)),
      await failed(() => redactor.redact('a', { signal: AbortSignal.abort() })),
      await failed(() => redactor.restore('[NAME_1]', '{"[NAME_1]": "a", "[NAME_1]": "b"}')),
      await failed(() => when.read('friday', { now: 'soon' })),
      await failed(() => when.read('friday', { now: new Date(NaN) })),
      await failed(() => when.read(['friday'])),
      await failed(() => loadRedactor({ source: { url: '/package/pkg/experts/when.gguf' } })),
      await failed(() => loadWhen({ source: { url: '/package/pkg/experts/redact.gguf' } })),
      await failed(() => loadRedactor({ kv: 'f32' })),
    ];
    const empty = [await redactor.redact('', { map: { '[NAME_1]': 'Bo' } }), await when.read(' ', { now: new Date(2026, 10, 20) })];
    const restored = await redactor.restore('[NAME_2] and [NAME_1]', { '[NAME_1]': 'Bo' });
    redactor.close();
    when.close();
    failures.push(await failed(() => redactor.redact('a')));
    return { failures, empty, restored, stages: [...stages] };
  });
  assert.deepEqual(problems, []);
  await page.close();
  const wrong = (message) => ['invalid-argument', message];
  assert.deepEqual(found.failures, [
    wrong('kinds is x; it must be an array of name, address, organisation, email, phone, birth, account, card, iban, national_id, ip, url'),
    wrong('there is no option "kind"; there are kinds'),
    wrong('"NAME_1" in the map is no placeholder, such as [NAME_1]'),
    wrong('map must be an object, or its JSON text; a Map is made one by Object.fromEntries'),
    wrong('text has half a surrogate pair'),
    wrong('text must be a string'),
    ['aborted', 'aborted by the caller'],
    wrong('[NAME_1] is in the map twice'),
    wrong('now is "soon"; it must be a date and a time such as "2026-11-20T09:00"'),
    wrong('now must be a Date, and a valid one'),
    wrong('phrase must be a string'),
    wrong('LlamaForCausalLM cannot tag; it can generate'),
    wrong('ModernBertForTokenClassification cannot generate; it can tag'),
    wrong('there is no option "kv"; there are source, tier, limits, onProgress, signal'),
    ['closed', 'the model was closed'],
  ]);
  const none = { kind: 'none', confidence: 1, meaning: { kind: 'none' } };
  assert.deepEqual(found.empty, [{ text: '', spans: [], map: { '[NAME_1]': 'Bo' } }, none]);
  assert.equal(found.restored, '[NAME_2] and Bo');
  assert.deepEqual(found.stages, ['read', 'repack', 'upload']);
  assert.deepEqual([...new Set(fetched)].sort(), ['redact.gguf', 'when.gguf']);
});
