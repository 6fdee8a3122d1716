// What stands behind the arguments: ids, numbers, names.

export function ids(option, text) {
  if (text === undefined) return undefined;
  if (text.trim() === '') throw new Error(`${option}: the list has no tokens`);
  return text.split(',').map((word) => {
    const id = word.trim();
    if (/^\d+$/.test(id) && Number(id) <= 0xffff_ffff) return Number(id);
    throw new Error(`${option}: ${JSON.stringify(id)} is not a token id, a whole number from 0 to ${0xffff_ffff}`);
  });
}

export function whole(option, text, least = 0) {
  if (text === undefined) return undefined;
  const above = least > 0 ? ` above ${least - 1}` : '';
  if (!/^\d+$/.test(text) || Number(text) < least) throw new Error(`${option}: ${JSON.stringify(text)} is not a whole number${above}`);
  return Number(text);
}

/** Decimal numbers as Rust reads them. */
export function number(option, text) {
  if (text === undefined) return undefined;
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  if (/^[+-]?(inf|infinity)$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^[+-]?nan$/i.test(text)) return NaN;
  throw new Error(`${option}: ${JSON.stringify(text)} is not a number`);
}

export function choice(option, value, choices) {
  if (value === undefined || choices.includes(value)) return value;
  throw new Error(`${option}: ${JSON.stringify(value)} is none of ${choices.join(', ')}`);
}

/** What was given of it. */
export function given(object) {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
