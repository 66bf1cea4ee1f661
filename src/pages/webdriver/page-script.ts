// What runs in the pages of a browser that is driven over WebDriver. Each document gets a home: an object that nothing
// enumerates, which keeps what handles stand for, so that a reference is good for as long as its document. It is text
// because it is sent as text; no step of a build may change it.
//
// Nothing is compiled from strings in the page: a Content-Security-Policy would refuse that. What a client wants evaluated
// stands in the script as it is.

/** Finds or makes the home of a document; also from a frame around it. */
const HOME_OF = `
const homeOf = (document) => {
  if (!document[key]) {
    const token = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0'));
    const home = { token: token.join(''), frameIds: new WeakMap(), frames: new Map(), calls: new Map(), lastFrame: 0 };
    Object.defineProperty(document, key, { value: home });
  }
  return document[key];
};`;

/**
 * Tells the frames below a window down to those of other origins, and what has come of calls: gives JSON of a `Look`.
 * Its arguments are the key of homes and the ids of calls.
 */
export const LOOK = `
const [key, calls] = arguments;
${HOME_OF}
const framesOf = (window) => {
  const found = new Set(window.document.querySelectorAll('iframe, frame'));
  for (let index = 0; index < window.length; index += 1) {
    try { found.add(window[index].frameElement); } catch {}
  }
  found.delete(null);
  return [...found];
};
const look = (window) => {
  const { document } = window;
  const home = homeOf(document);
  const frames = [];
  for (const element of framesOf(window)) {
    if (!element.contentWindow) continue;
    let id = home.frameIds.get(element);
    if (!id) {
      id = home.token + '-' + (home.lastFrame += 1);
      home.frameIds.set(element, id);
    }
    home.frames.set(id, element);
    let document;
    try { if (element.contentDocument) document = look(element.contentWindow); } catch {}
    frames.push({ id, name: element.name || element.id || '', document });
  }
  return {
    token: home.token,
    url: window.location.href,
    title: document.title,
    readyState: document.readyState,
    frames,
  };
};
const seen = look(window);
const { calls: made } = document[key];
return JSON.stringify({ seen, settled: calls.flatMap((id) => made.get(id)?.answer ? [[id, made.get(id).answer]] : []) });`;

/** Where in the windows of the page the script runs: the position of the frame at each level, from the top. */
export const WHERE = `
const path = [];
for (let at = window; at !== at.parent; at = at.parent) {
  let index = 0;
  while (index < at.parent.length && at.parent[index] !== at) index += 1;
  path.unshift(index);
}
return path;`;

/** Gives the iframe of a frame of this document, or null. Its arguments are the key of homes and the id. */
export const FRAME_ELEMENT = `return document[arguments[0]]?.frames.get(arguments[1]) ?? null;`;

/** Gives the object of a reference, or null. Its arguments are the key of homes, the document's token and the reference. */
export const OBJECT = `
const home = document[arguments[0]];
return home?.token === arguments[1] ? home.objects.get(arguments[2]) ?? null : null;`;

