// What the recorder uses of the platform, taken before any script of the page ran: a page that redefines JSON, Date or
// setTimeout changes nothing here.

const { stringify } = JSON;
const { apply } = Reflect;
const { now } = Date;

/** `method` as a function whose first argument is its `this`; later changes of `call` and `apply` do not matter. */
function uncurried<This, Args extends unknown[], Result>(
  method: (this: This, ...args: Args) => Result,
): (self: This, ...args: Args) => Result {
  return (self, ...args) => apply(method, self, args);
}

const addEventListener = uncurried(EventTarget.prototype.addEventListener);
const stopImmediatePropagation = uncurried(Event.prototype.stopImmediatePropagation);
const setTimer = globalThis.setTimeout.bind(globalThis);
const clearTimer = globalThis.clearTimeout.bind(globalThis);
const randomValues = crypto.getRandomValues.bind(crypto);
const functionToString = uncurried(Function.prototype.toString);

export const pristine = {
  MutationObserver: globalThis.MutationObserver,
  clearTimeout: (id: number) => clearTimer(id),
  functionToString,
  now: () => now(),
  postMessage: (target: Window, message: unknown) => target.postMessage(message, '*'),
  queueMicrotask: globalThis.queueMicrotask.bind(globalThis),
  randomId(): string {
    const bytes = randomValues(new Uint8Array(10));
    let text = '';
    for (const byte of bytes) text += (byte & 31).toString(32);
    return text;
  },
  setTimeout: (task: () => void, ms: number): number => setTimer(task, ms),
  stopImmediatePropagation,
  stringify: (value: unknown): string => stringify(value),
  /** Listens before the page does: in the capturing phase. */
  on(target: EventTarget, type: string, listener: (event: Event) => void): void {
    addEventListener(target, type, listener, true);
  },
};
