// What the recorder uses of the platform, taken before any script of the page ran: a page that redefines JSON, Date or
// setTimeout changes nothing here.

const { apply } = Reflect;

/** `method` as a function whose first argument is its `this`; later changes of `call` and `apply` do not matter. */
function uncurried<This, Args extends unknown[], Result>(
  method: (this: This, ...args: Args) => Result,
): (self: This, ...args: Args) => Result {
  return (self, ...args) => apply(method, self, args);
}

/** The getter of an accessor, as a function of the object. */
function getterOf<Owner extends object, Name extends keyof Owner & string>(
  owner: Owner,
  name: Name,
): (self: Owner) => Owner[Name] {
  const get = Reflect.getOwnPropertyDescriptor(owner, name)?.get;
  // An accessor of the platform gives what its interface says; without one there is nothing to be pristine.
  return get ? (self) => apply(get, self, []) as Owner[Name] : (self) => self[name];
}

const { parse, stringify } = JSON;
const { now } = Date;
const timeout = AbortSignal.timeout.bind(AbortSignal);
const setTimer = globalThis.setTimeout.bind(globalThis);
const clearTimer = globalThis.clearTimeout.bind(globalThis);
const randomValues = crypto.getRandomValues.bind(crypto);
const postMessage = uncurried(globalThis.postMessage as (message: unknown, origin: string) => void);
const addEventListener = uncurried(EventTarget.prototype.addEventListener);
const removeEventListener = uncurried(EventTarget.prototype.removeEventListener);
const functionToString = uncurried(Function.prototype.toString);

export const pristine = {
  // Classes.
  ErrorEvent: globalThis.ErrorEvent,
  MutationObserver: globalThis.MutationObserver,
  PerformanceObserver: globalThis.PerformanceObserver,
  Headers: globalThis.Headers,
  forEachHeader: uncurried(Headers.prototype.forEach),
  Request: globalThis.Request,
  TextDecoder: globalThis.TextDecoder,
  URL: globalThis.URL,

  // Time.
  /** A timer that no page can clear by trying all numbers, as some do. */
  after(ms: number, task: () => void): void {
    addEventListener(timeout(ms), 'abort', task);
  },
  clearTimeout: (id: number) => clearTimer(id),
  now: () => now(),
  performanceNow: performance.now.bind(performance),
  queueMicrotask: globalThis.queueMicrotask.bind(globalThis),
  setTimeout: (task: () => void, ms: number): number => setTimer(task, ms),

  // Objects.
  apply,
  defineProperty: Reflect.defineProperty,
  functionToString,
  getOwnPropertyDescriptor: Reflect.getOwnPropertyDescriptor,
  parse: (text: string): unknown => parse(text),
  setPrototypeOf: Reflect.setPrototypeOf,
  stringify: (value: unknown): string => stringify(value),
  // biome-ignore lint/suspicious/noThenProperty: nobody awaits this record
  then: uncurried(Promise.prototype.then) as <Value>(
    promise: Promise<Value>,
    onValue: (value: Value) => Value,
    onError: (error: unknown) => never,
  ) => Promise<Value>,
  randomId(): string {
    const bytes = randomValues(new Uint8Array(10));
    let text = '';
    for (let index = 0; index < bytes.length; index += 1) text += ((bytes[index] ?? 0) & 31).toString(32);
    return text;
  },

  // Windows.
  /** A page can set `parent` to anything. */
  parent: globalThis.parent,

  // Events and messages.
  messageData: getterOf(MessageEvent.prototype, 'data'),
  messageSource: getterOf(MessageEvent.prototype, 'source'),
  postMessage: (target: Window, message: unknown) =>
    postMessage(target as Window & typeof globalThis, message, '*'),
  stopImmediatePropagation: uncurried(Event.prototype.stopImmediatePropagation),
  /** Listens before the page does: in the capturing phase. Twice the same is once. */
  on(target: EventTarget, type: string, listener: (event: Event) => void): void {
    addEventListener(target, type, listener, true);
  },
  off(target: EventTarget, type: string, listener: (event: Event) => void): void {
    removeEventListener(target, type, listener, true);
  },

  // The network.
  cloneResponse: uncurried(Response.prototype.clone),
};
