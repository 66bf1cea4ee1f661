// The table as clients see it: a change of it is a change of the API, to be looked at.

import { describe, expect, it } from 'vitest';
import { renderCommandList, signatureOf } from '../../scripts/command-documents.ts';
import { CommandCheck } from '../../src/pages/command-check.ts';
import { COMMANDS, commandSchemas, describeCommands } from '../../src/pages/commands.ts';

describe('the command table', () => {
  // After a change on purpose: npx vitest run test/pages/table.test.ts -u
  it('is what was agreed on', async () => {
    const lines = COMMANDS.map(({ action, effect, journal }) =>
      JSON.stringify([action, effect, journal ? 'kept' : 'once', signatureOf(action)]),
    );
    await expect(`[\n${lines.join(',\n')}\n]\n`).toMatchFileSnapshot('../golden/commands.json');
  });

  it.each([
    ['locator.click', 'click'],
    ['page.goto', 'goto'],
    ['clik', 'click'],
  ])('is searched for what %s may mean', (action, meant) => {
    const check = new CommandCheck(COMMANDS);
    expect(() => check.getCommand(action)).toThrow(`Is ${meant}`);
  });

  it('refuses members that it does not know, everywhere', () => {
    const open = describeCommands().filter(({ params }) => {
      const { type, additionalProperties } = params as { type?: string; additionalProperties?: boolean };
      return type !== 'object' || additionalProperties !== false;
    });
    expect(open.map(({ action }) => action)).toEqual([]);
  });

  it('takes no path, no file name of a source, and no signal', () => {
    const names = (schema: unknown): string[] => {
      if (typeof schema !== 'object' || schema === null) return [];
      const { properties = {} } = schema as { properties?: object };
      return [...Object.keys(properties), ...Object.values(schema).flatMap(names)];
    };
    for (const { action, params } of describeCommands()) {
      // Cookies have a path, which is one of URLs.
      const forbidden = /ookie/.test(action)
        ? /^(signal|resourcesDir|sources)$/
        : /^(path|signal|resourcesDir|sources)$/;
      expect(
        names(params).filter((name) => forbidden.test(name)),
        action,
      ).toEqual([]);
    }
  });

  it('sends again only what reads', () => {
    const writes =
      /(^|\.)(click|fill|evaluate\w*|goto|press|type|set\w+|add\w+|route\w*|start\w*|accept|post|put)$/;
    expect(COMMANDS.filter(({ action, effect }) => effect === 'read' && writes.test(action))).toEqual([]);
  });

  it('says in one sentence what each command does', () => {
    expect(
      COMMANDS.filter(({ summary }) => !/^[A-Z`].*\.$/.test(summary)).map(({ action }) => action),
    ).toEqual([]);
  });

  it('is told to makers of clients, one command a line', async () => {
    const text = await renderCommandList();
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(describeCommands())));
    expect(text.trim().split('\n')).toHaveLength(COMMANDS.length + 2);
  });

  it('refers in openapi.json only to components that there are', () => {
    const schemas = commandSchemas();
    const references = [...JSON.stringify(schemas).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, target]) => target,
    );
    const known = [...Object.keys(schemas), 'Artifact'].map((name) => `#/components/schemas/${name}`);
    expect([...new Set(references)].filter((target) => !known.includes(target ?? ''))).toEqual([]);
  });
});
