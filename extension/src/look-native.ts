// Functions of the platform that the recorder had to replace, made to look like those that they replace: same name, same
// length, `toString` that tells of native code, and errors that name no function of ours.

const sources = new WeakMap<object, string>();
const { toString: nativeToString } = Function.prototype;
const {
  apply,
  construct,
  defineProperty,
  deleteProperty,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  setPrototypeOf,
} = Reflect;
const { get, has, set } = WeakMap.prototype;
const isDisguised = (fn: object): boolean => apply(has, sources, [fn]);

const { honestToString } = {
  honestToString(this: unknown): string {
    return typeof this === 'function' && isDisguised(this)
      ? apply(get, sources, [this])
      : apply(nativeToString, this, []);
  },
};

/** Under which name the stacks of errors tell of this script. */
const OUR_FILE = fileIn(new Error().stack ?? '');
const PLACE = `${OUR_FILE.replaceAll(/\W/g, '\\$&')}:\\d+:\\d+\\)?`;
const OUR_PLACE = new RegExp(`${PLACE}$`);
/** The stack of `isCalledByNobody`, called by a function that nobody called. */
const OURS_ALONE = new RegExp(`^[^\\n]*(\\n[^\\n]*${PLACE}){2}\\n?$`);
const { exec } = RegExp.prototype;
const NativeError = Error;
/** Where errors do not have a stack of their own. */
const inheritedStack = getOwnPropertyDescriptor(Error.prototype, 'stack')?.get;

// biome-ignore lint/suspicious/noExplicitAny: a wrapper passes on whatever the page calls it with
type Method = (this: any, ...args: any[]) => any;

/**
 * Replaces the method `name` of `owner` by what `wrap` makes of it. Does nothing where there is no such method. Returns
 * what takes it back, where the page has not replaced it once more.
 */
export function replaceMethod<Owner extends object>(
  owner: Owner,
  name: keyof Owner & string,
  wrap: (original: Method) => Method,
): () => void {
  const descriptor = getOwnPropertyDescriptor(owner, name);
  if (typeof descriptor?.value !== 'function' || !descriptor.configurable) return () => {};
  const original = descriptor.value as Method; // a function, as just seen
  let wrapped = wrap(original);
  // A method of an object literal is no constructor, as native methods are none.
  const { disguised } = {
    disguised(...args: unknown[]) {
      try {
        return apply(wrapped, this, args);
      } catch (error) {
        throw withoutUs(error);
      }
    },
  } as { disguised: (...args: unknown[]) => unknown };
  disguise(disguised, original);
  defineProperty(owner, name, { ...descriptor, value: disguised });
  return () => {
    wrapped = original;
    if (getOwnPropertyDescriptor(owner, name)?.value === disguised) defineProperty(owner, name, descriptor);
  };
}

/** Calls `tell` with the object whenever a script has set its property `name`, an accessor of `owner`. */
export function afterSet<Owner extends object>(
  owner: Owner,
  name: keyof Owner & string,
  tell: (changed: Owner) => void,
): () => void {
  const descriptor = getOwnPropertyDescriptor(owner, name);
  const original = descriptor?.set;
  if (!original || !descriptor.configurable) return () => {};
  let isWatched = true;
  const { set: disguised } = getOwnPropertyDescriptor(
    {
      set watched(value: unknown) {
        apply(original, this, [value]);
        if (isWatched) tell(this as unknown as Owner); // the setter above accepted it
      },
    },
    'watched',
  ) as { set: (value: unknown) => void }; // as just written
  disguise(disguised, original);
  defineProperty(owner, name, { ...descriptor, set: disguised });
  return () => {
    isWatched = false;
    if (getOwnPropertyDescriptor(owner, name)?.set === disguised) defineProperty(owner, name, descriptor);
  };
}

/** A constructor that tells `made` of what it makes, and passes for the original in every other way. */
export function watchConstructor<Made extends object>(
  original: new (...args: unknown[]) => Made,
  made: (object: Made, args: unknown[]) => void,
): new (
  ...args: unknown[]
) => Made {
  const watched = new Proxy(original, {
    construct(target, args, newTarget) {
      let object: Made;
      try {
        object = construct(target, args, newTarget);
      } catch (error) {
        throw withoutUs(error);
      }
      made(object, args);
      return object;
    },
  });
  return disguise(watched, original);
}

/** Lets `fn` pass for `original`. */
export function disguise<Fn extends object>(fn: Fn, original: object): Fn {
  for (const name of ['name', 'length']) {
    const descriptor = getOwnPropertyDescriptor(original, name);
    if (descriptor) defineProperty(fn, name, descriptor);
  }
  apply(set, sources, [fn, apply(honestToString, original, [])]);
  return fn;
}

/** What has the method `name`: `object` itself, or what it inherits it from. */
export function ownerOf(object: object, name: string): object | undefined {
  let owner: object | null = object;
  while (owner !== null && getOwnPropertyDescriptor(owner, name) === undefined) owner = getPrototypeOf(owner);
  return owner ?? undefined;
}

/** The error as the page would see it had we not been between. */
export function withoutUs(error: unknown): unknown {
  if (!(error instanceof Error) || OUR_FILE === '') return error;
  try {
    const { stack } = error;
    if (typeof stack === 'string') {
      error.stack = stack
        .split('\n')
        .filter((line) => !isOurs(line))
        .join('\n');
    }
  } catch {
    // an error that may not be changed
  }
  return error;
}

/** Whether a line of a stack is of this script. */
export function isOurs(line: string): boolean {
  return OUR_FILE !== '' && OUR_PLACE.test(line);
}

/**
 * Whether no script but this one is at work: what the browser does by itself. To be asked by the function that the browser
 * calls. A page may have set how stacks are told, so that is put aside for a moment; where it cannot be, the answer is no.
 * It may have replaced every method, and give a script of its own the name of ours: so none is used that it could have
 * replaced, and there has to be no line too many.
 */
export function isCalledByNobody(): boolean {
  const preparation = getOwnPropertyDescriptor(NativeError, 'prepareStackTrace');
  const limit = getOwnPropertyDescriptor(NativeError, 'stackTraceLimit');
  const isTold = setOfErrors('prepareStackTrace', undefined) && setOfErrors('stackTraceLimit', 50);
  const error = isTold ? new NativeError() : undefined;
  const stack: unknown = error && (inheritedStack ? apply(inheritedStack, error, []) : error.stack);
  putBack('prepareStackTrace', preparation);
  putBack('stackTraceLimit', limit);
  return typeof stack === 'string' && apply(exec, OURS_ALONE, [stack]) !== null;
}

function setOfErrors(name: string, value: unknown): boolean {
  // It inherits nothing: a page could have put a `get` there.
  const descriptor = { __proto__: null, value, configurable: true, writable: true };
  return defineProperty(NativeError, name, descriptor);
}

function putBack(name: string, descriptor: PropertyDescriptor | undefined): void {
  if (!descriptor) deleteProperty(NativeError, name);
  else if (setPrototypeOf(descriptor, null)) defineProperty(NativeError, name, descriptor);
}

function fileIn(stack: string): string {
  const [, file = ''] = /\(?((?:[a-z-]+:\/\/|moorage)[^\s()]*?):\d+:\d+\)?$/m.exec(stack) ?? [];
  return file;
}

disguise(honestToString, nativeToString);
const descriptor = getOwnPropertyDescriptor(Function.prototype, 'toString');
defineProperty(Function.prototype, 'toString', { ...descriptor, value: honestToString });
