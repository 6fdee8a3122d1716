// The `kinglet` command in a browser: `inspect`, `forward`, `generate`, `chat`, `embed`, `rerank`, `classify`, `tag`, `answer`, `fill`, `redact`, `when`, `eval`,
// `bench`, `tokenize`, `template` and `quantize` with its options, its output, and an error as one line on standard error. A model comes from a local server by ranges, as the File objects of an input
// (`--as-file`), or from any address.

import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { read, tokenList } from './arguments.mjs';
import { launch, open } from './browser.mjs';
import { answerLines, exactText, jsonTexts, textLines, wholeText } from './lines.mjs';
import { locate, locateTemplate } from './models.mjs';
import { oneLine } from './one-line.mjs';
import * as readable from './readable.mjs';
import { serve } from './server.mjs';

const SCRIPTS = import.meta.dirname;

/** After this time something hangs: Chromium on a software adapter is slow, and nobody may be there to end it. */
const MINUTES = 30;

// Whoever read the output has had enough.
process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 1));
// Where standard error is closed, only the exit code is left.
process.stderr.on('error', () => {});

try {
  const { name, model, output, asFile, json, request } = read(process.argv.slice(2));
  if (request.generation) await complete(name, request);
  if (request.jsonTexts) request.texts = await jsonTexts(process.stdin);
  if (['tag', 'answer', 'fill'].includes(name)) request.text = await oneText(request.text);
  if (name === 'redact') await completeRedact(request);
  if (name === 'when' && request.phrase === undefined) request.phrases = await phrases(request);
  const models = model === undefined ? {} : { model: await (name === 'template' ? locateTemplate : locate)(model) };
  if (output !== undefined) request.modelName = nameOf(model, models.model);
  if (request.against !== undefined) models.reference = await locate(request.against);
  if (request.tokenFile !== undefined) request.tokens = tokenList(request.tokenFile, await text(request.tokenFile));
  if (request.textFile !== undefined) request.text = await text(request.textFile);
  if (request.chatFile !== undefined) request.chat = await text(request.chatFile);
  const result = await run(name, models, asFile, request, output);
  const report = JSON.parse(result);
  if (request.mapFile !== undefined) await keep(request.mapFile, report.map);
  if (report !== null) process.stdout.write(json ? lines(report, result) : readable[name](report, request));
  if (name === 'generate' && !json) aside(readable.closing(report));
  if (name === 'answer' && !json) aside(readable.answerClosing(report));
  if (report?.truncated?.length > 0) {
    process.stderr.write(`warning: ${report.truncated.length} of the texts are longer than the model takes, and were cut\n`);
  }
  const missed = request.gates?.find(({ figure, below, limit }) => !(below ? report[figure] < limit : report[figure] > limit));
  if (missed) throw new Error(`${missed.text} does not hold: it is ${report[missed.figure]}`);
} catch (error) {
  process.stderr.write(`error: ${oneLine(error.message.trim())}\n`);
  process.exitCode = 1;
}

/** Reads what the arguments of `generate` and `chat` leave to files and to standard input. */
async function complete(name, request) {
  const { grammar, generation } = request;
  if (grammar?.file !== undefined) generation[grammar.option] = await grammarText(grammar);
  if (request.tokens || request.lines || (request.text !== undefined && request.text !== '-')) return;
  const nothing = 'there is nothing to continue: give a text, as in `generate MODEL "A small bird"`, or on standard input, or --tokens IDS';
  const given = request.text !== undefined;
  if (!given && process.stdin.isTTY) throw new Error(nothing);
  request.text = await wholeText(process.stdin);
  if (request.text === '' && !given) throw new Error(nothing);
}

/** Reads the text, and the map that is known. */
async function completeRedact(request) {
  const { file, knownFile, restoreFile } = request;
  if (file === undefined && process.stdin.isTTY) throw new Error('there is no text: name a file, or give it on standard input');
  const map = knownFile ?? restoreFile;
  if (map !== undefined) request.known = await text(map);
  request.restores = restoreFile !== undefined;
  request.text = file === undefined || file === '-' ? await exactText(process.stdin) : await text(file);
}

/** The phrases of standard input, a line each. An empty line has an answer, too, so that lines can be told apart. */
async function phrases({ asks }) {
  if (asks && process.stdin.isTTY) throw new Error('there is no phrase: give it as an argument, or a line each on standard input');
  const lines = (await exactText(process.stdin)).split('\n');
  // Behind the last line break there is no line.
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => line.replace(/\r$/, ''));
}

/** JSON as it is printed: of several results each on a line. */
function lines(report, json) {
  const printed = Array.isArray(report) ? report.map((each) => JSON.stringify(each)) : [json];
  return printed.map((line) => `${line}\n`).join('');
}

/** Writes the map of a text, which nobody but its owner needs to read. */
async function keep(file, map) {
  await writeFile(file, `${JSON.stringify(map)}\n`, { mode: 0o600 }).catch((error) => {
    throw new Error(`${file}: ${error.message}`);
  });
}

/** One text; `-`, or none where standard input is no terminal, stands for all of standard input. */
async function oneText(text) {
  if (text !== undefined && text !== '-') return text;
  if (text === undefined && process.stdin.isTTY) throw new Error('there is no text: give it behind `--`, or on standard input');
  return wholeText(process.stdin);
}

