// What redact-pii and chrono-node make of the texts and phrases, in the form that `figures` reads: node peers.mjs OUT
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { casual } from 'chrono-node';
import redactPii from 'redact-pii';

const [, , out] = process.argv;
const file = (name) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
mkdirSync(out, { recursive: true });

// redact-pii gives a text, no places: what is left of the text is found again around a mark that no text has.
const MARK = '\uE000';
const redactor = new redactPii.SyncRedactor({ globalReplaceWith: MARK });

function spans(text) {
  const found = [];
  let at = 0;
  const kept = redactor.redact(text).split(MARK);
  kept.forEach((part, index) => {
    const last = index === kept.length - 1;
    const start = index === 0 ? 0 : last ? text.length - part.length : text.indexOf(part, at + 1);
    if (index > 0) found.push([at, Math.max(start, at)]);
    at = Math.max(start, at) + part.length;
  });
  const points = (index) => [...text.slice(0, index)].length;
  return found.map(([start, end]) => [points(start), points(end)]);
}

const texts = {};
for (const block of file('redact.txt').split(/^=== /m).slice(1)) {
  const [header, ...lines] = block.split('\n');
  const text = lines.join('\n').trim().replace(/⟦[a-z_]+:([^⟧]*)⟧/g, '$1');
  texts[header.split(' ')[0]] = spans(text);
}
writeFileSync(`${out}/redact.json`, JSON.stringify(texts));

// chrono-node knows moments and ranges. A part of a day is a moment to it; the end of a range is a day that is in it.
const pad = (number) => String(number).padStart(2, '0');
function moment(components, day = 0) {
  const date = components.date();
  if (!components.isCertain('hour')) date.setDate(date.getDate() + day);
  const text = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return components.isCertain('hour') ? `${text}T${pad(date.getHours())}:${pad(date.getMinutes())}` : text;
}

const answers = [];
for (const line of file('when.jsonl').trim().split('\n')) {
  const { phrase, now } = JSON.parse(line);
  const [result] = casual.parse(phrase, new Date(now), { forwardDate: true });
  if (!result) answers.push({ kind: 'none' });
  else if (!result.end) answers.push({ kind: 'instant', start: moment(result.start) });
  else answers.push({ kind: 'range', start: moment(result.start), end: moment(result.end, 1) });
}
writeFileSync(`${out}/when.json`, JSON.stringify(answers));
