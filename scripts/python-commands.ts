// The Python client's methods, made from the command table: each method of Playwright that a command covers, on the class
// that has it, under the name and with the arguments that Playwright for Python gives it.

import type { CommandDefinition } from '../src/pages/command.ts';
import { LocatorSpec } from '../src/pages/locators.ts';
import { docstring, optional, pythonType, quoted, snakeCase, type WireSchema } from './python-types.ts';

/** A class of Playwright as it is in Python. */
interface Subject {
  name: string;
  base: 'AsyncHandle' | 'AsyncJSHandle' | 'AsyncSubject';
  /** The parameter that tells the server which one is meant; the object gives it itself. */
  own?: string;
  /** The property of a page that gives the only one there is. */
  property?: string;
  summary: string;
}

const SUBJECTS: Record<string, Subject> = {
  APIRequestContext: part(
    'AsyncAPIRequest',
    'request',
    'Requests from the server, with the cookies of the browser.',
  ),
  APIResponse: handle('AsyncAPIResponse', 'What a request from the server was answered.'),
  BrowserContext: part('AsyncContext', 'context', 'What all pages of a browser share.'),
  Clock: part('AsyncClock', 'clock', 'The time as the page sees it.'),
  Coverage: part('AsyncCoverage', 'coverage', 'Which scripts and styles are used.'),
  Dialog: part('AsyncDialog', 'dialog', 'The dialog that is open.'),
  Download: handle('AsyncDownload', 'A file that a page downloads.'),
  FileChooser: handle('AsyncFileChooser', 'A file chooser that a page has opened.'),
  Frame: {
    name: 'AsyncFrameCommands',
    base: 'AsyncSubject',
    own: 'frame',
    summary: 'Commands about a frame.',
  },
  JSHandle: handle('AsyncJSHandle', 'A JavaScript value, until its page goes elsewhere.'),
  ElementHandle: {
    ...handle('AsyncElementHandle', 'One element, until its page goes elsewhere.'),
    base: 'AsyncJSHandle',
  },
  Keyboard: part('AsyncKeyboard', 'keyboard', 'The keyboard of a page.'),
  Locator: {
    name: 'AsyncLocatorCommands',
    base: 'AsyncSubject',
    own: 'locator',
    summary: 'Commands about the elements that a locator finds.',
  },
  Mouse: part('AsyncMouse', 'mouse', 'The mouse of a page.'),
  Page: { name: 'AsyncPageCommands', base: 'AsyncSubject', summary: 'Commands about a page.' },
  Request: handle('AsyncRequest', 'A request that a page made.'),
  Response: handle('AsyncResponse', 'What a request of a page was answered.'),
  Touchscreen: part('AsyncTouchscreen', 'touchscreen', 'The touch screen of a page.'),
  Tracing: part('AsyncTracing', 'tracing', 'Recordings for the trace viewer of Playwright.'),
  Video: part('AsyncVideo', 'video', 'The video of a page.'),
  WebSocket: handle('AsyncWebSocket', 'A WebSocket that a page has opened.'),
  Worker: handle('AsyncWorker', 'A worker of a page.'),
  localStorage: part('AsyncLocalStorage', 'local_storage', 'What the origin of the page keeps.'),
  sessionStorage: part('AsyncSessionStorage', 'session_storage', 'What the origin keeps in this tab.'),
};

function part(name: string, property: string, summary: string): Subject {
  return { name, base: 'AsyncSubject', property, summary };
}

function handle(name: string, summary: string): Subject {
  return { name, base: 'AsyncHandle', own: 'handle', summary };
}

/** Methods that are written by hand, because they take more than one command or none. */
const BY_HAND = new Set(['Page.close', 'Page.url']);

/** Options that Playwright for Python also takes by position, behind what is required. */
const POSITIONAL = new Set([
  'arg',
  'eventInit',
  'geolocation',
  'state',
  'urls',
  'viewportSize',
  'waitForRequest.url',
  'waitForResponse.url',
]);

/** Where the name in Python is not the name in snake_case. */
const METHOD_NAMES: Record<string, string> = {
  $: 'query_selector',
  $$: 'query_selector_all',
  $$eval: 'eval_on_selector_all',
  $eval: 'eval_on_selector',
};

