// The contract of Moorage over this backend; `vitest run` takes it as a test.

import { backendContract } from 'moorage/backend-contract';
import plainChromium from './plain-chromium.ts';

await backendContract(plainChromium, { capacity: 2 });
