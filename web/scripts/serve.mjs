// Serves the demo page: `npm start [-- FOLDER]`. The folder's models are at `models/NAME/`.

import path from 'node:path';

import { serve } from './server.mjs';

const folder = process.argv[2] ?? '.';
const { url } = await serve({ '/': path.join(import.meta.dirname, '../site'), '/models/': path.resolve(folder) }, 8080);
console.log(`${url}/?model=models/NAME for a model folder NAME in ${path.resolve(folder)}`);