/** The text of moorage/_async/commands.py. */
export function renderCommands(commands: readonly CommandDefinition[], notice: string): string {
  const methods = commands.flatMap((command) => placesOf(command).map((place) => ({ ...place, command })));
  const classes = Object.entries(SUBJECTS)
    .map(([owner, subject]) => ({
      owner,
      subject,
      methods: methods
        .filter((method) => method.owner === owner && !BY_HAND.has(`${owner}.${method.name}`))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    }))
    .filter((each) => each.methods.length > 0);
  const parts = classes.flatMap(({ subject }) => (subject.property ? [subject] : []));
  const reads = commands.filter(({ effect }) => effect === 'read').map(({ action }) => action);
  return [
    `"""The methods of Playwright, each of them one command. ${notice}"""`,
    '',
    'from __future__ import annotations',
    '',
    'from typing import Any, Dict, List, Literal, Mapping, Optional, Sequence, Type, Union, overload',
    '',
    'from .._wire import LocatorLike, TextMatch, chosen, null_text, or_null, picture_type, placed, source',
    'from ..commands import Retry',
    'from .subject import AsyncCommander, AsyncHandle, AsyncSubject, File, Files, Path',
    '',
    '#: Commands that change nothing, so that they are sent again when their answer was lost.',
    'READS = frozenset(',
    '    {',
    ...reads.sort().map((action) => `        ${quoted(action)},`),
    '    }',
    ')',
    '',
    '',
    classes
      .map(({ owner, subject, methods: own }) =>
        [
          `class ${subject.name}(${subject.base}):\n${docstring(subject.summary, '    ')}`,
          ...(owner === 'Page' ? parts.map(renderPart) : []),
          ...renderMembers(subject, commands),
          ...own.map(({ command, name }) => renderMethod(subject, command, name)),
        ].join('\n\n'),
      )
      .join('\n\n\n'),
    '',
    '',
    EVENT_VALUES,
    '',
  ].join('\n');
}

interface Place {
  /** The class of Playwright. */
  owner: string;
  /** Its method. */
  name: string;
}

/**
 * The methods that a command is: those that it covers under its own name. What it covers besides is told by members of
 * what it gives. Commands of Moorage itself, which Playwright does not have, are the page's.
 */
function placesOf({ action, covers }: CommandDefinition): Place[] {
  const ownName = action.replace(/^.*\./, '');
  const places = covers
    .map((cover) => {
      const [owner = '', name = ''] = cover.split(/\.(.*)/);
      return { owner, name };
    })
    .filter(({ owner, name }) => owner in SUBJECTS && name === ownName);
  if (places.length > 0) return places;
  const prefix = action.includes('.') ? action.slice(0, -ownName.length - 1) : 'page';
  return [{ owner: OWNERS[prefix.toLowerCase()] ?? 'Page', name: ownName }];
}

/** The classes by the first part of an action. */
const OWNERS: Record<string, string> = {
  apirequest: 'APIRequestContext',
  context: 'BrowserContext',
  ...Object.fromEntries(Object.keys(SUBJECTS).map((owner) => [owner.toLowerCase(), owner])),
};

function renderPart({ name, property, summary }: Subject): string {
  return [
    '    @property',
    `    def ${property}(self) -> "${name}":`,
    docstring(summary, '        '),
    `        return ${name}(self._commander, self._own)`,
  ].join('\n');
}

/** What the server told of a thing when it gave its handle, as properties. */
function renderMembers({ name }: Subject, commands: readonly CommandDefinition[]): string[] {
  const views = commands.flatMap((command) => membersOf(command.result as WireSchema)); // TypeBox schemas are JSON Schema
  const view = views.find((each) => handleClassOf(each, '') === name);
  if (!view || view.properties?.kind) return [];
  return Object.entries(view.properties ?? {})
    .filter(([member]) => member !== 'handle')
    .map(([member, schema]) => {
      const handleClass = handleClassOf(schema, '');
      const type = handleClass ? `"${handleClass}"` : pythonType(schema);
      const value = `self.data[${quoted(member)}]`;
      return [
        '    @property',
        `    def ${snakeCase(member)}(self) -> ${type}:`,
        ...(handleClass
          ? [`        return ${handleClass}.of(self._commander, ${value})`]
          : [`        value: ${type} = ${value}`, '        return value']),
      ].join('\n');
    });
}

interface Argument {
  python: string;
  type: string;
  kind: 'keyword' | 'option' | 'required';
  /** Its member of the parameters, and what becomes it. */
  wire?: { name: string; value: string };
}

