// Walks playwright-core's own types, so that no method of it is missing by oversight.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/pages/commands.ts';
import { OMISSIONS } from '../../src/pages/omissions.ts';

/** The classes whose every method has to be a command, or to be left out with a reason. */
const CLASSES = [
  'APIRequest',
  'APIRequestContext',
  'APIResponse',
  'BrowserContext',
  'CDPSession',
  'Clock',
  'ConsoleMessage',
  'Coverage',
  'Credentials',
  'Debugger',
  'Dialog',
  'Disposable',
  'Download',
  'ElementHandle',
  'FileChooser',
  'Frame',
  'FrameLocator',
  'JSHandle',
  'Keyboard',
  'Locator',
  'Mouse',
  'Page',
  'Request',
  'Response',
  'Route',
  'Screencast',
  'Touchscreen',
  'Tracing',
  'Video',
  'WebError',
  'WebMCP',
  'WebSocket',
  'WebSocketRoute',
  'WebStorage',
  'Worker',
];

const methods = publicMembers();
const covered = new Set(COMMANDS.flatMap(({ covers }) => covers));
const omitted = OMISSIONS.flatMap((omission) => omission.methods);

describe('the command table', () => {
  it('has every class that Playwright has', () => {
    expect(CLASSES.filter((name) => !methods.some((method) => method.startsWith(`${name}.`)))).toEqual([]);
  });

  it('exposes every method of Playwright, or says why not', () => {
    expect(methods.filter((method) => !covered.has(method) && !isOmitted(method))).toEqual([]);
  });

  it('covers no method that Playwright does not have', () => {
    expect([...covered].filter((method) => !methods.includes(method))).toEqual([]);
  });

  it('leaves out no method that Playwright does not have', () => {
    expect(omitted.filter((pattern) => !methods.some((method) => fits(method, pattern)))).toEqual([]);
  });

  it('leaves out no method that it covers', () => {
    expect([...covered].filter(isOmitted)).toEqual([]);
  });

  it('has each action once', () => {
    const actions = COMMANDS.map(({ action }) => action);
    expect(actions).toEqual([...new Set(actions)].sort());
  });

  it('gives a reason for each omission, and each omission once', () => {
    expect(OMISSIONS.filter(({ reason }) => reason.length < 20)).toEqual([]);
    expect(omitted).toEqual([...new Set(omitted)]);
  });
});

function isOmitted(method: string): boolean {
  return omitted.some((pattern) => fits(method, pattern));
}

function fits(method: string, pattern: string): boolean {
  return pattern.endsWith('.*') ? method.startsWith(pattern.slice(0, -1)) : method === pattern;
}

/** `Class.member` of all classes above, inherited ones not counted again. */
function publicMembers(): string[] {
  const file = join(dirname(createRequire(import.meta.url).resolve('playwright-core')), 'types/types.d.ts');
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found = source.statements.filter(ts.isInterfaceDeclaration).flatMap((declaration) => {
    const owner = declaration.name.text;
    if (!CLASSES.includes(owner)) return [];
    return declaration.members.flatMap(({ name }) =>
      name && ts.isIdentifier(name) ? [`${owner}.${name.text}`] : [],
    );
  });
  return [...new Set(found)].sort();
}
