// The close codes of every WebSocket that Moorage serves (RFC 6455 §7.4: 4000–4999 is for applications).

export const CLOSE_CODES = {
  'auth-failed': { code: 4401, meaning: 'The key or token is missing, wrong or not of this session.' },
  'backend-lost': { code: 4502, meaning: 'The browser or its backend went away.' },
  'buffer-overflow': { code: 1009, meaning: 'More was sent before the browser was there than is kept.' },
  destroyed: { code: 4410, meaning: 'The session was destroyed.' },
  drain: { code: 1001, meaning: 'The server is going away.' },
  'idle-or-expired': { code: 4408, meaning: 'The session idled or reached its maximum lifetime.' },
  'invalid-request': {
    code: 4400,
    meaning: 'The address asks for something that cannot be; the reason says what.',
  },
  quota: { code: 4429, meaning: 'A quota, limit or the capacity is used up; try again later.' },
  'session-unknown': { code: 4404, meaning: 'There is no such session, or it belongs to somebody else.' },
  'surface-locked': {
    code: 4423,
    meaning: 'Another client holds the lease of the surface; the reason says who, and until when.',
  },
} as const;
export type CloseName = keyof typeof CLOSE_CODES;
