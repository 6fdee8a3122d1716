// A message on one line: names out of model files may hold line breaks and control characters, and be of any length.

/** The longest message. */
const LONGEST = 2000;

const ESCAPED = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Escapes and cuts as the `kinglet` command does. */
export function oneLine(message) {
  const characters = [...message];
  const escape = (c) => ESCAPED[c] ?? `\\u{${c.codePointAt(0).toString(16)}}`;
  const line = characters.slice(0, LONGEST).map((c) => (/[\p{Cc}\u2028\u2029]/u.test(c) ? escape(c) : c));
  return line.join('') + (characters.length > LONGEST ? '…' : '');
}