/** Makes a home able to keep objects and to call functions. As CDP describes objects, so does it. */
const FURNISH = `
(home) => {
  const later = window.setTimeout.bind(window);
  const never = window.clearTimeout.bind(window);
  const write = JSON.stringify;
  const kindOf = (value) => Object.prototype.toString.call(value).slice(8, -1);
  const SUBTYPES = {
    Array: 'array', ArrayBuffer: 'arraybuffer', DataView: 'dataview', Date: 'date', DOMException: 'error', Error: 'error',
    Generator: 'generator', Map: 'map', Promise: 'promise', RegExp: 'regexp', Set: 'set', WeakMap: 'weakmap',
    WeakSet: 'weakset',
  };
  home.objects = new Map();
  let last = 0;
  home.keep = (value) => {
    const reference = String((last += 1));
    home.objects.set(reference, value);
    return reference;
  };
  const isNode = (value) => typeof value.nodeType === 'number' && typeof value.nodeName === 'string' && 'ownerDocument' in value;
  const nameOf = (value) => {
    try { return value.constructor?.name || kindOf(value); } catch { return kindOf(value); }
  };
  const brief = (value) => {
    if (value === null || typeof value !== 'object') return typeof value === 'function' ? 'function' : String(value);
    return Array.isArray(value) ? 'Array(' + value.length + ')' : nameOf(value);
  };
  const preview = (value, most) => ({
    properties: Object.keys(value).slice(0, most).map((name) => {
      let seen;
      try { seen = value[name]; } catch {}
      return { name, type: typeof seen, value: brief(seen) };
    }),
  });
  const plain = (value) => {
    const type = typeof value;
    switch (type) {
      case 'undefined': return { type };
      case 'boolean': case 'string': return { type, value };
      case 'bigint': return { type, unserializableValue: value + 'n', description: value + 'n' };
      case 'symbol': return { type, description: String(value), object: home.keep(value) };
      case 'number': {
        const text = Object.is(value, -0) ? '-0' : String(value);
        const isPlain = Number.isFinite(value) && text !== '-0';
        return isPlain ? { type, value, description: text } : { type, unserializableValue: text, description: text };
      }
    }
    if (value === null) return { type: 'object', subtype: 'null', value: null };
    const object = home.keep(value);
    if (type === 'function') return { type, className: 'Function', description: String(value), object };
    const kind = kindOf(value);
    const subtype = isNode(value) ? 'node' : SUBTYPES[kind] ?? (ArrayBuffer.isView(value) ? 'typedarray' : undefined);
    const className = nameOf(value);
    if (subtype === 'array') {
      return { type, subtype, className, description: brief(value), preview: preview(value, 100), object };
    }
    if (subtype === 'node') return { type, subtype, className, description: value.nodeName.toLowerCase(), object };
    if (subtype === 'error') return { type, subtype, className, description: storyOf(value), object };
    if (subtype === 'date' || subtype === 'regexp') return { type, subtype, className, description: String(value), object };
    const sized = subtype === 'map' || subtype === 'set' ? '(' + value.size + ')' : '';
    return {
      type, ...(subtype && { subtype }), className, description: className + sized, object,
      ...(className === 'Object' && { preview: preview(value, 5) }),
    };
  };
  const storyOf = (error) => {
    const head = (error.name || 'Error') + ': ' + error.message;
    const stack = String(error.stack ?? '');
    if (stack.startsWith(head)) return stack;
    const lines = stack.split('\\n').filter(Boolean).map((line) => '    at ' + line.replace(/^(.*)@(.*)$/, '$1 ($2)'));
    return [head, ...lines].join('\\n');
  };
  const thrown = (error) => {
    const isError = error instanceof Error || kindOf(error) === 'Error' || kindOf(error) === 'DOMException';
    const exception = isError
      ? { type: 'object', subtype: 'error', className: nameOf(error), description: storyOf(error) }
      : { ...plain(error), description: String(error) };
    return write({ exceptionDetails: { exceptionId: 1, text: 'Uncaught', lineNumber: 0, columnNumber: 0, exception } });
  };
  const answerOf = (value, byValue) =>
    byValue
      ? write({ result: value === undefined ? { type: 'undefined' } : { type: typeof value, value } })
      : write({ result: plain(value) });
  const argument = (given) => {
    if (given.object !== undefined) return home.objects.get(given.object);
    switch (given.unserializableValue) {
      case undefined: return given.value;
      case '-0': return -0;
      case 'NaN': return Number.NaN;
      case 'Infinity': return Number.POSITIVE_INFINITY;
      case '-Infinity': return Number.NEGATIVE_INFINITY;
      default: return BigInt(given.unserializableValue.slice(0, -1));
    }
  };
  home.call = ({ id, self, args, byValue, awaits, waitMs, seen, released }, callee, compiled, done) => {
    for (const old of seen) home.calls.delete(old);
    for (const old of released) home.objects.delete(old);
    const call = {};
    home.calls.set(id, call);
    const settle = (answer) => {
      call.answer = answer;
      call.wake?.();
    };
    try {
      const given = args.map(argument);
      // Only until all of them have been asked for: what a client evaluates may call eval itself.
      const native = window.eval;
      const written = new Map(compiled);
      if (written.size > 0) {
        window.eval = (text) => {
          const made = written.get(text);
          if (!made) return native(text);
          written.delete(text);
          if (written.size === 0) window.eval = native;
          return made();
        };
      }
      let value;
      try {
        value = callee.apply(self === undefined ? undefined : home.objects.get(self), given);
      } finally {
        window.eval = native;
      }
      if (awaits && value !== null && typeof value === 'object' && typeof value.then === 'function') {
        value.then((made) => settle(answerOf(made, byValue))).catch((error) => settle(thrown(error)));
        const timer = later(() => {
          call.wake = undefined;
          done('{"pending":true}');
        }, waitMs);
        call.wake = () => {
          never(timer);
          done(call.answer);
        };
        return;
      }
      settle(answerOf(value, byValue));
    } catch (error) {
      settle(thrown(error));
    }
    done(call.answer);
  };
}`;

