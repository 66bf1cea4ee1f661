// The types of the TypeScript client, made from openapi.json. `npm run generate` writes them.

import openapiTypeScript, { astToString, type OpenAPI3 } from 'openapi-typescript';

const HEADER = `// The types of Moorage's HTTP API. Generated from openapi.json by \`npm run generate\`; not edited by hand.

`;

/** The text of clients/typescript/src/api.ts for an OpenAPI document given as JSON. */
export async function renderClientTypes(openApiJson: string): Promise<string> {
  const nodes = await openapiTypeScript(JSON.parse(openApiJson) as OpenAPI3, {
    alphabetize: true,
    // A member with a default may be left out of a request.
    defaultNonNullable: false,
  });
  return HEADER + astToString(nodes);
}
