// What the command prints for people, made of its JSON: the same text as the `kinglet` command's.

/** The largest logits of a row that are shown. */
const SHOWN = 5;

/** `forward`. */
export function forward({ device, outputs, taps }, { tokens }) {
  if (taps) return taps.map((name) => `${name}\n`).join('');
  return `device  ${label(device)}\n${Object.entries(outputs).map((output) => values(output, tokens)).join('')}`;
}

/** `generate`. */
export function generate({ device, tokens, timings: { load_ms: load, prefill, decode } }) {
  const speed = (name, { tokens, tokens_per_s: rate }) => `${name} ${grouped(tokens)} tokens, ${perSecond(rate)}`;
  const parts = [`loaded in ${load.toFixed(0)} ms`, speed('prefill', prefill), speed('decode', decode)];
  return `${tokens.join(' ')}\n${label(device)}: ${parts.join('; ')}\n`;
}

function values([name, rows], tokens) {
  const skipped = Math.max(tokens.length - rows.length, 0);
  const [header, summary] = name === 'logits' ? ['likeliest next', likeliest] : ['root mean square', rootMeanSquare];
  const lines = rows.map((row, index) => [`${skipped + index}`, `${tokens[skipped + index]}`, summary(row)]);
  return `\n${name}: ${rows.length} rows of ${rows[0]?.length ?? 0}\n${table([['position', 'token', header], ...lines])}`;
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

/** Rows with their columns aligned: the last to the left, the others to the right. */
function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const cell = (text, column, { length }) => (column === length - 1 ? text : text.padStart(widths[column]));
  return rows.map((row) => `${row.map(cell).join('  ')}\n`).join('');
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
