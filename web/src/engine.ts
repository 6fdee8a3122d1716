// The engine, once for each worker.

/** What both builds of the engine are: without grammars, and with them. */
export type Module = typeof import('../pkg/kinglet_web.js');

/** Before `ready`, nothing of it can be called. */
export let engine: Module;
let wasm: URL;

/** Says which engine is this worker's. */
export function use(module: Module, address: URL): void {
  engine = module;
  wasm = address;
}

export async function ready(): Promise<void> {
  await engine.default({ module_or_path: wasm });
}
