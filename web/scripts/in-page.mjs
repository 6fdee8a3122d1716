// The page's part of the command: runs the package and writes the JSON that the `kinglet` command writes.

import * as kinglet from '/package/dist/index.js';
import init, { onlyModel } from '/package/pkg/kinglet_web.js';

/** The weight file that is meant by a folder's name; null where that need not be said. */
export async function only(names, shown) {
  try {
    await init({ module_or_path: '/package/pkg/kinglet_web_bg.wasm' });
    return { weights: onlyModel(names, shown) ?? null };
  } catch (error) {
    return { error: error.message };
  }
}

/** `kinglet inspect`. */
export function inspect({ memoryLimit, ...options }) {
  return attempt(options, async (source) => {
    const inspection = await kinglet.inspect(source, options.loading);
    const { device, bytes, fits, whyNot, tensors, trainedContext, endTokens, tokenizer, ...facts } = inspection;
    const { weights, largestTensor, kvPerToken, scratch, total } = bytes;
    const kv = { f32: kvPerToken.f32 * 1024, f16: kvPerToken.f16 * 1024 };
    return JSON.stringify({
      device: deviceReport(device),
      ...facts,
      trained_context: trainedContext,
      end_tokens: endTokens,
      tokenizer: tokenizer ?? null,
      bytes: { weights, largest_tensor: largestTensor, kv_per_1024_tokens: kv, scratch: scratch ?? null, total },
      fits: {
        adapter: fits,
        why_not: whyNot ?? null,
        memory_limit: memoryLimit === null ? null : { bytes: memoryLimit, fits: total <= memoryLimit },
      },
      tensors,
    });
  });
}

/** `kinglet forward`. */
export function forward({ tokens, segments = [], last, ...options }) {
  return run(options, async (model) => {
    if (options.list) return `{"device":${device(model)},"taps":${JSON.stringify(model.info.taps)}}`;
    const outputs = Object.entries(await model.forward(tokens, { segments, rows: last ? 'last' : 'all' }));
    // Where an answer starts and ends there is a number for each token.
    const values = (name, rows) => (name === 'start' || name === 'end' ? list(rows.map(([value]) => value)) : matrix(rows));
    const named = outputs.map(([name, rows]) => `${JSON.stringify(name)}:${values(name, rows)}`);
    return `{"device":${device(model)},"outputs":{${named.join(',')}}}`;
  });
}

/** `kinglet embed`. */
export function embed({ texts, options: given, json, ...options }) {
  return run(options, async (model) => {
    const { embeddings, tokens, truncated } = await model.embed(texts, given);
    const shown = given.pooling === 'none' ? `[${embeddings.map(matrix).join(',')}]` : matrix(embeddings);
    // People are shown how many tokens there are.
    const counts = json ? '' : `,"tokens":${JSON.stringify(tokens)}`;
    return `{"device":${device(model)},"embeddings":${shown},"truncated":${JSON.stringify(truncated)}${counts}}`;
  });
}

/** `kinglet rerank`. */
export function rerank({ query, texts, ...options }) {
  return run(options, (model) => reported(model, model.rerank(query, texts)));
}

/** `kinglet classify`. */
export function classify({ texts, ...options }) {
  return run(options, (model) => reported(model, model.classify(texts)));
}

/** `kinglet tag`. */
export function tag({ text, options: given, ...options }) {
  return run(options, async (model) => reported(model, { entities: await model.tag(text, given) }));
}

/** `kinglet answer`. */
export function answer({ question, text, options: given, ...options }) {
  return run(options, (model) => reported(model, model.answer(question, text, given)));
}

/** `kinglet fill`: a list, or one for each of several gaps. */
export function fill({ text, options: given, ...options }) {
  return run(options, async (model) => {
    const gaps = await model.fill(text, given);
    return reported(model, { fills: gaps.length === 1 ? gaps[0] : gaps });
  });
}

