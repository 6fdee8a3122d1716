// A small static server: browsers give WebGPU to pages of http://localhost.

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/**
 * Serves folders. `mounts` maps the start of a path to a folder, or to a function from a name to a file (or null).
 * Returns the address, and how to stop.
 */
export async function serve(mounts, port = 0) {
  const server = http.createServer((request, response) => {
    answer(mounts, request, response).catch((error) => response.writeHead(500).end(String(error)));
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${server.address().port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(mounts, request, response) {
  const { pathname } = new URL(request.url, 'http://localhost');
  const mount = Object.keys(mounts).filter((start) => pathname.startsWith(start)).sort((a, b) => b.length - a.length)[0];
  const name = decodeURIComponent(pathname.slice(mount?.length ?? 0));
  const file = mount === undefined ? null : locate(mounts[mount], name);
  const facts = file && (await stat(file).catch(() => null));
  if (!facts?.isFile()) return response.writeHead(404).end();
  const headers = {
    'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream',
    'cache-control': 'no-store',
    'accept-ranges': 'bytes',
    etag: `"${facts.size.toString(16)}-${Math.trunc(facts.mtimeMs).toString(16)}"`,
  };
  const range = part(request.headers, headers.etag, facts.size);
  if (range === null) return response.writeHead(416, { ...headers, 'content-range': `bytes */${facts.size}` }).end();
  const { start, end } = range ?? { start: 0, end: facts.size };
  if (range) headers['content-range'] = `bytes ${start}-${end - 1}/${facts.size}`;
  response.writeHead(range ? 206 : 200, { ...headers, 'content-length': end - start });
  if (request.method === 'HEAD' || start === end) return response.end();
  createReadStream(file, { start, end: end - 1 }).on('error', () => response.destroy()).pipe(response);
}

/** The part of a file that is asked for: undefined where it is the whole, null where there is no such part. */
function part({ range, 'if-range': condition }, etag, size) {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? [];
  // Several parts, and other units, may be ignored.
  if (first === undefined || first + last === '' || (condition !== undefined && condition !== etag)) return undefined;
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(Number(last) + 1, size);
  return start < end ? { start, end } : null;
}

function locate(mount, name) {
  if (typeof mount === 'function') return mount(name);
  const file = path.join(mount, name === '' || name.endsWith('/') ? `${name}index.html` : name);
  return file.startsWith(path.resolve(mount) + path.sep) ? file : null;
}
