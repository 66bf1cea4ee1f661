// Pages that nobody has sent anywhere yet. They are worth neither a video nor a thumbnail.

const BLANK_PAGES = ['', 'about:blank', 'chrome://newtab/', 'chrome://new-tab-page/'];

export function isBlankPage(url: string): boolean {
  return BLANK_PAGES.includes(url);
}
