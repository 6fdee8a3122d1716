// The engine, once for each worker.

import init from '../pkg/kinglet_web.js';

export { ChatTemplates, Engine, Tokenizer, chooseModel, onlyModel, quantize } from '../pkg/kinglet_web.js';

/** Bundlers find the engine by this very form. */
const wasm = new URL('../pkg/kinglet_web_bg.wasm', import.meta.url);

/** Before this, nothing of the engine can be called. */
export async function ready(): Promise<void> {
  await init({ module_or_path: wasm });
}