/** `kinglet redact`. */
export function redact({ text, known, restores, options: given, ...options }) {
  return expert('redact', options, kinglet.loadRedactor, async (redactor) => {
    if (restores) return JSON.stringify({ text: await redactor.restore(text, known) });
    return reported(redactor, redactor.redact(text, { ...given, ...(known !== undefined && { map: known }) }));
  });
}

/** `kinglet when`: an answer, or a list of them for several phrases. */
export function when({ phrase, phrases, options: given, ...options }) {
  return expert('when', options, kinglet.loadWhen, async (when) => {
    const device = deviceReport(when.device);
    const read = async (phrase) => ({ ...(await when.read(phrase, given)), device });
    if (!phrases) return JSON.stringify(await read(phrase));
    const answers = [];
    for (const phrase of phrases) answers.push(await read(phrase));
    return JSON.stringify(answers);
  });
}

/** A result and what it was computed on. */
async function reported(model, result) {
  return JSON.stringify({ device: deviceReport(model.device), ...(await result) });
}

/** `kinglet generate`. A single continuation is shown as it comes, but for people alone. */
export function generate({ tokens, text, choices, fills, replies, generation, json, ...options }) {
  return run(options, async (model, source) => {
    const shows = !json && choices === 1;
    const each = async (token, index) => {
      if (shows) await window.show(tokens ? `${index > 0 ? ' ' : ''}${token.id}` : token.text);
    };
    const { found, timings } = replies
      ? await replied(model, options.system, text, generation, each)
      : await continued(model, source, { tokens, text, choices, fills, generation, json }, each);
    if (shows) await window.show('\n');
    const several = found.length > 1 ? `,"choices":[${found.map((choice) => `{${choiceReport(choice, generation)}}`).join(',')}]` : '';
    return `{"device":${device(model)},${choiceReport(found[0], generation)}${several},"timings":${JSON.stringify(report(model.loading.milliseconds, timings))}}`;
  });
}

async function continued(model, source, { tokens, text, choices, fills, generation, json }, each) {
  if (!tokens && model.info.tokenizer == null) await kinglet.openTokenizer(source).catch(noText);
  // Text is told where there is any, and not missed where there is none.
  const told = tokens && json && model.info.tokenizer != null && (await hasTokenizer(source));
  const room = fills && model.info.context - (tokens ?? (await kinglet.tokenize(source, text)).ids).length + 1;
  const options = { ...generation, ...(told && { text: true }), ...(fills && { maxTokens: Math.max(room, 1) }) };
  const stream = model.generateAll(Array(choices).fill(tokens ?? text), options);
  await eachOf(stream, each);
  const { continuations, timings } = await stream.result();
  return { found: continuations, timings };
}

function noText(error) {
  throw new Error(`${error.message}; a model without a tokenizer takes --tokens IDS`);
}

async function hasTokenizer(source) {
  try {
    (await kinglet.openTokenizer(source)).close();
    return true;
  } catch {
    return false;
  }
}

async function eachOf(stream, each) {
  let index = 0;
  for await (const token of stream) await each(token, index++);
}

/** The model's reply to the text, in a conversation of its own. */
async function replied(model, system, text, generation, each) {
  const chat = await begun(model, system);
  const stream = chat.say(text, generation);
  await eachOf(stream, each);
  const result = await stream.result();
  return { found: [result], timings: { ...result.timings, perToken: {} } };
}

/** A conversation; a model that has no use for it continues texts. */
function begun(model, system) {
  return model.chat({ system }).catch((error) => {
    const hint = error.message.startsWith('the model has no chat template') ? '; `kinglet generate MODEL "text"` continues a text' : '';
    throw new Error(`${error.message}${hint}`);
  });
}

/** The model and the conversation of `kinglet chat`. */
let talk;

