// The worker with the engine that has grammars, which is a larger one.

import * as module from '../pkg/grammar/kinglet_web.js';
import { answerPage } from './answers.js';
import { use, type Module } from './engine.js';

// Both are of one source. Their classes have private fields, so that TypeScript takes them for others.
use(module as unknown as Module, new URL('../pkg/grammar/kinglet_web_bg.wasm', import.meta.url));
answerPage();
