// Where files come from, as servers answer and as they fail: every byte is right or the error says what is wrong.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { launch, open } from '../scripts/browser.mjs';
import { serve } from '../scripts/server.mjs';
import { WEB } from './support.mjs';

/** A file whose every part differs from every other. */
const FILE = Buffer.from(Uint32Array.from({ length: 100_000 }, (_, index) => index * 2_654_435_761).buffer);
const FIRST = 64 << 10;

let server;
let browser;
let page;
let problems;

before(async () => {
  server = await serve({ '/package/': WEB });
  browser = await launch();
  ({ page, problems } = await open(browser, `${server.url}/package/scripts/blank.html`));
  // As in a worker.
  await page.evaluate(async () => {
    const { use } = await import('/package/dist/engine.js');
    use(await import('/package/pkg/kinglet_web.js'), new URL('/package/pkg/kinglet_web_bg.wasm', location.href));
  });
});

after(async () => {
  await browser?.close();
  server?.close();
});

/** A server that answers as a test wants, and remembers what it was asked for. `call.n` counts from 0. */
async function serving(answer, work) {
  const calls = [];
  const faulty = http.createServer((request, response) => {
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    const call = { n: calls.length, method: request.method, path: request.url, first: first && Number(first), last: last && Number(last) };
    calls.push(call);
    response.on('close', () => (call.closed = true));
    answer(call, response, request);
  });
  await new Promise((resolve) => faulty.listen(0, '127.0.0.1', resolve));
  try {
    return await work(`http://localhost:${faulty.address().port}`, calls);
  } finally {
    faulty.close();
    faulty.closeAllConnections();
    // The browser tells people of every request that it refuses.
    assert.deepEqual(problems.splice(0).filter((problem) => !problem.includes('blocked by CORS policy')), []);
  }
}

const OPEN = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'content-range, etag' };

/** The part that is asked for, as a good server sends it. */
function send({ first, last }, response, { bytes = FILE, headers = {}, open = OPEN, cut } = {}) {
  const end = Math.min((last ?? Infinity) + 1, bytes.length);
  const part = bytes.subarray(first ?? 0, end);
  const range = first === undefined ? {} : { 'content-range': `bytes ${first}-${end - 1}/${bytes.length}` };
  response.writeHead(first === undefined ? 200 : 206, { 'content-length': part.length, etag: '"1"', ...range, ...open, ...headers });
  if (cut === undefined) return response.end(part);
  // What has not reached the page by then, the browser drops.
  response.write(part.subarray(0, cut), () => setTimeout(() => response.destroy(), 500));
}

/** Reads parts on the page: the size, whether each part is right, what was told, or the error. */
function read(source, parts, name = 'model.gguf') {
  return page.evaluate(
    async ([source, parts, name]) => {
      const { openFiles } = await import('/package/dist/files.js');
      const told = [];
      try {
        const files = await openFiles(source, (progress) => told.push(progress), new AbortController().signal);
        const size = await files.size(name);
        const read = await Promise.all(parts.map(([start, end]) => files.read(name, start, end)));
        const right = read.every((bytes, index) => {
          const [start, end] = parts[index];
          const words = (at) => (Math.imul(at >> 2, 2_654_435_761) >>> ((at & 3) * 8)) & 255;
          return bytes.length === end - start && bytes.every((byte, at) => byte === words(start + at));
        });
        return { size, right, told, weights: files.weights, names: await files.list(), place: files.place };
      } catch ({ code, message }) {
        return { code, message };
      }
    },
    [source, parts, name],
  );
}

const PARTS = [[0, 4], [10, 70_000], [FIRST, FIRST + 5], [100_000, 300_000], [FILE.length - 1, FILE.length]];

