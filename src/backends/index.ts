// The registry: one line a backend. It feeds the server, the configuration schema, the contract suite and the docs.

import type { BackendDefinition } from './backend.ts';
import { chrome } from './chrome.ts';
import { fake } from './fake.ts';

export const backendDefinitions: readonly BackendDefinition[] = [
  chrome, //
  fake,
];
