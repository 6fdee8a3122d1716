// The page's part of the command: runs the package and writes the JSON that the `kinglet` command writes.

import { isSupported, load } from '/package/dist/index.js';

/** `kinglet forward`. */
export function forward({ tokens, last, ...options }) {
  return run(options, async (model) => {
    if (options.list) return `{"device":${device(model)},"taps":${JSON.stringify(model.info.taps)}}`;
    const outputs = Object.entries(await model.forward(tokens, { rows: last ? 'last' : 'all' }));
    const named = outputs.map(([name, rows]) => `${JSON.stringify(name)}:${matrix(rows)}`);
    return `{"device":${device(model)},"outputs":{${named.join(',')}}}`;
  });
}

/** `kinglet generate`. */
export function generate({ tokens, generation, ...options }) {
  return run(options, async (model) => {
    const result = await model.generate(tokens, generation).result();
    const ids = result.tokens.map((token) => token.id);
    const logits = generation.logits ? `,"logits":${matrix(result.tokens.map((token) => token.logits))}` : '';
    const timings = JSON.stringify(report(model.loading.milliseconds, result.timings));
    return `{"device":${device(model)},"tokens":${JSON.stringify(ids)},"text":null${logits},"timings":${timings}}`;
  });
}

async function run({ url, adapter, loading }, command) {
  let model;
  try {
    if (adapter !== undefined) await expectAdapter(adapter);
    model = await load({ url }, loading);
    return { json: await command(model) };
  } catch (error) {
    // What helps a page is of no help here.
    return { error: error.message.replace(/; `info\.taps` .*$/, '; list the names with --taps list') };
  } finally {
    model?.close();
  }
}

/** There is one adapter. It is chosen as the `kinglet` command chooses: by its index, or by a part of its name. */
async function expectAdapter(asked) {
  const { adapter } = await isSupported();
  const named = asked !== '' && adapter?.toLowerCase().includes(asked.toLowerCase());
  if (/^\d+$/.test(asked) ? adapter !== null && Number(asked) === 0 : named) return;
  throw new Error(`no GPU adapter matches ${JSON.stringify(asked)}; there are: ${adapter === null ? 'none' : `0 ${adapter}`}`);
}

function device({ device: { kind, adapter, tier, software } }) {
  return JSON.stringify({ kind, adapter, tier, software });
}

function report(loadMilliseconds, { prefill, decode, perToken }) {
  const speed = ({ tokens, tokensPerSecond }) => ({ tokens, tokens_per_s: thousandths(tokensPerSecond) });
  return {
    load_ms: thousandths(loadMilliseconds),
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

/** No clock is finer than three digits behind the point. */
function thousandths(value) {
  return value === undefined || value === null ? null : Math.round(value * 1e3) / 1e3;
}

function matrix(rows) {
  return `[${rows.map((row) => `[${Array.from(row, number).join(',')}]`).join(',')}]`;
}

/** Reads back as the same number, zero with its sign; what is no number is null. */
function number(value) {
  if (!Number.isFinite(value)) return 'null';
  return Object.is(value, -0) ? '-0.0' : String(value);
}
