// Removes what an earlier build left: TypeScript only adds to its folder.

import { rmSync } from 'node:fs';
import path from 'node:path';

for (const folder of ['dist', 'site']) rmSync(path.join(import.meta.dirname, '..', folder), { recursive: true, force: true });
