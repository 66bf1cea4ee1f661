// Checks that imports in src run the way that ARCHITECTURE.md says.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkImports, parseTable } from './imports.mjs';
import { ROOT } from './run.mjs';

const parts = parseTable(readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8'));
const findings = checkImports(join(ROOT, 'src'), parts);
for (const finding of findings) console.error(finding);
process.exitCode = findings.length > 0 ? 1 : 0;
