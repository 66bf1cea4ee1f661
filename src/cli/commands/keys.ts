// `moorage keys`: who may use the server.

import type { Key } from '@moorage/client';
import type { Command } from 'commander';
import { usageFailure } from '../failure.ts';
import { type Invocation, perform } from '../invocation.ts';
import { formatTable } from '../table.ts';

// As the server asks of keys in MOORAGE_API_KEYS.
const SHORTEST_KEY = 16;

export function addKeys(program: Command): void {
  const keys = program.command('keys').description('make, see and delete API keys');

  const create = keys
    .command('create')
    .description('make an API key; it is shown this once')
    .requiredOption('--client <name>', 'whose key it is; keys of one client share sessions and quotas')
    .option('--name <text>', 'to tell keys apart')
    .option('--admin', 'it may manage keys and backends; the first key must be an admin’s')
    .addHelpText(
      'after',
      `
Examples:
  $ moorage keys create --client ops --admin     the first key switches keys on
  $ export MOORAGE_API_KEY=$(moorage keys create --client ci --json | jq -r .key)`,
    );
  perform<{ client: string; name?: string; admin?: boolean }>(create, async (invocation) => {
    const { options, connect, terminal } = invocation;
    const { client, name, admin } = options;
    const created = await (await connect()).keys.create({
      client,
      ...(name && { name }),
      ...(admin && { admin }),
    });
    if (terminal.isJson) return terminal.printJson(created);
    terminal.print(created.key);
    terminal.note(`This is the key ${created.id} of ${created.client}. It will not be shown again.`);
  });

  const list = keys
    .command('list')
    .description('show every key, without the keys themselves')
    .addHelpText('after', '\nExample:\n  $ moorage keys list');
  perform(list, async ({ connect, terminal }) => {
    const data = await (await connect()).keys.list();
    if (terminal.isJson) return terminal.printJson({ data });
    terminal.print(
      await formatTable(terminal.colors, ['ID', 'CLIENT', 'NAME', 'ADMIN', 'CREATED'], data.map(rowOf)),
    );
  });

  const remove = keys
    .command('delete')
    .description('delete keys; they are refused from then on')
    .argument('<ids...>', 'their ids in `moorage keys list`')
    .addHelpText('after', '\nExample:\n  $ moorage keys delete key_4q0v8x2k9d7m1c5t3b6h');
  perform(remove, async ({ args, connect, terminal }) => {
    const moorage = await connect();
    for (const id of args) {
      await moorage.keys.delete(id);
      if (terminal.isJson) terminal.printJson({ id });
      else terminal.print(`${id} is deleted.`);
    }
  });

  const hash = keys
    .command('hash')
    .description('print the line that admits a key in the configuration; needs no server')
    .option('--client <name>', 'whose key it is', 'default')
    .option('--admin', 'it may manage keys and backends')
    .addHelpText(
      'after',
      `
Reads a key from stdin, or makes one.

Examples:
  $ moorage keys hash --client ci                make a key and its line
  $ pass show moorage | moorage keys hash        the line of a key that you have`,
    );
  perform<{ client: string; admin?: boolean }>(hash, printHash);
}

function rowOf({ id, client, name, admin, createdAt }: Key): string[] {
  return [id, client, name, admin ? 'yes' : '', createdAt ?? 'in the configuration'];
}

async function printHash({
  options,
  terminal,
}: Invocation<{ client: string; admin?: boolean }>): Promise<void> {
  const { createHash, randomBytes } = await import('node:crypto');
  const given = await readKey();
  if (given !== '' && given.length < SHORTEST_KEY) {
    throw usageFailure(
      `The key has ${given.length} characters and must have at least ${SHORTEST_KEY}.`,
      'Without anything on stdin a good one is made.',
    );
  }
  const key = given || `mrg_${randomBytes(32).toString('base64url')}`;
  const entry = {
    client: options.client,
    hash: `sha256:${createHash('sha256').update(key).digest('hex')}`,
    ...(options.admin && { admin: true }),
  };
  if (terminal.isJson) return terminal.printJson({ ...(given === '' && { key }), entry });
  if (given === '') {
    terminal.note('The key, which is kept nowhere:');
    terminal.note(key);
    terminal.note('');
  }
  terminal.note('The line for `keys:` in the configuration:');
  terminal.print(JSON.stringify(entry));
}

/** A key on stdin, or nothing where stdin is a terminal or empty. */
async function readKey(): Promise<string> {
  if (process.stdin.isTTY) return '';
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk;
  return text.trim();
}