/** `kinglet chat`: begins. */
export function chat({ system, ...options }) {
  return attempt(options, async (source) => {
    const model = await kinglet.load(source, options.loading);
    talk = { model, chat: await begun(model, system) };
    return 'null';
  });
}

/** A turn of it. */
export function turn({ text, generation, json }) {
  return told(async () => {
    const stream = talk.chat.say(text, generation);
    await eachOf(stream, async (token) => {
      if (!json) await window.show(token.text);
    });
    if (!json) await window.show('\n');
    const reply = await stream.result();
    const { first_token_ms, prefill, decode } = report(0, reply.timings);
    const counts = `"prompt_tokens":${reply.promptTokens},"reused_tokens":${reply.reusedTokens}`;
    const timings = JSON.stringify({ first_token_ms, prefill, decode });
    return `{"device":${device(talk.model)},${choiceReport(reply, {})},${counts},"timings":${timings}}`;
  });
}

/** What is told of a continuation. */
function choiceReport({ tokens, text, finishReason, valid }, { logits }) {
  const fields = [
    `"tokens":${JSON.stringify(tokens.map(({ id }) => id))}`,
    `"text":${JSON.stringify(text)}`,
    `"finish_reason":${JSON.stringify(finishReason)}`,
  ];
  if (valid !== undefined) fields.push(`"valid":${valid}`);
  if (logits) fields.push(`"logits":${matrix(tokens.map((token) => token.logits))}`);
  const logprobs = tokens.map((token) => token.logprobs).filter(Boolean);
  if (logprobs.length > 0) fields.push(`"logprobs":${JSON.stringify(logprobs)}`);
  return fields.join(',');
}

/** `kinglet eval`. */
export function evaluate({ tokens, text, textFile, window, ...options }) {
  return attempt(options, async (source) => {
    const ids = tokens ?? (await enough(textFile, source, text));
    return loaded(source, options, (model) => compare(model, options, ids, window));
  });
}

async function compare(model, { sources }, tokens, window) {
  const found = await model.compare(sourceOf(sources.reference), tokens, { window });
  return JSON.stringify({
    device: deviceReport(model.device),
    tokens: found.tokens,
    perplexity: found.perplexity,
    reference_perplexity: found.referencePerplexity,
    kl_mean: found.klMean,
    kl_p99: found.klP99,
    top1_agreement: found.top1Agreement,
  });
}

/** The tokens of a text, in which nothing steers the model. There is nothing to predict from a single one. */
async function enough(file, source, text) {
  const { ids } = await kinglet.tokenize(source, text, { parseSpecial: false });
  if (ids.length < 2) throw new Error(`${file}: there are fewer than two token ids`);
  return ids;
}

/** `eval` cannot be the name of a function. */
export { evaluate as eval };

/** `kinglet bench`. */
export function bench({ prompt, generate, rounds, ...options }) {
  return run(options, async (model) => {
    const { device, info, loading } = model;
    // No token twice in a row, and none that the model could not have.
    const tokens = Array.from({ length: prompt }, (_, index) => (index * 7919) % info.vocab);
    const found = [];
    // The first round makes plans and pipelines, and is not counted.
    for (let round = 0; round <= rounds; round += 1) {
      const { timings } = await model.generate(tokens, { maxTokens: generate, ignoreEnd: true }).result();
      if (round > 0) found.push(timings);
    }
    const last = report(0, found.at(-1)).per_token;
    const { weightBytes } = found.at(-1).perToken;
    const kv = info.kvBytesPerToken * (prompt + Math.floor(generate / 2));
    return JSON.stringify({
      device: deviceReport(device),
      architecture: info.architecture,
      parameters: info.parameters,
      load: {
        ms: thousandths(loading.milliseconds),
        bytes: loading.bytes,
        mb_per_s: megabytes((loading.bytes / Math.max(loading.milliseconds, 1e-3)) * 1e3),
        read_mb_per_s: megabytes(loading.readPerSecond),
        repack_mb_per_s: megabytes(loading.repackPerSecond),
        upload_mb_per_s: megabytes(loading.uploadPerSecond),
      },
      rounds,
      prefill: median(found.map(({ prefill }) => speed(prefill))),
      decode: median(found.map(({ decode }) => speed(decode))),
      per_token: last,
      bytes_per_token: {
        planned: weightBytes === undefined ? null : weightBytes + kv,
        least: info.weightBytesPerToken + kv,
      },
    });
  });
}