// Much of it is waiting between tries.
describe('sources', { concurrency: 12 }, () => {
  test('parts are asked for where they are, and few bytes by one request', async () => {
    await serving(send, async (url, calls) => {
      const found = await read({ url: `${url}/m/model.gguf?signed=a%2Fb` }, PARTS);
      assert.deepEqual(found, { size: FILE.length, right: true, told: [], weights: 'model.gguf', names: null, place: `${url}/m/` });
      const ranges = [[0, FIRST - 1], [FIRST, 69_999], [FIRST, FIRST + 4], [100_000, 299_999], [FILE.length - 1, FILE.length - 1]];
      assert.deepEqual(calls.map(({ first, last }) => [first, last]).sort(), ranges.sort());
      assert.ok(calls.every(({ method, path }) => method === 'GET' && path === '/m/model.gguf?signed=a%2Fb'), JSON.stringify(calls));
      calls.length = 0;
      assert.ok((await read({ url: `${url}/m/` }, [[0, FIRST], [5, 8]], 'config.json')).right);
      assert.deepEqual(calls.map(({ path }) => path), ['/m/config.json']);
    });
  });

  test('names lead nowhere else', async () => {
    await serving(send, async (url, calls) => {
      for (const name of ['..', '.', '', '../model.gguf', 'a/../../b', 'a//b', 'a/', 'a/./b', '/etc']) {
        assert.equal((await read({ url: `${url}/m/` }, [], name)).size, null, name);
      }
      assert.deepEqual(calls, []);
      await read({ url: `${url}/m/a-00002-of-00003.gguf?token=1` }, [], 'a-00001-of-00003.gguf');
      await read({ url: `${url}/m/` }, [], '%2e%2e#?&.gguf');
      // A folder within is no way out.
      for (const name of ['1_Pooling/config.json', '..\\a/b']) await read({ url: `${url}/m/model.gguf` }, [], name);
      const within = ['/m/1_Pooling/config.json', '/m/..%5Ca/b'];
      assert.deepEqual(calls.map(({ path }) => path), ['/m/a-00001-of-00003.gguf?token=1', '/m/%252e%252e%23%3F%26.gguf', ...within]);
    });
  });

  test('what comes whole is asked for once, and kept', async () => {
    const sent = { length: FILE.length };
    for (const [how, answer] of Object.entries({
      'ranges are ignored': (_, response) => send({}, response),
      'its place cannot be read': (call, response) => send(call, response, { open: { 'access-control-allow-origin': '*' } }),
      'it is compressed': (_, response) => response.writeHead(200, { ...OPEN, 'content-encoding': 'gzip' }).end(gzipSync(FILE)),
      'parts of it are compressed': (call, response) =>
        send(call, response, { headers: call.first === undefined ? {} : { 'content-encoding': 'gzip' } }),
      'ranges are refused between origins': (call, response, { method }) => {
        if (method === 'OPTIONS' || call.first !== undefined) return response.writeHead(403).end();
        send(call, response);
      },
      'it breaks off at first': (call, response) => send({}, response, call.n === 0 ? { cut: 200_000 } : {}),
    })) {
      await serving(answer, async (url, calls) => {
        const found = await read({ url: `${url}/model.gguf` }, PARTS);
        assert.deepEqual([found.size, found.right], [sent.length, true], `${how}: ${JSON.stringify(found)}`);
        const { stage, name, done, total } = found.told.at(-1);
        assert.deepEqual([stage, name, done, total], ['download', 'model.gguf', sent.length, sent.length], how);
        // A range that does not get through is tried twice before and once after what has none, as between origins or
        // where the browser refuses that it is compressed.
        const most = /compressed|refused/.test(how) ? 4 : 3;
        assert.ok(calls.length <= most, `${how}: ${calls.length} requests`);
      });
    }
  });

  test('a cut connection goes on where it broke off', async () => {
    await serving((call, response) => send(call, response, { cut: call.n % 2 === 0 ? 30_000 : undefined }), async (url, calls) => {
      assert.ok((await read({ url: `${url}/model.gguf` }, [[0, 300_000]])).right);
      const expected = [[0, FIRST - 1], [30_000, FIRST - 1], [FIRST, 299_999], [FIRST + 30_000, 299_999]];
      assert.deepEqual(calls.map(({ first, last }) => [first, last]), expected);
    });
  });

  test('a connection that is lost for a while makes nothing come whole', async () => {
    for (const lost of [1, 2, 3]) {
      await serving((call, response) => (call.n < lost ? response.destroy() : send(call, response)), async (url, calls) => {
        const found = await read({ url: `${url}/model.gguf` }, PARTS);
        assert.deepEqual([found.right, found.told], [true, []], `${lost}: ${JSON.stringify(found)}`);
        assert.ok(calls.filter(({ first }) => first === undefined).length <= 1, `${lost}: ${JSON.stringify(calls)}`);
      });
    }
  });

  test('a busy server is asked again, not for ever', async () => {
    await serving((call, response) => (call.n < 2 ? response.writeHead(503 - call.n * 74, OPEN).end() : send(call, response)), async (url, calls) => {
      assert.ok((await read({ url: `${url}/model.gguf` }, [[0, 9]])).right);
      assert.equal(calls.length, 3);
    });
    await serving((call, response) => (call.n === 0 ? send(call, response) : response.writeHead(503, OPEN).end()), async (url, calls) => {
      const found = await read({ url: `${url}/model.gguf` }, [[FIRST, FIRST + 1]]);
      assert.deepEqual(found, { code: 'download-failed', message: 'model.gguf cannot be fetched: HTTP status 503' });
      assert.equal(calls.length, 6);
    });
  });

  test('a file that changes is an error, and so is a server that makes no sense', async () => {
    const changed = 'model.gguf has changed while it was read';
    for (const [expected, later] of [
      [changed, (call, response) => send(call, response, { headers: { etag: '"2"' } })],
      [changed, (call, response) => send(call, response, { bytes: FILE.subarray(0, FILE.length - 1) })],
      [changed, (_, response) => response.writeHead(416, { ...OPEN, 'content-range': 'bytes */5' }).end()],
      [changed, (_, response) => send({}, response)],
      ['model.gguf cannot be fetched: HTTP status 404', (_, response) => response.writeHead(404, OPEN).end()],
      ['the server sends it from byte 0 and not from 65536', (call, response) => send({ first: 0, last: call.last - call.first }, response)],
      [
        'model.gguf has more than the bytes up to 65636',
        ({ first, last }, response) =>
          send({ first, last: last + 1 }, response, { headers: { 'content-range': `bytes ${FIRST}-${FIRST + 99}/${FILE.length}` } }),
      ],
    ]) {
      await serving((call, response) => (call.n === 0 ? send(call, response) : later(call, response)), async (url) => {
        const { code, message } = await read({ url: `${url}/model.gguf` }, [[FIRST, FIRST + 100]]);
        assert.equal(code, 'download-failed', expected);
        assert.ok(message.includes(expected), message);
      });
    }
  });

  test('no file is no error, and what is forbidden is one where it is needed', async () => {
    const status = (status, headers = {}) => (_, response) => response.writeHead(status, { ...OPEN, ...headers }).end('x');
    const cases = [
      ['generation_config.json', status(404), null],
      ['generation_config.json', status(403), null],
      ['model.safetensors', status(403), null],
      ['config.json', status(200, { 'content-type': 'text/html; charset=utf-8' }), null],
      ['config.json', status(416, { 'content-range': 'bytes */0' }), 0],
      ['config.json', status(403), 'config.json cannot be fetched: HTTP status 403'],
      ['model-00001-of-00002.safetensors', status(403), 'model-00001-of-00002.safetensors cannot be fetched: HTTP status 403'],
      ['generation_config.json', status(401), 'generation_config.json cannot be fetched: HTTP status 401'],
      ['config.json', (_, response) => response.destroy(), 'config.json cannot be fetched: Failed to fetch'],
    ];
    const check = ([name, answer, expected]) =>
      serving(answer, async (url) => {
        const { size, message } = await read({ url: `${url}/` }, [], name);
        assert.equal(message ?? size, expected, name);
      });
    await Promise.all(cases.map(check));
  });

  test('a redirection is followed once, and asked for again when it has ended', async () => {
    const answer = (call, response) => {
      const [, signed] = /signed=(\d)/.exec(call.path) ?? [];
      if (signed === undefined) return response.writeHead(302, { ...OPEN, location: `/store?signed=${call.n < 3 ? 1 : 2}` }).end();
      if (signed === '1' && call.n > 2) return response.writeHead(403, OPEN).end();
      send(call, response);
    };
    await serving(answer, async (url, calls) => {
      const parts = [[FIRST, FIRST + 9]];
      assert.ok((await read({ url: `${url}/model.gguf` }, parts)).right);
      assert.deepEqual(calls.map(({ path }) => path), ['/model.gguf', '/store?signed=1', '/store?signed=1']);
      calls.length = 1;
      calls[0].n = 0;
      assert.ok((await read({ url: `${url}/model.gguf` }, [...parts, [FIRST + 9, FIRST + 20]])).right);
    });
  });

  test('a hub lists its files, at a commit that stays', async () => {
    const split = ['sub/b-q8_0-00001-of-00002.gguf', 'sub/b-q8_0-00002-of-00002.gguf'];
    const names = ['config.json', 'model.safetensors', 'a-Q4_K_M.gguf', ...split, 'a-Q4_0.gguf', 'a-IQ4_0.gguf', 'mmproj-F16.gguf'];
    const answer = (call, response) => {
      if (!call.path.startsWith('/api/')) return send(call, response);
      if (call.path !== '/api/models/org/name/revision/v1%2Fx') return response.writeHead(404, OPEN).end();
      const text = JSON.stringify({ sha: 'c0ffee', siblings: names.map((rfilename) => ({ rfilename })) });
      response.writeHead(200, { ...OPEN, 'content-type': 'application/json' }).end(text);
    };
    await serving(answer, async (hub, calls) => {
      const model = (file) => ({ hub, repository: 'org/name', revision: 'v1/x', ...(file && { file }) });
      const found = await read(model('q4_k'), [[3, 9]], 'a-Q4_K_M.gguf');
      assert.deepEqual([found.right, found.weights, found.names], [true, 'a-Q4_K_M.gguf', names]);
      assert.equal(calls.at(-1).path, '/org/name/resolve/c0ffee/a-Q4_K_M.gguf');
      assert.equal((await read(model('B-Q8'), [], split[0])).weights, split[0]);
      assert.equal(calls.at(-1).path, `/org/name/resolve/c0ffee/${split[0]}`);
      calls.length = 0;
      assert.equal((await read(model(), [], 'tokenizer.json')).size, null);
      assert.equal(calls.length, 1);
      assert.equal((await read(model('q4_0'), [], 'a-Q4_0.gguf')).weights, 'a-Q4_0.gguf');
      const several = '3 GGUF models fit, name one of them after a colon: a-IQ4_0.gguf, a-Q4_0.gguf, a-Q4_K_M.gguf';
      assert.deepEqual(await read(model('q4'), []), { code: 'invalid-argument', message: `hf:org/name@v1/x: ${several}` });
      const all = 'a-IQ4_0.gguf, a-Q4_0.gguf, a-Q4_K_M.gguf, mmproj-F16.gguf, sub/b-q8_0-00001-of-00002.gguf';
      const unlike = `hf:org/name@v1/x: no GGUF model in it is called like x; there are: ${all}`;
      assert.deepEqual(await read(model('x'), []), { code: 'invalid-argument', message: unlike });
      const none = await read({ ...model(), revision: 'v2' }, []);
      assert.deepEqual(none, { code: 'download-failed', message: `${hub} has no model org/name at v2` });
    });
    const models = await page.evaluate(async () => {
      const { hubModel } = await import('/package/dist/hub.js');
      return ['hf:a/b', 'hf:a/b:c.gguf', 'hf:a/b@r/1', 'hf:a/b:d/c@r', 'hf:a', 'hf:../b', 'hf:a/b/c', 'hf:a/b:'].map((text) => hubModel(text));
    });
    const model = { hub: 'https://huggingface.co', repository: 'a/b', revision: 'main' };
    const expected = [model, { ...model, file: 'c.gguf' }, { ...model, revision: 'r/1' }, { ...model, file: 'd/c', revision: 'r' }];
    assert.deepEqual(models, [...expected, null, null, null, null]);
  });

  test('an end ends what is read', async () => {
    const begun = (call, response) => {
      if (call.n === 0) return send(call, response);
      response.writeHead(206, { ...OPEN, etag: '"1"', 'content-range': `bytes ${FIRST}-${FIRST + 99_999}/${FILE.length}` });
      response.write('x');
    };
    await serving(begun, async (url, calls) => {
      const failure = await page.evaluate(async (url) => {
        const { openFiles } = await import('/package/dist/files.js');
        const controller = new AbortController();
        const files = await openFiles({ url: `${url}/model.gguf` }, () => {}, controller.signal);
        await files.size('model.gguf');
        setTimeout(() => controller.abort(), 100);
        return files.read('model.gguf', 65_536, 165_536).catch(({ code }) => code);
      }, url);
      assert.equal(failure, 'aborted');
      // And for callers of the package.
      calls.length = 0;
      const code = await page.evaluate(async (url) => {
        const { load } = await import('/package/dist/index.js');
        const controller = new AbortController();
        setTimeout(() => controller.abort(), 1000);
        return load({ url: `${url}/model.gguf` }, { signal: controller.signal }).catch(({ code }) => code);
      }, `${url}`);
      assert.ok(['aborted', 'invalid-model'].includes(code), code);
      for (let round = 0; round < 100 && calls.some(({ closed }) => !closed); round += 1) await page.waitForTimeout(20);
      assert.ok(calls.every(({ closed }) => closed), 'a request is still open');
    });
  });

  test('files of the page are read in parts, by their names', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'kinglet-'));
    try {
      mkdirSync(path.join(folder, 'original'));
      for (const name of ['model.gguf', 'config.json']) writeFileSync(path.join(folder, name), FILE);
      writeFileSync(path.join(folder, 'original/model.gguf'), 'other');
      await page.setContent('<input id="folder" type="file" webkitdirectory><input id="files" type="file" multiple>');
      await page.setInputFiles('#folder', folder);
      await page.setInputFiles('#files', path.join(folder, 'model.gguf'));
      const read = () =>
        page.evaluate(async () => {
          const { openFiles } = await import('/package/dist/files.js');
          const { portable } = await import('/package/dist/arguments.js');
          const found = [];
          for (const id of ['folder', 'files']) {
            const source = portable({ files: document.getElementById(id).files });
            const files = await openFiles(source, () => {}, new AbortController().signal);
            const part = await files.read('model.gguf', 65_536, 65_540).then((bytes) => [...bytes], ({ code }) => code);
            const inner = await files.size('original/model.gguf');
            found.push({ names: (await files.list()).sort(), size: await files.size('model.gguf'), inner, none: await files.size('toString'), part });
          }
          return found;
        });
      const part = [...FILE.subarray(FIRST, FIRST + 4)];
      const expected = { size: FILE.length, none: null, part };
      const inFolder = { names: ['config.json', 'model.gguf'], inner: 5, ...expected };
      assert.deepEqual(await read(), [inFolder, { names: ['model.gguf'], inner: null, ...expected }]);
      // The page got another file than there is now.
      writeFileSync(path.join(folder, 'model.gguf'), 'x');
      assert.deepEqual((await read()).map(({ part }) => part), ['unreadable-file', 'unreadable-file']);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
