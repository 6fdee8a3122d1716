// The worker with the engine that has no grammars.

import * as module from '../pkg/kinglet_web.js';
import { answerPage } from './answers.js';
import { use } from './engine.js';

// Bundlers find the engine by this very form.
use(module, new URL('../pkg/kinglet_web_bg.wasm', import.meta.url));
answerPage();
