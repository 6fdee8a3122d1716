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
// pipeline. One variant of each kernel shows that constants fit; this one makes all.
const ALL_PIPELINES = process.env.KINGLET_ALL_PIPELINES === '1';

/** Runs on the page: compiles variants, makes pipelines with each set of constants, and returns what is wrong. */
async function compile({ variants, subgroups, all }) {
  const adapter = await navigator.gpu.requestAdapter();
  // Without the feature, a module that enables it is an error.
  const device = await adapter.requestDevice({ requiredFeatures: subgroups ? ['subgroups'] : [] });
  const faults = [];
  const linked = new Set();
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
    const kernel = name.split(' ')[0];
    if (!all && linked.has(kernel)) return;
    linked.add(kernel);
    await Promise.all(constants.map(pipeline));
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
      const { faults, pipelines } = await page.evaluate(compile, { variants, subgroups, all: ALL_PIPELINES });
      assert.deepEqual(faults, []);
      assert.deepEqual(problems, []);
      const kernels = new Set(variants.map(({ name }) => name.split(' ')[0]));
      assert.ok(pipelines >= kernels.size, `${pipelines} pipelines of ${kernels.size} kernels`);
    } finally {
      await browser.close();
      server.close();
    }
  });
}