export interface Call {
  /** How the call is known in the page until its answer has come here. */
  id: string;
  /** What `this` is, by its reference. */
  self?: string;
  args: readonly { object?: string; value?: unknown; unserializableValue?: string }[];
  byValue: boolean;
  /** Whether a promise is waited for; the answer is `{pending: true}` while it is not settled after `waitMs`. */
  awaits: boolean;
  waitMs: number;
  /** Earlier calls whose answers have come. */
  seen: readonly string[];
  /** References to objects that nobody asks for any more. */
  released: readonly string[];
}

export interface CallText {
  key: string;
  token: string;
  /** The source of the function that is called. */
  callee: string;
  /** Expressions that the function compiles from strings. */
  compiled: readonly string[];
  /** Whether the home may be bare still. */
  isFirst: boolean;
}

/** A script that calls a function in the document of `token`, with a `Call` as its argument; it ends by a callback. */
export function callScript({ key, token, callee, compiled, isFirst }: CallText): string {
  const name = JSON.stringify(key);
  const written = compiled.map((source) => `[${JSON.stringify(source)}, () => (${source}\n)]`);
  return `
const __done = arguments[arguments.length - 1];
const __home = document[${name}];
if (__home?.token !== ${JSON.stringify(token)}) return __done('{"gone":true}');
${isFirst ? `if (!__home.call) (${FURNISH})(__home);` : ''}
if (!__home.call) return __done('{"bare":true}');
__home.call(arguments[0], (${callee}\n), [${written}], __done);`;
}

/** Functions that stand for methods of CDP, by what they do; each is called with the object that it is about. */
export const ON_OBJECT = {
  /** Where the boxes of a node are, as quads within its own frame. */
  quads: `(node) => {
    let boxes = node;
    if (!node.getClientRects) {
      boxes = node.ownerDocument.createRange();
      boxes.selectNodeContents(node);
    }
    return [...boxes.getClientRects()].map(({ left, top, right, bottom }) => [left, top, right, top, right, bottom, left, bottom]);
  }`,
  box: `(node) => {
    if (!node.getClientRects?.().length) return null;
    const { left, top, right, bottom } = node.getBoundingClientRect();
    return [left, top, right, top, right, bottom, left, bottom];
  }`,
  scroll: `(node, rect) => {
    if (!node.isConnected) return 'Node is detached from document';
    const element = node.nodeType === 1 ? node : node.parentElement;
    const boxes = element?.getClientRects() ?? [];
    if (boxes.length === 0) return 'Node does not have a layout object';
    const isSeen = (box) => {
      const inset = rect
        ? { left: box.left + rect.x, top: box.top + rect.y, right: box.left + rect.x + rect.width, bottom: box.top + rect.y + rect.height }
        : box;
      if (inset.left < 0 || inset.top < 0 || inset.right > innerWidth || inset.bottom > innerHeight) return false;
      for (let above = element.parentElement; above; above = above.parentElement) {
        if (getComputedStyle(above).overflow === 'visible') continue;
        const clip = above.getBoundingClientRect();
        if (above === document.documentElement || above === document.body) continue;
        if (inset.left < clip.left - 1 || inset.top < clip.top - 1 || inset.right > clip.right + 1 || inset.bottom > clip.bottom + 1) return false;
      }
      return window === window.parent;
    };
    if (!isSeen(element.getBoundingClientRect())) element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
    return null;
  }`,
  /** Its own frame where the object is an iframe or a whole document, by the key of homes. */
  frame: `(node, key) => {
    const home = document[key];
    if (home.frameIds.has(node)) return home.frameIds.get(node);
    const of = node.ownerDocument;
    if (!of || node !== of.documentElement) return null;
    if (of === document) return '';
    for (const [id, element] of home.frames) if (element.contentDocument === of) return id;
    return null;
  }`,
} as const;
