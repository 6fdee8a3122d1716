// The command in a browser for many models: one page runs what `cargo xtask browser` runs for each.

import assert from 'node:assert/strict';

import { read } from '../scripts/arguments.mjs';
import { launch, open } from '../scripts/browser.mjs';
import { serve } from '../scripts/server.mjs';
import { GOLDENS, WEB } from './support.mjs';

/** A page for commands on goldens. */
export async function commandPage() {
  const server = await serve({ '/package/': WEB, '/scripts/': `${WEB}/scripts`, '/model/': GOLDENS });
  const browser = await launch();
  const { page, problems } = await open(browser, `${server.url}/scripts/blank.html`);
  const inPage = async ([name, request]) => (await import('/scripts/in-page.mjs'))[name](request);
  const call = async (name, request, args) => {
    const { json, error } = await page.evaluate(inPage, [name, { ...request, keep: true }]);
    assert.equal(error, undefined, args.join(' ').slice(0, 200));
    assert.deepEqual(problems, []);
    return JSON.parse(json);
  };
  return {
    /** What a command prints as JSON. Its model is a path in the folder of goldens, and stays until another is asked for. */
    async run(...args) {
      const { name, model, request } = read([...args.slice(0, 2), '--json', ...args.slice(2)]);
      return call(name, { ...request, sources: { model: { url: `${server.url}/model/${model}` } } }, args);
    },
    /** What the command of an expert prints as JSON, given what it would read of files. The expert stays until it is asked for in
     * another way. */
    async runExpert(args, files = {}) {
      const { name, request } = read(args);
      return call(name, { ...request, ...files, sources: {} }, args);
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}

/** Models with a tier each, by turns: what a tier does to a kernel does not depend on the architecture. Those of one tier come
 * together, because what the page has compiled for one of them serves the others. */
export function byTier(models) {
  return ['baseline', 'subgroups'].flatMap((tier, turn) => {
    return models.filter((_, index) => index % 2 === turn).map((model) => [model, tier]);
  });
}

/** Fails where something else computed a result. */
export function expectDevice({ kind, adapter, tier, software }, wanted) {
  assert.deepEqual([kind, tier, software], ['gpu', wanted, true]);
  assert.match(adapter, /SwiftShader/);
}
