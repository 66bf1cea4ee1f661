// The contract over a real Selenium Grid. In a file of its own, since that takes a while to start.

import { afterAll } from 'vitest';
import { backendContract } from '../../src/backends/contract.ts';
import { seleniumGrid } from '../../src/backends/selenium-grid.ts';
import { startSeleniumGrid } from '../fixtures/selenium-grid.ts';

const grid = await startSeleniumGrid({ sessions: 3 });
afterAll(() => grid.close());

await backendContract(seleniumGrid, { url: grid.url });
