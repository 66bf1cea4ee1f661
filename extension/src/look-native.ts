// Functions of the platform that the recorder had to replace, made to look like those that they replace: same name, same
// length, and `toString` that tells of native code.

const sources = new WeakMap<object, string>();
const { toString: nativeToString } = Function.prototype;
const { apply, defineProperty, getOwnPropertyDescriptor } = Reflect;
const { get, has, set } = WeakMap.prototype;
const isDisguised = (fn: object): boolean => apply(has, sources, [fn]);

/** Replaces the method `name` of `owner` by what `wrap` makes of it. Does nothing where there is no such method. */
export function replaceMethod<Owner extends object>(
  owner: Owner,
  name: keyof Owner & string,
  // biome-ignore lint/suspicious/noExplicitAny: a wrapper passes on whatever the page calls it with
  wrap: (original: (this: any, ...args: any[]) => any) => (this: any, ...args: any[]) => any,
): void {
  const descriptor = getOwnPropertyDescriptor(owner, name);
  if (typeof descriptor?.value !== 'function' || !descriptor.configurable) return;
  const original = descriptor.value as (this: unknown, ...args: unknown[]) => unknown; // a function, as just seen
  const wrapped = wrap(original);
  // A method of an object literal is no constructor, as native methods are none.
  const { disguised } = {
    disguised(...args: unknown[]) {
      return apply(wrapped, this, args);
    },
  } as { disguised: (...args: unknown[]) => unknown };
  disguise(disguised, original);
  defineProperty(owner, name, { ...descriptor, value: disguised });
}

/** Calls `tell` with the object whenever a script has set its property `name`, an accessor of `owner`. */
export function afterSet<Owner extends object>(
  owner: Owner,
  name: keyof Owner & string,
  tell: (changed: Owner) => void,
): void {
  const descriptor = getOwnPropertyDescriptor(owner, name);
  const original = descriptor?.set;
  if (!original || !descriptor.configurable) return;
  const { set: disguised } = getOwnPropertyDescriptor(
    {
      set watched(value: unknown) {
        apply(original, this, [value]);
        tell(this as unknown as Owner); // the setter above accepted it
      },
    },
    'watched',
  ) as { set: (value: unknown) => void }; // as just written
  disguise(disguised, original);
  defineProperty(owner, name, { ...descriptor, set: disguised });
}

/** Lets `fn` pass for `original`. */
export function disguise(fn: object, original: object): void {
  for (const name of ['name', 'length']) {
    const descriptor = getOwnPropertyDescriptor(original, name);
    if (descriptor) defineProperty(fn, name, descriptor);
  }
  apply(set, sources, [fn, apply(nativeToString, original, [])]);
}

const { honestToString } = {
  honestToString(this: unknown): string {
    if (typeof this !== 'function') return apply(nativeToString, this, []);
    if (isDisguised(this)) return apply(get, sources, [this]);
    // rrweb replaces methods too, and notes what it replaced.
    const { __rrweb_original__: original } = this as { __rrweb_original__?: unknown };
    return typeof original === 'function'
      ? apply(honestToString, original, [])
      : apply(nativeToString, this, []);
  },
};
disguise(honestToString, nativeToString);
const descriptor = getOwnPropertyDescriptor(Function.prototype, 'toString');
defineProperty(Function.prototype, 'toString', { ...descriptor, value: honestToString });
