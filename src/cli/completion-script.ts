// Completion scripts, made from the tree of commands. They are static: a shell that completes starts nothing.

import type { Argument, Command, Option } from 'commander';

/** A place in a command line: the commands so far, and what may come next. */
interface Place {
  /** Such as `sessions list`; empty at the start. */
  path: string;
  words: Word[];
  values: Value[];
}

/** An option that takes a value, with what it may be. */
interface Value {
  flag: string;
  choices: readonly string[];
  isFile: boolean;
}

interface Word {
  word: string;
  description: string;
}

export function completionScript(shell: 'bash' | 'fish' | 'zsh', program: Command): string {
  const places = placesOf(program);
  switch (shell) {
    case 'bash':
      return bashScript(places);
    case 'fish':
      return fishScript(places);
    case 'zsh':
      return zshScript(places);
  }
}

function placesOf(
  command: Command,
  before: readonly string[] = [],
  inherited: readonly Option[] = [],
): Place[] {
  const options = command.createHelp().visibleOptions(command);
  const all = [...options, ...inherited];
  const commands = command.createHelp().visibleCommands(command);
  const choices = command.registeredArguments.flatMap(({ argChoices }: Argument) => argChoices ?? []);
  const place: Place = {
    path: before.join(' '),
    words: [
      ...commands.map((sub) => ({ word: sub.name(), description: sub.description() })),
      ...choices.map((word) => ({ word, description: '' })),
      ...all.flatMap((option) => flagsOf(option).map((word) => ({ word, description: option.description }))),
    ],
    values: all
      .filter(({ required, optional }) => required || optional)
      .flatMap((option) =>
        flagsOf(option).map((flag) => ({
          flag,
          choices: option.argChoices ?? [],
          isFile: /<(file|folder|name or zip)/.test(option.flags),
        })),
      ),
  };
  // `help` is made by commander on the fly and is no command of the tree.
  const below = command.commands.flatMap((sub) =>
    placesOf(sub, [...before, sub.name()], [...inherited, ...command.options]),
  );
  return [place, ...below];
}

function flagsOf({ short, long }: Option): string[] {
  return [long, short].filter((flag) => flag !== undefined);
}

// All three walk the words before the cursor, and step down whenever one is a command of the place where they are.

function bashScript(places: Place[]): string {
  const words = places.map(({ path, words }) => {
    const [commands, flags] = splitFlags(words);
    return `    '${path}') words='${namesIn(commands)}'; flags='${namesIn(flags)}' ;;`;
  });
  const values = branches(places, ({ choices, isFile }) =>
    isFile
      ? 'COMPREPLY=($(compgen -f -- "$cur"))'
      : `COMPREPLY=($(compgen -W '${choices.join(' ')}' -- "$cur"))`,
  );
  return `# Completion of moorage for bash. Made by: moorage completion bash
_moorage() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" at='' words='' flags='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at \${COMP_WORDS[i]}" in
      ${steps(places, '|')}) at="$at \${COMP_WORDS[i]}"; at="\${at# }" ;;
    esac
  done
  case "$at \${COMP_WORDS[COMP_CWORD-1]}" in
${values.join('\n')}
  esac
  case "$at" in
${words.join('\n')}
  esac
  case "$cur" in -*) words="$flags" ;; esac
  COMPREPLY=($(compgen -W "\${words:-$flags}" -- "$cur"))
}
complete -F _moorage moorage`;
}

function zshScript(places: Place[]): string {
  const items = (words: Word[]) =>
    words.map(({ word, description }) => quote(`${word.replaceAll(':', '\\:')}:${description}`)).join(' ');
  const words = places.map(({ path, words }) => {
    const [commands, flags] = splitFlags(words);
    return `    '${path}') words_here=(${items(commands)}); flags_here=(${items(flags)}) ;;`;
  });
  const values = branches(places, ({ choices, isFile }) =>
    isFile ? '_files' : `compadd -- ${choices.join(' ')}`.trimEnd(),
  );
  return `#compdef moorage
# Completion of moorage for zsh. Made by: moorage completion zsh
_moorage() {
  local at='' word
  local -a words_here flags_here
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$at $word" in
      ${steps(places, '|')}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at \${words[CURRENT-1]}" in
${values.join('\n')}
  esac
  case "$at" in
${words.join('\n')}
  esac
  if [[ "\${words[CURRENT]}" == -* || \${#words_here} == 0 ]]; then words_here=("\${flags_here[@]}"); fi
  _describe 'moorage' words_here
}
if [ "\${funcstack[1]}" = '_moorage' ]; then _moorage "$@"; else compdef _moorage moorage; fi`;
}

function fishScript(places: Place[]): string {
  const lines = places.flatMap(({ path, words, values }) =>
    words.map(({ word, description }) => {
      const condition = `-n "__moorage_at '${path}'"`;
      const about = description === '' ? '' : ` -d ${quote(description)}`;
      if (!word.startsWith('-')) return `complete -c moorage ${condition} -a ${word}${about}`;
      const name = word.startsWith('--') ? `-l ${word.slice(2)}` : `-s ${word.slice(1)}`;
      const value = values.find(({ flag }) => flag === word);
      const choices = value && value.choices.length > 0 ? ` -a '${value.choices.join(' ')}'` : '';
      return `complete -c moorage ${condition} ${name}${about}${value ? ` ${value.isFile ? '-rF' : '-x'}` : ''}${choices}`;
    }),
  );
  return `# Completion of moorage for fish. Made by: moorage completion fish
function __moorage_at
    set -l at
    for word in (commandline -opc)[2..-1]
        switch (string join ' ' -- $at $word)
            case ${steps(places, ' ', '')}
                set -a at $word
        end
    end
    test (string join ' ' -- $at | string collect --allow-empty) = "$argv[1]"
end
complete -c moorage -f
${lines.join('\n')}`;
}

/** The steps down from one place to the next, as patterns: the place, a space and the command. */
function steps(places: Place[], separator: string, atStart = ' '): string {
  return places
    .filter(({ path }) => path !== '')
    .map(({ path }) => `'${path.includes(' ') ? path : `${atStart}${path}`}'`)
    .join(separator);
}

/** What follows the options that take a value: a branch for each thing that `reply` says, over all places. */
function branches(places: Place[], reply: (value: Value) => string): string[] {
  const patterns = new Map<string, string[]>();
  for (const { path, values } of places) {
    for (const value of values) {
      const same = patterns.get(reply(value)) ?? [];
      patterns.set(reply(value), [...same, `'${path} ${value.flag}'`]);
    }
  }
  return [...patterns].map(([action, of]) => `    ${of.join('|')}) ${action}; return ;;`);
}

/** Commands and values, and apart from them the options, which are offered after a dash. */
function splitFlags(words: Word[]): [Word[], Word[]] {
  const isFlag = ({ word }: Word) => word.startsWith('-');
  return [words.filter((word) => !isFlag(word)), words.filter(isFlag)];
}

function namesIn(words: Word[]): string {
  return words.map(({ word }) => word).join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", '’')}'`;
}