function renderMethod(subject: Subject, command: CommandDefinition, method: string): string {
  const schema = command.params as WireSchema; // TypeBox schemas are JSON Schema
  const known = argumentsOf(subject, method, schema);
  const ordered = [
    ...known.filter(({ kind }) => kind === 'required'),
    ...known.filter(({ kind }) => kind === 'option'),
    ...known.filter(({ kind }) => kind === 'keyword').sort((a, b) => (a.python < b.python ? -1 : 1)),
  ];
  const result = resultOf(command.result as WireSchema, method); // as above
  const name = METHOD_NAMES[method] ?? snakeCase(method);
  const own = subject.own === undefined || subject.own in (schema.properties ?? {}) ? '' : 'own=False';
  const members = [
    ...('locator' in (schema.properties ?? {}) && subject.own !== 'locator' && isPlace(schema)
      ? ['**placed(selector)']
      : []),
    ...ordered.flatMap(({ wire }) => (wire ? [`${quoted(wire.name)}: ${wire.value}`] : [])),
  ];
  const sending = call(`self.${result.file ? '_send' : '_result'}`, [
    quoted(command.action),
    members.length > 0 ? `{${members.join(', ')}}` : '{}',
    // A command that is to take its time has to have some more.
    isTimed(schema) ? 'timeout + 5_000' : 'timeout',
    'retry',
    ...(own ? [own] : []),
  ]);
  const signature = (types: Record<string, string>, returned: string) =>
    signatureOf(
      name,
      [...(result.file ? [fileArgument(types.path ?? 'Optional[Path]')] : []), ...ordered],
      returned,
    );
  return [
    ...(result.file
      ? [
          `    @overload\n${signature({ path: 'Path' }, result.file.path)} ...`,
          `    @overload\n${signature({ path: 'None' }, result.file.bytes)} ...`,
        ]
      : []),
    [
      signature({}, result.type),
      docstring(result.file ? `${command.summary} ${FILE_NOTE}` : command.summary, '        '),
      result.render(sending),
    ].join('\n'),
  ].join('\n\n');
}

const FILE_NOTE = 'With `path` it is written there and the path given, else its bytes.';

function fileArgument(type: string): Argument {
  return { python: type === 'Path' ? 'path: Path' : `path: ${type} = None`, type: '', kind: 'option' };
}

/** What the method takes: not what its object gives, nor how Moorage sends bytes. */
function argumentsOf(subject: Subject, method: string, schema: WireSchema): Argument[] {
  const required = new Set(schema.required);
  const isLocated = isPlace(schema);
  const isBytes = 'encoding' in (schema.properties ?? {});
  const skipped = new Set<string>([
    'timeout',
    ...(subject.own === undefined ? [] : [subject.own]),
    ...(subject.own === 'frame' ? [] : ['frame']),
    ...(isLocated ? ['locator', 'selector'] : []),
    ...(isLocated && subject.own === 'locator' ? ['strict'] : []),
    ...(isBytes ? ['encoding', 'name'] : []),
  ]);
  const selector: Argument[] =
    isLocated && subject.own !== 'locator'
      ? [{ python: 'selector', type: 'LocatorLike', kind: 'required' }]
      : [];
  const isSource = 'content' in (schema.properties ?? {}) && 'artifact' in (schema.properties ?? {});
  if (isSource) for (const name of ['content', 'artifact']) skipped.add(name);
  if (required.has('timeout')) skipped.delete('timeout');
  const rest = Object.entries(schema.properties ?? {})
    .filter(([name]) => !skipped.has(name))
    .flatMap(([name, member]) => argumentOf(method, name, member, required.has(name)));
  return [...selector, ...(isSource ? sourceOf(method) : []), ...rest];
}

/** The text of a script or style, or a file of this machine that holds it. */
function sourceOf(method: string): Argument[] {
  const python = method === 'addInitScript' ? 'script' : 'content';
  const wire = { name: 'content', value: `source(${python}, path)` };
  return [
    { python, type: 'Optional[str]', kind: 'option', wire },
    { python: 'path', type: 'Optional[Path]', kind: 'keyword' },
  ];
}