/** What a file says, or the text itself: who types a schema or a grammar means no file that is called so. */
async function grammarText({ option, file }) {
  const isSchema = option === 'jsonSchema';
  const start = file.trimStart();
  const typed = isSchema ? start.startsWith('{') : file.includes('::=') || start.startsWith('start:');
  const content = typed ? file : await readFile(file, 'utf8').catch((error) => {
    throw new Error(`cannot read ${file}: ${error.message}`);
  });
  if (isSchema) {
    try {
      JSON.parse(content);
    } catch (error) {
      throw new Error(`${typed ? '--json-schema' : file} is not JSON: ${error.message}`);
    }
  }
  return content;
}

/** A line beside the result, for somebody who looks at it. */
function aside(line) {
  if (process.stdout.isTTY && process.stderr.isTTY) process.stderr.write(`${line}\n`);
}

async function run(name, models, asFile, request, output) {
  const mounts = { '/scripts/': SCRIPTS, '/package/': path.join(SCRIPTS, '..') };
  for (const [role, { folder, file, name }] of Object.entries(models)) {
    if (folder) mounts[`/${role}/`] = folder;
    if (file) mounts[`/${role}/`] = (asked) => (asked === name ? file : null);
  }
  const server = await serve(mounts);
  try {
    const browser = await launch();
    try {
      const { page, problems } = await open(browser, `${server.url}/scripts/blank.html`);
      await page.exposeFunction('show', (text) => void process.stdout.write(readable.generated(text)));
      const sources = {};
      for (const [role, model] of Object.entries(models)) {
        sources[role] = await source(page, role, await chosen(page, model, output), asFile, server.url);
      }
      const saved = output === undefined ? null : page.waitForEvent('download', { timeout: 0 });
      // Where the page closes, there is none.
      saved?.catch(() => {});
      const call = (name, request) => {
        const running = page.evaluate(async ([name, request]) => (await import('/scripts/in-page.mjs'))[name](request), [name, request]);
        return Promise.race([running, tooLate()]);
      };
      const result = await call(name, { ...request, sources });
      if (result.error) throw new Error(result.error);
      if (name === 'chat') {
        for await (const text of request.lines ? textLines(process.stdin) : [request.text]) await say(call, request, text);
      } else if (request.lines) {
        const encode = (texts) => call('answerTexts', { texts, special: request.special });
        await answerLines(process.stdin, encode, (answer) => process.stdout.write(`${answer}\n`));
      }
      if (problems.length > 0) throw new Error(`the page reports: ${problems.join('; ')}`);
      if (saved) await save(await saved, output);
      return result.json;
    } finally {
      await browser.close();
    }
  } finally {
    server.close();
  }
}

/** A turn of a chat, and what is written of it. */
async function say(call, { generation, json }, text) {
  const { json: result, error } = await call('turn', { text, generation, json });
  if (error) throw new Error(error);
  if (json) process.stdout.write(`${result}\n`);
  else aside(readable.chatClosing(JSON.parse(result)));
}

/** A model of which the weight file is known. */
async function chosen(page, model, output) {
  const { shown, folder, names, folders } = model;
  if (model.url || model.file) return model;
  let { weights } = model;
  if (weights === null) {
    const found = await page.evaluate(async (args) => (await import('/scripts/in-page.mjs')).only(...args), [names, shown]);
    if (found.error) throw new Error(found.error);
    ({ weights } = found);
  }
  const same = output !== undefined && weights !== null && path.join(folder, weights) === path.resolve(output);
  if (same) throw new Error(`${output} is the model that is read: write to another file`);
  // A page that is given a folder sees what lies in folders within it, too.
  const whole = model.weights === null && folders;
  return { folder, weights, whole, paths: whole ? folder : names.map((name) => path.join(folder, name)) };
}

/** What the page loads a model from: an address, or the input that holds its files. */
async function source(page, role, { url, hub, weights = null, whole = false, paths, file, name }, asFile, server) {
  if (url) return { url, ...(hub && { hub }) };
  if (!asFile) return { url: `${server}/${role}/${encodeURIComponent(weights ?? '')}` };
  await page.evaluate(([id, webkitdirectory]) => {
    const input = Object.assign(document.createElement('input'), { id, type: 'file', multiple: true, webkitdirectory });
    document.body.append(input);
  }, [role, whole]);
  await page.setInputFiles(`#${role}`, file ? { name, mimeType: 'text/plain', buffer: await readFile(file) } : paths);
  return { input: role, weights };
}

/** Keeps a download. It has its name only once it is whole. */
async function save(download, output) {
  const partial = `${output}.partial`;
  try {
    await download.saveAs(partial);
    await rename(partial, output);
  } catch (error) {
    await rm(partial, { force: true });
    throw new Error(`cannot write ${output}: ${error.message}`);
  }
}

/** What a model is called that has no name: as its folder, or its repository. */
function nameOf(model, { folder }) {
  return path.basename(folder ?? model.replace(/[:@?#].*$|\/[^/]*\.\w+$/g, ''));
}

async function text(file) {
  return readFile(file, 'utf8').catch((error) => {
    throw new Error(`${file}: ${error.message}`);
  });
}

function tooLate() {
  return new Promise((_, reject) => {
    const late = () => reject(new Error(`the page has not answered for ${MINUTES} minutes`));
    setTimeout(late, MINUTES * 60_000).unref();
  });
}
