// Commands by the names of the command table: the types of what each takes and gives, and how one is sent.

import type { Channel, CommandOptions } from './channel.ts';
import type { Commands } from './commands.ts';
import type { CommandReply } from './schemas.ts';

export type Action = keyof Commands;
export type Params<A extends Action> = Commands[A]['params'];
export type Result<A extends Action> = Commands[A]['result'];

/** What says where a command acts, rather than how. */
type Place = 'frame' | 'handle' | 'locator' | 'page' | 'selector';

/** The parameters of a command as Playwright takes them in its options, without those that are arguments of their own. */
export type Options<A extends Action, Arguments extends string = never> = Omit<
  Params<A>,
  Arguments | Place | 'timeout'
> & {
  /** In milliseconds; 0 waits as long as the server lets a command run. */
  timeout?: number;
};

/** A frame of a page, by its name, its address or a handle of its `<iframe>`. */
export type FrameSpec = { name: string } | { url: string } | { handle: string };

/** The longest that the server lets a command run. */
export const LONGEST_COMMAND_MS = 600_000;

/** Sends a command with Playwright's options among its parameters, and gives its reply with the whole result. */
export async function send(
  channel: Channel,
  action: string,
  given: object = {},
  { signal, ...options }: CommandOptions = {},
): Promise<CommandReply> {
  const { timeout, ...params } = given as { timeout?: number }; // as Playwright names it
  const { timeoutMs = timeout } = options;
  const limitMs = timeoutMs === 0 ? LONGEST_COMMAND_MS : (timeoutMs ?? channel.page.timeoutMsOf(action));
  const command = { action, params, ...options, ...(limitMs !== undefined && { timeoutMs: limitMs }) };
  const reply = await channel.send(command, signal);
  if (!reply.truncated || !reply.artifact) return reply;
  const whole = await channel.page.artifacts.bytes(reply.artifact.id);
  return { ...reply, result: JSON.parse(whole.toString()), truncated: false };
}
