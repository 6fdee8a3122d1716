// What the command prints for people, made of its JSON: the same text as the `kinglet` command's.

/** The largest logits of a row that are shown. */
const SHOWN = 5;
/** Numbers of a vector that are shown. */
const SHOWN_NUMBERS = 6;
/** Labels of a text that are shown. */
const SHOWN_LABELS = 3;
/** The most characters of a text that are shown. */
const LONGEST = 60;

/** `inspect`. */
export function inspect(report) {
  const { f32, f16 } = report.bytes.kv_per_1024_tokens;
  const { adapter, why_not: whyNot, memory_limit: limit } = report.fits;
  const yesNo = (fits) => (fits ? 'yes' : 'no');
  const facts = [
    ['architecture', report.architecture],
    ['parameters', grouped(report.parameters)],
    ['layers', `${report.layers}`],
    ['vocabulary', grouped(report.vocab)],
    ['context', `${report.context} of ${report.trained_context}`],
    ['end tokens', report.end_tokens.join(', ') || 'none'],
    ['tokenizer', report.tokenizer ?? 'none'],
    ['weights', bytes(report.bytes.weights)],
    ['KV per 1,024 tokens', `${bytes(f32)} (f32), ${bytes(f16)} (f16)`],
    ['scratch', bytes(report.bytes.scratch)],
    ['total for the context', bytes(report.bytes.total)],
    ['device', label(report.device)],
    ['fits the adapter', yesNo(adapter) + (whyNot === null ? '' : `: ${whyNot}`)],
  ];
  if (limit) facts.push([`fits into ${bytes(limit.bytes)}`, yesNo(limit.fits)]);
  const row = ({ name, type, shape, bytes, used }) => [name, type, `[${shape.join(', ')}]`, grouped(bytes), used ? '' : 'unused'];
  const rows = [['tensor', 'type', 'shape', 'bytes', ''], ...report.tensors.map(row)];
  return `${table(facts, [])}\n${table(rows, [3])}`;
}

/** `eval`. */
function evaluate(report) {
  return table(
    [
      ['device', label(report.device)],
      ['tokens', grouped(report.tokens)],
      ['perplexity', `${report.perplexity.toFixed(4)}, of the reference ${report.reference_perplexity.toFixed(4)}`],
      ['divergence', `${exponential(report.kl_mean)} on average, 99 % below ${exponential(report.kl_p99)}`],
      ['same likeliest token', `${(report.top1_agreement * 100).toFixed(2)} %`],
    ],
    [],
  );
}

/** `eval` cannot be the name of a function. */
export { evaluate as eval };

/** `bench`. */
export function bench(report) {
  const { device, architecture, parameters, load, rounds, prefill, decode, per_token: perToken, bytes_per_token: read } = report;
  const speed = ({ tokens, tokens_per_s: rate }) => `${perSecond(rate)} (${tokens} tokens, median of ${rounds})`;
  const stages = [load.read_mb_per_s, load.repack_mb_per_s, load.upload_mb_per_s];
  return table(
    [
      ['device', label(device)],
      ['model', `${architecture}, ${grouped(parameters)} parameters`],
      ['load', `${bytes(load.bytes)} in ${load.ms.toFixed(0)} ms, ${load.mb_per_s.toFixed(0)} MB/s`],
      ['  read, repack, upload', stages.map((rate) => (rate === null ? 'n/a' : `${rate.toFixed(0)} MB/s`)).join(', ')],
      ['prefill', speed(prefill)],
      ['decode', speed(decode)],
      ['dispatches per token', `${perToken.dispatches ?? 'n/a'}`],
      ['bytes per token', `${bytes(read.planned)} planned, ${bytes(read.least)} at the least`],
    ],
    [],
  );
}

/** `quantize`. */
export function quantize({ output, bytes_before: before, bytes_after: after, bits_per_weight: bits, tensors, warnings }) {
  const error = (nmse) => (nmse === null ? 'n/a' : nmse === 0 ? '0' : exponential(nmse, 2));
  const row = ({ name, from, to, shape, bytes_after: bytes, nmse }) => {
    return [name, from, to, `[${shape.join(', ')}]`, grouped(bytes), error(nmse)];
  };
  const facts = [['before', bytes(before)], ['after', bytes(after)], ['bits per weight', bits.toFixed(2)], ['written', output]];
  const said = warnings.map((warning) => `warning: ${warning}\n`).join('');
  const rows = [['tensor', 'from', 'to', 'shape', 'bytes', 'error'], ...tensors.map(row)];
  return `${table(rows, [4, 5])}\n${table(facts, [])}${said && `\n${said}`}`;
}

