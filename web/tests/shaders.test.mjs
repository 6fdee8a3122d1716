// Every variant of every kernel through the browser's compiler. It is the authority: naga finds no uniformity errors.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { launch, open } from '../scripts/browser.mjs';
import { serve } from '../scripts/server.mjs';
import { WEB } from './support.mjs';

const VARIANTS = JSON.parse(readFileSync(path.join(WEB, 'pkg/variants.json'), 'utf8'));

// Every module goes through the whole of the browser's checks; behind that, SwiftShader takes minutes to make every
// pipeline, and most of a minute for every combination of imports. What a kernel imports by name (weight format,
// epilogue, operation) decides what is behind a pipeline, so each is in one at least; this makes all.
const ALL_PIPELINES = process.env.KINGLET_ALL_PIPELINES === '1';

/** A variant's kernel, and the kernel with each name that it imports: `matvec`, `matvec weights=f16`. */
function imports(name) {
  const [kernel, ...words] = name.split(' ');
  return [kernel, ...words.filter((word) => /^(?!columns)\w+=/.test(word)).map((word) => `${kernel} ${word}`)];
}

/** The names of the variants to make pipelines of: few that have every import among them, or all. */
function linked(names) {
  if (ALL_PIPELINES) return names;
  const left = new Set(names.flatMap(imports));
  const gain = (name) => imports(name).filter((word) => left.has(word)).length;
  const chosen = [];
  while (left.size > 0) {
    chosen.push(names.reduce((best, name) => (gain(name) > gain(best) ? name : best)));
    imports(chosen.at(-1)).forEach((word) => left.delete(word));
  }
  return chosen;
}

/** Runs on the page: compiles variants, makes pipelines with each set of constants, and returns what is wrong. */
async function compile({ variants, subgroups, linked }) {
  const adapter = await navigator.gpu.requestAdapter();
  // Without the feature, a module that enables it is an error.
  const device = await adapter.requestDevice({ requiredFeatures: subgroups ? ['subgroups'] : [] });
  const faults = [];
  let pipelines = 0;
  device.addEventListener('uncapturederror', ({ error }) => faults.push(error.message));
  const check = async ({ name, source, constants }) => {
    device.pushErrorScope('validation');
    const module = device.createShaderModule({ code: source });
    const scope = device.popErrorScope();
    const { messages } = await module.getCompilationInfo();
    const lines = source.split('\n');
    const fault = ({ type, lineNum, message }) => `${name}: ${type}: ${message}: ${lines[lineNum - 1]?.trim()}`;
    faults.push(...messages.map(fault));
    const error = await scope;
    if (error) return faults.push(`${name}: ${error.message}`);
    const pipeline = (constants) =>
      device.createComputePipelineAsync({ layout: 'auto', compute: { module, entryPoint: 'main', constants } }).then(
        () => (pipelines += 1),
        (error) => faults.push(`${name} ${JSON.stringify(constants)}: ${error.message}`),
      );
    if (linked.includes(name)) await Promise.all(constants.map(pipeline));
  };
  // All at once: the browser compiles on every core.
  await Promise.all(variants.map(check));
  device.destroy();
  return { faults, pipelines };
}

for (const subgroups of [false, true]) {
  test(`every variant compiles ${subgroups ? 'with' : 'without'} subgroups`, async () => {
    const variants = VARIANTS.filter((variant) => variant.subgroups === subgroups);
    assert.ok(variants.length > 50, `${variants.length} variants`);
    const server = await serve({ '/': path.join(WEB, 'scripts') });
    const browser = await launch();
    try {
      const { page, problems } = await open(browser, `${server.url}/blank.html`);
      const names = linked(variants.map(({ name }) => name));
      const { faults, pipelines } = await page.evaluate(compile, { variants, subgroups, linked: names });
      assert.deepEqual(faults, []);
      assert.deepEqual(problems, []);
      assert.ok(pipelines >= names.length, `${pipelines} pipelines of ${names.length} variants`);
    } finally {
      await browser.close();
      server.close();
    }
  });
}
