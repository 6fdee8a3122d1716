// What comes on standard input: lines, or all of it.

const LINE_BREAK = 0x0a;

/** All of a stream as text, without the line break that it ends in. */
export async function wholeText(stream) {
  return (await exactText(stream)).replace(/\r?\n$/, '');
}

/** All of a stream as text, to the last line break. */
export async function exactText(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return decoded(Buffer.concat(chunks));
}

/** Each line of a stream as it comes, but for those with nothing in them. */
export async function* textLines(stream) {
  for await (const batch of lines(stream)) {
    for (const line of batch) {
      const text = decoded(line).replace(/\r$/, '');
      if (text.trim() !== '') yield text;
    }
  }
}

function decoded(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error('cannot read standard input: stream did not contain valid UTF-8');
  }
}

/** What has come of a stream, as lines: all that are complete at a time, and at the end the rest. */
async function* lines(stream) {
  let begun = [];
  for await (const chunk of stream) {
    const end = chunk.lastIndexOf(LINE_BREAK) + 1;
    if (end > 0) {
      yield split(Buffer.concat([...begun, chunk.subarray(0, end)]));
      begun = [];
    }
    begun.push(chunk.subarray(end));
  }
  const rest = Buffer.concat(begun);
  if (rest.length > 0) yield [rest];
}

function split(bytes) {
  const found = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(LINE_BREAK, start);
    found.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return found;
}

/** The text of a line: of UTF-8 alone, and without halves of characters. */
function parsed(line, number) {
  try {
    const text = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line));
    if (typeof text !== 'string') throw new Error('it is something else');
    if (!text.isWellFormed()) throw new Error('it has half a surrogate pair');
    return text;
  } catch (error) {
    throw new Error(`line ${number} of standard input is not a JSON string: ${error.message}`);
  }
}

/** All texts of a stream, one JSON string a line. */
export async function jsonTexts(stream) {
  const texts = [];
  for await (const batch of lines(stream)) for (const line of batch) texts.push(parsed(line, texts.length + 1));
  return texts;
}

/**
 * Has texts of a stream, one JSON string a line, answered in their order, as they come: `encode` gets several, and `write` each answer. The lines
 * before a wrong one are answered, too.
 */
export async function answerLines(stream, encode, write) {
  let number = 0;
  for await (const batch of lines(stream)) {
    const texts = [];
    let wrong;
    for (const line of batch) {
      number += 1;
      try {
        texts.push(parsed(line, number));
      } catch (error) {
        wrong = error;
        break;
      }
    }
    const { answers, error } = await encode(texts);
    answers.forEach(write);
    if (error !== undefined) throw new Error(error);
    if (wrong) throw wrong;
  }
}