/** `kinglet quantize`; the file is a download of the page. */
export function quantize({ input, output, types, pure, modelName, ...options }) {
  return attempt(options, async (source) => {
    const made = await kinglet.quantize(source, { types, pure, name: modelName });
    const { file, bytesBefore, bytesAfter, bitsPerWeight, tensors, warnings } = made;
    Object.assign(document.createElement('a'), { href: URL.createObjectURL(file), download: 'model.gguf' }).click();
    const tensor = ({ name, from, to, shape, bytesBefore, bytesAfter, nmse = null }) => {
      return { name, from, to, shape, bytes_before: bytesBefore, bytes_after: bytesAfter, nmse };
    };
    return JSON.stringify({
      input,
      output,
      bytes_before: bytesBefore,
      bytes_after: bytesAfter,
      bits_per_weight: bitsPerWeight,
      tensors: tensors.map(tensor),
      warnings,
    });
  });
}

/** What answers the lines of `kinglet tokenize --jsonl`. */
let tokenizer;

/** `kinglet tokenize`. People are shown the text of each token. For lines, the tokenizer is opened. */
export function tokenize({ text, lines, tokens, special, json, ...options }) {
  return attempt(options, async (source) => {
    if (lines) {
      tokenizer = await kinglet.openTokenizer(source);
      return 'null';
    }
    if (tokens) return JSON.stringify({ text: await kinglet.detokenize(source, tokens) });
    const { ids, texts } = await kinglet.tokenize(source, text, { addSpecial: special, parseSpecial: special });
    return JSON.stringify(json ? { ids } : { ids, texts });
  });
}

/** What each text is answered with, up to the first that cannot be encoded. */
export async function answerTexts({ texts, special }) {
  const answers = [];
  try {
    for (const text of texts) {
      const { ids } = await tokenizer.encode(text, { addSpecial: special, parseSpecial: special });
      answers.push(JSON.stringify({ ids }));
    }
    return { answers };
  } catch (error) {
    return { answers, error: error.message };
  }
}

/** `kinglet template`. */
export function template({ chat, rendering, ...options }) {
  return attempt(options, async (source) => JSON.stringify({ text: await kinglet.renderChat(source, chat, rendering) }));
}

/** Runs a command on a model that is loaded for it. */
function run(options, command) {
  return attempt(options, (source) => loaded(source, options, command));
}

/** Runs a command on an expert that is loaded for it, with weights of its own or others. */
function expert(name, options, load, command) {
  return attempt(options, async (source) => {
    const { loading, keep = false } = options;
    const given = { ...loading, ...(source && { source }) };
    if (keep) return command(await keptExpert(name, given, load));
    const loaded = await load(given);
    try {
      return await command(loaded);
    } finally {
      loaded.close();
    }
  });
}

/** The experts that stay, one of each, and what they were asked for by. */
const experts = new Map();

async function keptExpert(name, given, load) {
  const asked = JSON.stringify(given);
  const kept = experts.get(name);
  if (kept?.asked === asked) return kept.loaded;
  kept?.loaded.close();
  experts.delete(name);
  const loaded = await load(given);
  experts.set(name, { asked, loaded });
  return loaded;
}

/** The model that stays, and what it was asked for by. */
let kept;

/** `keep`: the next command may be for the same model, or for another on the same device. */
async function loaded(source, { loading, keep = false }, command) {
  if (keep) return command(await keptModel(source, loading), source);
  const model = await kinglet.load(source, loading);
  try {
    return await command(model, source);
  } finally {
    model.close();
  }
}

