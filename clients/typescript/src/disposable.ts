// `await using` needs Symbol.asyncDispose, which some browsers do not have yet. Imported before any class that uses it.

// The type says it is always there.
const symbols: { asyncDispose?: symbol } = Symbol;

if (symbols.asyncDispose === undefined) {
  Object.defineProperty(Symbol, 'asyncDispose', { value: Symbol.for('Symbol.asyncDispose') });
}