/** `tokenize`. */
export function tokenize({ ids, texts, text }) {
  if (text !== undefined) return `${text}\n`;
  return table([['token', 'text'], ...ids.map((id, index) => [`${id}`, quoted(texts[index])])], [0]);
}

/** `template`: the text, which may end within a line. */
export function template({ text }) {
  return text;
}

/** As `{:?}` in Rust: quotes show where spaces are, and escapes what does not print. */
function quoted(text) {
  const short = { '\0': '\\0', '\t': '\\t', '\n': '\\n', '\r': '\\r', '"': '\\"', '\\': '\\\\' };
  const escaped = (char) => short[char] ?? `\\u{${char.codePointAt(0).toString(16)}}`;
  return `"${text.replace(/["\\]|(?! )[\p{C}\p{Z}]|^\p{Grapheme_Extend}/gu, escaped)}"`;
}

/** `forward`. */
export function forward({ device, outputs, taps }, { tokens }) {
  if (taps) return taps.map((name) => `${name}\n`).join('');
  return `device  ${label(device)}\n${Object.entries(outputs).map((output) => values(output, tokens)).join('')}`;
}

/** `embed`. */
export function embed({ device, embeddings, tokens }, { texts }) {
  const first = (embedding) => (Array.isArray(embedding[0]) ? embedding[0] : embedding);
  const row = (embedding, index) => {
    const values = first(embedding);
    const shown = values.slice(0, SHOWN_NUMBERS).map((value) => (value ?? NaN).toFixed(4));
    return [shortened(texts[index]), `${tokens[index]}`, `${values.length}`, `${shown.join(' ')} …`];
  };
  return `device  ${label(device)}\n\n${table([['text', 'tokens', 'numbers', 'vector'], ...embeddings.map(row)], [1, 2])}`;
}

/** `rerank`. */
export function rerank({ device, results }, { texts }) {
  const row = ({ index, score }, place) => [`${place + 1}`, scored(score), shortened(texts[index])];
  return `device  ${label(device)}\n\n${table([['place', 'score', 'text'], ...results.map(row)], [0, 1])}`;
}

/** `classify`. */
export function classify({ device, labels }, { texts }) {
  const rows = labels.flatMap((all, text) =>
    all.slice(0, SHOWN_LABELS).map(({ label, score }, index) => [index === 0 ? shortened(texts[text]) : '', label, scored(score)]),
  );
  return `device  ${label(device)}\n\n${table([['text', 'label', 'score'], ...rows], [2])}`;
}

/** `tag`. */
export function tag({ device, entities }) {
  const row = ({ start, end, label, score, text }) => [`${start}`, `${end}`, label, scored(score), shortened(text)];
  return `device  ${label(device)}\n\n${table([['start', 'end', 'label', 'score', 'text'], ...entities.map(row)], [0, 1, 3])}`;
}

/** `answer`. */
export function answer({ answer }) {
  return `${answer}\n`;
}

/** What is said beside an answer. */
export function answerClosing({ device, start, end, score }) {
  return `characters ${start} to ${end}, score ${scored(score)}, on ${label(device)}`;
}

/** `fill`. */
export function fill({ device, fills }) {
  const gaps = Array.isArray(fills[0]) ? fills : [fills];
  const rows = gaps.flatMap((gap, index) => gap.map(({ token, text, score }) => [`${index + 1}`, `${token}`, scored(score), text]));
  return `device  ${label(device)}\n\n${table([['gap', 'token', 'score', 'text'], ...rows], [0, 1, 2])}`;
}

/** `redact`: the text, which may end within a line. */
export function redact({ text }) {
  return text;
}

/** `when`: a table, or of several phrases a line each. */
export function when(report) {
  if (Array.isArray(report)) return report.map((answer) => `${timeLine(answer)}\n`).join('');
  const { kind, start, end, duration, rule, confidence } = report;
  const until = end === undefined ? [] : [['until', end]];
  const rows = {
    instant: [['instant', start]],
    range: [['range', start], ...until],
    duration: [['duration', duration]],
    recurring: [['recurring', rule], ['first', start], ...until],
    none: [['none', 'the phrase is not about time']],
    unsure: [['unsure', 'say it in other words']],
  }[kind];
  return table([...rows, ['confidence', confidence.toFixed(3)]], []);
}

/** A time on one line. */
function timeLine({ kind, start, end, duration, rule }) {
  const from = end === undefined ? start : `${start}/${end}`;
  return { instant: start, range: from, duration, recurring: `${from} ${rule}` }[kind] ?? kind;
}

