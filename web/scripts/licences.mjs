// Puts the repository's licences into the package: npm takes nothing from above its folder.

import { copyFileSync } from 'node:fs';
import path from 'node:path';

const WEB = path.resolve(import.meta.dirname, '..');

for (const name of ['LICENSE-APACHE', 'LICENSE-MIT']) copyFileSync(path.join(WEB, '..', name), path.join(WEB, name));
