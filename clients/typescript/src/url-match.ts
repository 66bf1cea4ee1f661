// Addresses against patterns, as Playwright matches them: `**` stands for anything, `*` for anything but a slash, `?` for
// itself, and `{a,b}` for one of several. https://playwright.dev/docs/network#glob-url-patterns

const SPECIAL = /[$^+.()|[\]\\?]/;

export function matchesUrl(url: string, pattern: string | RegExp): boolean {
  if (pattern instanceof RegExp) return pattern.test(url);
  return url === pattern || expressionOf(pattern).test(url);
}

function expressionOf(glob: string): RegExp {
  let source = '';
  let isInGroup = false;
  for (const [token] of glob.matchAll(/\\.|\*\*\/?|./gs)) {
    if (token.startsWith('\\')) source += `\\${token.slice(1)}`;
    else if (token === '**/') source += '(?:.*/)?';
    else if (token === '**') source += '.*';
    else if (token === '*') source += '[^/]*';
    else if (token === '{') [source, isInGroup] = [`${source}(?:`, true];
    else if (token === '}') [source, isInGroup] = [`${source})`, false];
    else if (token === ',' && isInGroup) source += '|';
    else source += SPECIAL.test(token) ? `\\${token}` : token;
  }
  return new RegExp(`^${source}$`);
}
