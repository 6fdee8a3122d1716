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
  const type = TYPES[path.extname(file)] ?? 'application/octet-stream';
  response.writeHead(200, { 'content-type': type, 'content-length': facts.size, 'cache-control': 'no-store' });
  if (request.method === 'HEAD') return response.end();
  createReadStream(file).on('error', () => response.destroy()).pipe(response);
}

function locate(mount, name) {
  if (typeof mount === 'function') return mount(name);
  const file = path.join(mount, name === '' || name.endsWith('/') ? `${name}index.html` : name);
  return file.startsWith(path.resolve(mount) + path.sep) ? file : null;
}
