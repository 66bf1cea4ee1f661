// The login in an address, `https://user:password@host`: `fetch` refuses it, and repeats all of it in its complaint.

/** The address without it, and the header that says the same. */
export function splitLogin(address: string | URL): { url: URL; login: Record<string, string> } {
  const url = new URL(address);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  if (username === '' && password === '') return { url, login: {} };
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { url, login: { authorization: `Basic ${Buffer.from(login).toString('base64')}` } };
}
