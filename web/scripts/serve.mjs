// Serves the demo page: `npm start [-- FOLDER]`. The folder's models are at `models/NAME/`.

import { statSync } from 'node:fs';
import path from 'node:path';

import { serve } from './server.mjs';

// npm runs scripts in the package's folder, and says where the person is.
const folder = path.resolve(process.env.INIT_CWD ?? '.', process.argv[2] ?? '.');
if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
  const site = path.join(import.meta.dirname, '../site');
  const { url } = await serve({ '/': site, '/models/': folder }, Number(process.env.PORT ?? 8080));
  console.log(`${url}/?model=models/NAME for a model folder NAME in ${folder}`);
} else {
  console.error(`error: ${folder} is not a folder`);
  process.exitCode = 1;
}
