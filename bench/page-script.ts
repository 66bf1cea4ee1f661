// Scripts for pages of benchmarks: a source with what it imports, as one script.

import { build } from 'esbuild';

/** Of a source text, whose imports are found from here. */
export function bundlePageScript(contents: string): Promise<string> {
  return bundle({ stdin: { contents, resolveDir: import.meta.dirname, loader: 'ts' } });
}

/** Of a file. */
export function bundlePageFile(path: string): Promise<string> {
  return bundle({ entryPoints: [path] });
}

async function bundle(source: Parameters<typeof build>[0]): Promise<string> {
  const { outputFiles } = await build({
    ...source,
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'chrome120',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    legalComments: 'none',
    write: false,
  });
  return outputFiles?.[0]?.text ?? '';
}