function scored(score) {
  return (score ?? NaN).toFixed(4);
}

/** The beginning of a text, on one line. */
function shortened(text) {
  const characters = [...text];
  const line = characters.slice(0, LONGEST).join('').replace(/\p{Cc}/gu, ' ');
  return characters.length > LONGEST ? `${line}…` : line;
}

/** Several continuations of `generate`: texts, or ids where the prompt was such. A single one is written as it comes. */
export function generate({ choices }, { tokens }) {
  if (choices === undefined) return '';
  const shown = ({ tokens: ids, text }) => (tokens ? ids.join(' ') : text);
  return generated(`${choices.map(shown).join('\n---\n')}\n`);
}

/** What is said beside the result of `generate`. */
export function closing({ device, timings: { load_ms: load, first_token_ms: first, prefill, decode } }) {
  const speed = (name, { tokens, tokens_per_s: rate }) => `${name} ${grouped(tokens)} tokens, ${perSecond(rate)}`;
  const after = first === null ? '' : `, first token after ${first.toFixed(0)} ms`;
  return `${label(device)}: loaded in ${load.toFixed(0)} ms; ${speed('prefill', prefill)}${after}; ${speed('decode', decode)}`;
}

/** What is said beside a reply of `chat`. */
export function chatClosing({ tokens, finish_reason: reason, prompt_tokens: all, reused_tokens: reused, timings }) {
  const { first_token_ms: first, decode } = timings;
  const after = first === null ? '' : `, the first after ${first.toFixed(0)} ms`;
  const end = { length: ', cut by --max-tokens or the context', stop: '' }[reason] ?? ', stopped';
  return `${tokens.length} tokens, ${perSecond(decode.tokens_per_s)}${after}; ${all - reused} of ${all} tokens read${end}`;
}

/** Text that a model made. What would steer a terminal is shown, not done. */
export function generated(text) {
  return process.stdout.isTTY ? text.replace(/(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '\ufffd') : text;
}

function values([name, rows], tokens) {
  if (!Array.isArray(rows[0])) return values([name, rows.map((value) => [value])], tokens);
  const skipped = Math.max(tokens.length - rows.length, 0);
  const [header, summary] = name === 'logits' ? ['likeliest next', likeliest] : ['root mean square', rootMeanSquare];
  const lines = rows.map((row, index) => [`${skipped + index}`, `${tokens[skipped + index]}`, summary(row)]);
  return `\n${name}: ${rows.length} rows of ${rows[0]?.length ?? 0}\n${table([['position', 'token', header], ...lines], [0, 1])}`;
}

/** The tokens with the largest logits; what is no number comes first. */
function likeliest(logits) {
  const size = (id) => logits[id] ?? Infinity;
  const order = [...logits.keys()].sort((a, b) => (size(a) === size(b) ? 0 : size(b) - size(a)));
  return order.slice(0, SHOWN).map((id) => `${id} (${logits[id]?.toFixed(3) ?? 'NaN'})`).join(', ');
}

function rootMeanSquare(row) {
  const squares = row.reduce((sum, value) => sum + (value ?? NaN) ** 2, 0);
  return Math.sqrt(squares / Math.max(row.length, 1)).toFixed(6);
}

/** Rows with their columns aligned: those named in `right` to the right, the others to the left. */
function table(rows, right) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => [...row[column]].length)));
  const cell = (text, column) => (right.includes(column) ? text.padStart(widths[column]) : text.padEnd(widths[column]));
  return rows.map((row) => `${row.map(cell).join('  ').trimEnd()}\n`).join('');
}

function label({ adapter, tier, software }) {
  return `${adapter} (${tier}${software ? ', software' : ''})`;
}

function perSecond(rate) {
  if (rate === null) return 'n/a';
  return rate >= 100 ? `${grouped(Math.round(rate))} tokens/s` : `${rate.toFixed(1)} tokens/s`;
}

function grouped(number) {
  return number.toLocaleString('en-US');
}

/** A number of bytes in the unit that suits it; null is none. */
function bytes(count) {
  if (count === null) return 'n/a';
  const power = Math.min(Math.max(Math.floor(Math.log2(count || 1) / 10), 0), 4);
  return power === 0 ? `${count} B` : `${(count / 1024 ** power).toFixed(1)} ${['KiB', 'MiB', 'GiB', 'TiB'][power - 1]}`;
}

/** As `{:.3e}` in Rust. */
function exponential(value, digits = 3) {
  return value.toExponential(digits).replace('e+', 'e');
}
