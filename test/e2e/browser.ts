// The page API by plain fetch, as a program in any language would use it: one function a command.

import type { CommandReply, Page, PageList } from '../../src/protocol/pages.ts';
import type { Surface } from '../../src/protocol/surfaces.ts';
import { api } from './api.ts';

/** A surface named `name` on `server`, which may be another server each time. */
export function surfaceOf(server: () => { url: string }, name: string) {
  const call = <T>(method: string, path: string, body?: unknown) => api(server()).call<T>(method, path, body);
  return {
    open: (options: Record<string, unknown> = {}) => call<Surface>('PUT', `/v1/surfaces/${name}`, options),
    look: () => call<Surface>('GET', `/v1/surfaces/${name}`),
    stop: () => call<Surface>('POST', `/v1/surfaces/${name}/stop`),
    delete: () => call<unknown>('DELETE', `/v1/surfaces/${name}`),
    pages: async () => (await call<PageList>('GET', `/v1/sessions/${name}/pages`)).data,
    newPage: (url?: string) =>
      call<Page>('POST', `/v1/sessions/${name}/pages`, url === undefined ? {} : { url }),
  };
}

/** Sends one command to a page. */
export function commandOf(server: () => { url: string }) {
  return (
    pageId: string,
    action: string,
    params: Record<string, unknown> = {},
    more: Record<string, unknown> = {},
  ) => api(server()).call<CommandReply>('POST', `/v1/pages/${pageId}/command`, { action, params, ...more });
}
