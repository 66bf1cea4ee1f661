// A whole server that tells what it holds. Argument: its configuration file. Prints two addresses as JSON.

import { loadConfig } from '../src/config.ts';
import { startServer } from '../src/main.ts';
import { serveReadings } from './readings.ts';

const [configFile = ''] = process.argv.slice(2);
const { config } = await loadConfig({ argv: { config: configFile }, env: {} });
const { url } = await startServer(config);
console.log(JSON.stringify({ url, readingsUrl: await serveReadings() }));