function argumentOf(method: string, name: string, schema: WireSchema, isRequired: boolean): Argument[] {
  if (name === 'values') return CHOICE;
  const python = snakeCase(name);
  const uploaded = UPLOADED[name];
  if (uploaded) {
    const wire = { name, value: `await self._uploaded(${uploaded.python})` };
    return [{ ...uploaded, ...(isRequired ? {} : { type: optional(uploaded.type), kind: 'option' }), wire }];
  }
  const isPictureType = name === 'type' && method === 'screenshot';
  const isPositional = POSITIONAL.has(name) || POSITIONAL.has(`${method}.${name}`);
  const type = parameterType(schema);
  const isNullable = type.startsWith('Optional[');
  // None is what is not given, so that null has to be said otherwise, as Playwright for Python does.
  const text = isNullable && !isRequired ? type.replace('Literal[', 'Literal["null", ') : type;
  const value = isNullable ? `${isRequired ? 'or_null' : 'null_text'}(${python})` : python;
  return [
    {
      python,
      type: isRequired ? type : optional(text),
      kind: isRequired ? 'required' : isPositional ? 'option' : 'keyword',
      wire: { name, value: isPictureType ? 'picture_type(type, path)' : value },
    },
  ];
}

/** Parameters that are files of the server, and in Python files of this machine. */
const UPLOADED: Record<string, Argument> = {
  artifact: { python: 'har', type: 'File', kind: 'required' },
  files: { python: 'files', type: 'Files', kind: 'required' },
};

/** As Playwright for Python says which options of a select to choose. */
const CHOICE: Argument[] = [
  {
    python: 'value',
    type: 'Union[None, str, Sequence[str]]',
    kind: 'option',
    wire: { name: 'values', value: 'chosen(value, index, label, element)' },
  },
  { python: 'index', type: 'Union[None, int, Sequence[int]]', kind: 'keyword' },
  { python: 'label', type: 'Union[None, str, Sequence[str]]', kind: 'keyword' },
  { python: 'element', type: 'Optional["AsyncElementHandle"]', kind: 'keyword' },
];

function isTimed({ required = [] }: WireSchema): boolean {
  return required.includes('timeout');
}

/** Whether the command says which element by a locator, or by a selector as pages take it. */
function isPlace({ properties = {} }: WireSchema): boolean {
  return 'locator' in properties && 'selector' in properties;
}

/** Callers may give any list and mapping, and locators and patterns as Python has them. */
function parameterType(schema: WireSchema): string {
  if (isLocator(schema)) return 'LocatorLike';
  const { items } = schema;
  if (items && !Array.isArray(items) && isLocator(items as WireSchema)) return 'Sequence[LocatorLike]';
  return pythonType(schema)
    .replaceAll('Union[str, Dict[str, Any]]', 'TextMatch')
    .replaceAll('List[', 'Sequence[')
    .replaceAll('Dict[', 'Mapping[');
}

/** Whether it is `LocatorSpec`, however it is described. */
function isLocator({ anyOf = [] }: WireSchema): boolean {
  const [selector, chain] = anyOf;
  return selector?.type === 'string' && JSON.stringify(chain) === LOCATOR_CHAIN;
}

const LOCATOR_CHAIN = JSON.stringify(LocatorSpec.anyOf[1]);

interface Result {
  type: string;
  /** What it gives with a path and without, where it is a file. */
  file?: { path: string; bytes: string };
  render(sending: string): string;
}

function resultOf(schema: WireSchema, method: string): Result {
  const members = membersOf(schema);
  if (method === 'waitForEvent' && members.some(({ patternProperties }) => patternProperties)) {
    const render = (sending: string) =>
      `        data = await ${sending}\n        return _event_value(self._commander, event, data)`;
    return { type: 'Any', render };
  }
  if (members.some(({ $ref }) => $ref === 'Artifact')) {
    const maybe = members.some(({ type }) => type === 'null') ? optional : (type: string) => type;
    const type = maybe('Union[str, bytes]');
    const render = (sending: string) =>
      `        fetched: ${type} = await self._file(await ${sending}, path)\n        return fetched`;
    return { type, file: { path: maybe('str'), bytes: maybe('bytes') }, render };
  }
  const handleClass = members
    .map((member) => handleClassOf(member, method))
    .find((found) => found !== undefined);
  const items = members.flatMap(({ items: each }) =>
    each && !Array.isArray(each) ? [each as WireSchema] : [],
  );
  const itemClass = items.map((item) => handleClassOf(item, method)).find((found) => found !== undefined);
  if (handleClass) {
    const isNullable = members.some(({ type }) => type === 'null');
    const making = `${handleClass}.${isNullable ? 'maybe' : 'of'}(self._commander, data)`;
    return {
      type: isNullable ? `Optional["${handleClass}"]` : `"${handleClass}"`,
      render: (sending) => `        data = await ${sending}\n        return ${making}`,
    };
  }
  if (itemClass) {
    const making = `[${itemClass}.of(self._commander, item) for item in data]`;
    return {
      type: `List["${itemClass}"]`,
      render: (sending) => `        data = await ${sending}\n        return ${making}`,
    };
  }
  const [value] = Object.values(schema.patternProperties ?? {});
  const valueClass = value && handleClassOf(value, method);
  if (valueClass) {
    const making = `{name: ${valueClass}.of(self._commander, value) for name, value in data.items()}`;
    return {
      type: `Dict[str, "${valueClass}"]`,
      render: (sending) => `        data = await ${sending}\n        return ${making}`,
    };
  }
  const type = pythonType(schema);
  if (type === 'None') return { type, render: (sending) => `        await ${sending}` };
  const render = (sending: string) =>
    type === 'Any'
      ? `        return await ${sending}`
      : `        result: ${type} = await ${sending}\n        return result`;
  return { type, render };
}