async function keptModel(source, { taps = [], tier, ...loading }) {
  const asked = JSON.stringify([source, tier, taps, loading]);
  if (kept?.asked === asked) return kept.model;
  const options = { ...loading, ...(tier && { tier }), taps };
  const before = kept?.tier === tier ? kept?.model : kept?.model.close();
  kept = undefined;
  kept = { asked, tier, model: await (before ? before.replace(source, options) : kinglet.load(source, options)) };
  return kept.model;
}

function attempt({ sources, adapter }, command) {
  return told(async () => {
    if (adapter !== undefined) await expectAdapter(adapter);
    return command(sourceOf(sources.model));
  });
}

/** The JSON of a command, or its error in the command's words. */
async function told(command) {
  try {
    return { json: await command() };
  } catch ({ message }) {
    // What helps a page is of no help here.
    const flags = message.replace(/; `info\.taps` .*$/, '; list the names with --taps list');
    return { error: flags.replace(/(with a longer `context`)$/, '$1 (--context N)') };
  }
}

/** A source of the package: an address, or the files of an input; none where an expert has its own. */
function sourceOf(source) {
  if (source === undefined) return undefined;
  const { url, hub, input, weights } = source;
  if (url !== undefined) return { url, ...(hub !== undefined && { hub }) };
  return { files: document.getElementById(input).files, ...(weights !== null && { weights }) };
}

/** There is one adapter. It is chosen as the `kinglet` command chooses: by its index, or by a part of its name. */
async function expectAdapter(asked) {
  const { adapter } = await kinglet.isSupported();
  const named = asked !== '' && adapter?.toLowerCase().includes(asked.toLowerCase());
  if (/^\d+$/.test(asked) ? adapter !== null && Number(asked) === 0 : named) return;
  throw new Error(`no GPU adapter matches ${JSON.stringify(asked)}; there are: ${adapter === null ? 'none' : `0 ${adapter}`}`);
}

function device(model) {
  return JSON.stringify(deviceReport(model.device));
}

function deviceReport({ kind, adapter, tier, software }) {
  return { kind, adapter, tier, software };
}

function report(loadMilliseconds, { firstTokenMilliseconds, prefill, decode, perToken }) {
  return {
    load_ms: thousandths(loadMilliseconds),
    first_token_ms: thousandths(firstTokenMilliseconds),
    prefill: speed(prefill),
    decode: speed(decode),
    per_token: {
      dispatches: thousandths(perToken.dispatches),
      dispatches_per_layer: thousandths(perToken.dispatchesPerLayer),
      submits: thousandths(perToken.submits),
      uploads: thousandths(perToken.uploads),
      readback_bytes: thousandths(perToken.readbackBytes),
      objects_created: thousandths(perToken.objectsCreated),
      engine_allocations: null,
    },
  };
}

function speed({ tokens, tokensPerSecond }) {
  return { tokens, tokens_per_s: thousandths(tokensPerSecond) };
}

function median(speeds) {
  return speeds.sort((a, b) => (a.tokens_per_s ?? 0) - (b.tokens_per_s ?? 0))[Math.floor(speeds.length / 2)];
}

/** Millions of bytes. */
function megabytes(bytes) {
  return bytes === undefined ? null : Math.round(bytes / 1e3) / 1e3;
}

/** No clock is finer than three digits behind the point. */
function thousandths(value) {
  return value === undefined || value === null ? null : Math.round(value * 1e3) / 1e3;
}

function matrix(rows) {
  return `[${rows.map(list).join(',')}]`;
}

function list(values) {
  return `[${Array.from(values, number).join(',')}]`;
}

/** Reads back as the same number, zero with its sign; what is no number is null. */
function number(value) {
  if (!Number.isFinite(value)) return 'null';
  return Object.is(value, -0) ? '-0.0' : String(value);
}
