// Results that are too large for a reply: the reply carries their beginning, an artifact the whole.

import type { Artifact, CommandReply } from '../protocol/pages.ts';

/** How much of a large result stays in the reply. */
const PREVIEW_CHARS = 4096;
const NOTHING = 'null';

/**
 * `reply` itself where its result takes at most `limitBytes` as JSON; else one with the beginning of the result as text
 * and the artifact that `keep` made of the whole, none where `keep` gave none.
 */
export async function fitReply(
  reply: CommandReply,
  limitBytes: number,
  keep: (json: Buffer) => Promise<Artifact | undefined>,
): Promise<CommandReply> {
  const json = JSON.stringify(reply.result) ?? NOTHING;
  // A character takes three bytes of UTF-8 at most, so that most results need not be measured.
  if (json.length * 3 <= limitBytes || Buffer.byteLength(json) <= limitBytes) return reply;
  const artifact = await keep(Buffer.from(json));
  const text = typeof reply.result === 'string' ? reply.result : json;
  return {
    ...reply,
    result: beginningOf(text, Math.min(PREVIEW_CHARS, limitBytes)),
    truncated: true,
    ...(artifact && { artifact }),
  };
}

/** A character that the cut went through, half of a surrogate pair, becomes U+FFFD. */
function beginningOf(text: string, length: number): string {
  return Buffer.from(text.slice(0, length)).toString();
}
