// openapi.json: complete, consistent, and the same each time.

import { beforeAll, expect, it } from 'vitest';
import { PROBLEMS } from '../../src/errors.ts';
import { renderOpenApi } from '../../src/http/openapi.ts';

interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  responses: Record<string, { description: string; content?: Record<string, { schema: unknown }> }>;
}

let text: string;
let api: {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown>; securitySchemes: Record<string, unknown> };
};

beforeAll(async () => {
  text = await renderOpenApi();
  api = JSON.parse(text);
});

const operations = () => Object.values(api.paths).flatMap((path) => Object.values(path));

it('is OpenAPI 3.1 and the same each time', async () => {
  expect(api.openapi).toBe('3.1.0');
  expect(await renderOpenApi()).toBe(text);
  expect(Object.keys(api.components.securitySchemes)).toEqual(['bearer', 'apiKey']);
});

it('has every route once, each with its own name', () => {
  const routes = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(routes.sort()).toEqual([
    'DELETE /v1/artifacts/{id}',
    'DELETE /v1/keys/{id}',
    'DELETE /v1/pages/{id}',
    'DELETE /v1/recordings/{id}',
    'DELETE /v1/sessions/{id}',
    'DELETE /v1/surfaces/{name}',
    'DELETE /v1/surfaces/{name}/lease',
    'GET /connect',
    'GET /health/live',
    'GET /health/ready',
    'GET /metrics',
    'GET /v1/artifacts',
    'GET /v1/artifacts/{id}',
    'GET /v1/backends',
    'GET /v1/devices',
    'GET /v1/events',
    'GET /v1/keys',
    'GET /v1/pages/{id}',
    'GET /v1/pages/{id}/events',
    'GET /v1/pages/{id}/screenshot',
    'GET /v1/recordings',
    'GET /v1/recordings/{id}',
    'GET /v1/recordings/{id}/console',
    'GET /v1/recordings/{id}/events',
    'GET /v1/recordings/{id}/export',
    'GET /v1/recordings/{id}/har',
    'GET /v1/recordings/{id}/thumbnail',
    'GET /v1/recordings/{id}/video',
    'GET /v1/sessions',
    'GET /v1/sessions/{id}',
    'GET /v1/sessions/{id}/bidi',
    'GET /v1/sessions/{id}/cdp',
    'GET /v1/sessions/{id}/devtools/page/{targetId}',
    'GET /v1/sessions/{id}/json/list',
    'GET /v1/sessions/{id}/json/protocol',
    'GET /v1/sessions/{id}/json/version',
    'GET /v1/sessions/{id}/live',
    'GET /v1/sessions/{id}/pages',
    'GET /v1/sessions/{id}/playwright',
    'GET /v1/surfaces',
    'GET /v1/surfaces/{name}',
    'GET /v1/surfaces/{name}/archive',
    'GET /v1/surfaces/{name}/state',
    'POST /v1/artifacts',
    'POST /v1/backends/{name}/drain',
    'POST /v1/backends/{name}/resume',
    'POST /v1/keys',
    'POST /v1/pages/{id}/command',
    'POST /v1/pages/{id}/commands',
    'POST /v1/recordings',
    'POST /v1/recordings/prune',
    'POST /v1/sessions',
    'POST /v1/sessions/{id}/live-links',
    'POST /v1/sessions/{id}/pages',
    'POST /v1/surfaces/{name}/attach',
    'POST /v1/surfaces/{name}/clone',
    'POST /v1/surfaces/{name}/lease',
    'POST /v1/surfaces/{name}/stop',
    'PUT /v1/surfaces/{name}',
    'PUT /v1/surfaces/{name}/archive',
    'PUT /v1/surfaces/{name}/state',
  ]);
  const names = operations().map(({ operationId }) => operationId);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(
    expect.arrayContaining(['createSession', 'listSessions', 'getSession', 'destroySession', 'streamEvents']),
  );
});

it('says of every operation what it does and what it answers', () => {
  for (const { operationId, summary, tags, responses } of operations()) {
    expect([operationId, summary, tags]).toEqual([operationId, expect.any(String), [expect.any(String)]]);
    expect([operationId, Object.keys(responses).some((status) => Number(status) < 300)]).toEqual([
      operationId,
      true,
    ]);
    for (const response of Object.values(responses)) {
      expect(response.description).not.toBe('Default Response');
    }
  }
});

it('resolves every reference', () => {
  const references = [...text.matchAll(/"\$ref": "([^"]+)"/g)].map(([, reference = '']) => reference);
  expect(references.length).toBeGreaterThan(50);
  for (const reference of new Set(references)) {
    const [, name = ''] = /^#\/components\/schemas\/(\w+)$/.exec(reference) ?? [];
    expect(Object.keys(api.components.schemas)).toContain(name);
  }
  expect(text).not.toMatch(/"\$id"|def-\d/);
});

it('names under each status only problems of that status, and each as problem+json', () => {
  for (const { responses } of operations()) {
    for (const [status, { description, content }] of Object.entries(responses)) {
      if (Number(status) < 400) continue;
      expect(Object.keys(content ?? {})).toEqual(['application/problem+json']);
      const codes = [...description.matchAll(/`([a-z-]+)`:/g)].map(([, code]) => code);
      expect(codes.length).toBeGreaterThan(0);
      for (const code of codes) expect(PROBLEMS[code as keyof typeof PROBLEMS].status).toBe(Number(status));
    }
  }
});

it('shows examples that its own schemas accept', async () => {
  const { Ajv } = await import('ajv');
  const ajv = new Ajv({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'api', ...api });
  const withExamples = Object.entries(api.components.schemas).flatMap(([name, schema]) =>
    ((schema as { examples?: object[] }).examples ?? []).map((example) => ({ name, example })),
  );
  expect(withExamples.length).toBeGreaterThanOrEqual(5);
  for (const { name, example } of withExamples) {
    const validate = ajv.compile({ $ref: `api#/components/schemas/${name}` });
    expect([name, validate(example), validate.errors]).toEqual([name, true, null]);
  }
});
