// `moorage backends`: what the server can give, and taking a backend out of service.

import type { Backend } from '@moorage/client';
import type { Command } from 'commander';
import { type Invocation, perform } from '../invocation.ts';
import { formatTable } from '../table.ts';
import type { Colors } from '../terminal.ts';

export function addBackends(program: Command): void {
  const backends = program.command('backends').description('see backends, take them out of service and back');

  const list = backends
    .command('list')
    .description('show every backend, its state and what it offers')
    .addHelpText('after', '\nExample:\n  $ moorage backends list');
  perform(list, async ({ connect, terminal }) => {
    const data = await (await connect()).backends.list();
    if (terminal.isJson) terminal.printJson({ data });
    else terminal.print(await formatTable(terminal.colors, HEAD, data.map(rowOf(terminal.colors))));
  });

  const drain = backends
    .command('drain')
    .description('give a backend no new sessions; those that run go on')
    .argument('<name>', 'its name in `moorage backends list`')
    .addHelpText('after', '\nExample:\n  $ moorage backends drain chrome');
  perform(drain, (invocation) => change(invocation, 'drain'));

  const resume = backends
    .command('resume')
    .description('give a drained backend sessions again')
    .argument('<name>', 'its name in `moorage backends list`')
    .addHelpText('after', '\nExample:\n  $ moorage backends resume chrome');
  perform(resume, (invocation) => change(invocation, 'resume'));
}

const HEAD = ['NAME', 'KIND', 'STATE', 'ACTIVE', 'WARM', 'BROWSERS', 'WHY'];

function rowOf(colors: Colors) {
  return (backend: Backend): string[] => [
    backend.name,
    backend.kind,
    availabilityIn(colors, backend),
    `${backend.active}/${backend.capacity}`,
    String(backend.warm),
    backend.offers
      .map(({ browser, browserVersion }) => [browser, browserVersion].filter(Boolean).join(' '))
      .join(', '),
    backend.availability === 'up' ? '' : (backend.healthReason ?? ''),
  ];
}

function availabilityIn({ green, red, yellow }: Colors, { availability }: Backend): string {
  switch (availability) {
    case 'up':
      return green(availability);
    case 'draining':
      return yellow(availability);
    case 'down':
      return red(availability);
  }
}

async function change(
  { args: [name = ''], connect, terminal }: Invocation,
  action: 'drain' | 'resume',
): Promise<void> {
  const { backends } = await connect();
  const backend = await (action === 'drain' ? backends.drain(name) : backends.resume(name));
  if (terminal.isJson) return terminal.printJson(backend);
  const { active, availability } = backend;
  const rest = active === 1 ? '; 1 session goes on' : `; ${active} sessions go on`;
  terminal.print(`${name} is ${availability}${action === 'drain' && active > 0 ? rest : ''}.`);
}