/** What a union may be, those within it included. */
function membersOf(schema: WireSchema): WireSchema[] {
  return schema.anyOf ? schema.anyOf.flatMap(membersOf) : [schema];
}

/** The class of what a handle names, by a member that only such things have. */
function handleClassOf({ properties }: WireSchema, method: string): string | undefined {
  if (!properties?.handle) return undefined;
  if (properties.kind) return GIVES_VALUES.has(method) ? 'AsyncJSHandle' : 'AsyncElementHandle';
  return Object.entries(TELLTALES).find(([member]) => member in properties)?.[1];
}

/** Methods whose handle may be of any value, and not of an element only. */
const GIVES_VALUES = new Set(['evaluateHandle', 'getProperties', 'getProperty', 'waitForFunction']);

/** The first that fits. */
const TELLTALES: Record<string, string> = {
  fromServiceWorker: 'AsyncResponse',
  isClosed: 'AsyncWebSocket',
  isMultiple: 'AsyncFileChooser',
  isNavigationRequest: 'AsyncRequest',
  statusText: 'AsyncAPIResponse',
  suggestedFilename: 'AsyncDownload',
  url: 'AsyncWorker',
};

/** What an event is about, where commands can ask more of it. */
const EVENT_CLASSES: Record<string, string> = {
  download: 'AsyncDownload',
  filechooser: 'AsyncFileChooser',
  request: 'AsyncRequest',
  requestfailed: 'AsyncRequest',
  requestfinished: 'AsyncRequest',
  response: 'AsyncResponse',
  serviceworker: 'AsyncWorker',
  websocket: 'AsyncWebSocket',
  worker: 'AsyncWorker',
};

const EVENT_VALUES = [
  '_EVENT_CLASSES: Dict[str, Type[AsyncHandle]] = {',
  ...Object.entries(EVENT_CLASSES).map(([event, name]) => `    ${quoted(event)}: ${name},`),
  '}',
  '',
  '',
  'def _event_value(commander: AsyncCommander, event: str, data: Any) -> Any:',
  docstring('What an event is about: an object that commands can be sent about, or data.', '    '),
  '    kind = _EVENT_CLASSES.get(event)',
  '    return data if kind is None or data is None else kind.of(commander, data)',
].join('\n');

function signatureOf(name: string, known: readonly Argument[], returned: string): string {
  const isKeyword = ({ kind }: Argument) => kind === 'keyword';
  const written = (argument: Argument) => {
    if (argument.type === '') return argument.python;
    return `${argument.python}: ${argument.type}${argument.kind === 'required' ? '' : ' = None'}`;
  };
  const list = [
    'self',
    ...known.filter((argument) => !isKeyword(argument)).map(written),
    '*',
    ...known.filter(isKeyword).map(written),
    ...(known.some(({ python }) => python === 'timeout') ? [] : ['timeout: Optional[float] = None']),
    'retry: Optional[Retry] = None',
  ];
  const line = `    async def ${name}(${list.join(', ')}) -> ${returned}:`;
  if (line.length <= 120) return line;
  return [`    async def ${name}(`, ...list.map((each) => `        ${each},`), `    ) -> ${returned}:`].join(
    '\n',
  );
}

/** A call, over several lines where it is long. */
function call(called: string, given: readonly string[]): string {
  const line = `${called}(${given.join(', ')})`;
  if (line.length <= 70) return line;
  const lines = given.flatMap((each) =>
    each.startsWith('{') && each.length > 100
      ? [
          '            {',
          ...each
            .slice(1, -1)
            .split(/, (?=["*])/)
            .map((member) => `                ${member},`),
          '            },',
        ]
      : [`            ${each},`],
  );
  return [`${called}(`, ...lines, '        )'].join('\n');
}
