import type { Command } from "commander";

export type Shell = "bash" | "zsh" | "fish";

/** A command as its words after `portolan`, with the words that can follow it. */
interface Entry {
  readonly path: readonly string[];
  readonly words: readonly { readonly word: string; readonly about: string }[];
}

/** A script that completes commands and options, generated from the definitions of the commands. */
export function completionScript(shell: Shell, program: Command): string {
  const entries = entriesOf(program, []);
  switch (shell) {
    case "bash":
      return bash(entries);
    case "zsh":
      return zsh(entries);
    case "fish":
      return fish(entries);
  }
}

function entriesOf(command: Command, path: readonly string[]): Entry[] {
  const commands = command.commands.map((child) => ({ word: child.name(), about: child.summary() }));
  const options = command.options.map((option) => ({
    word: option.long ?? option.short ?? "",
    about: option.description,
  }));
  const help = { word: "--help", about: "show help" };
  return [
    { path, words: [...commands, ...options, help] },
    ...command.commands.flatMap((child) => entriesOf(child, [...path, child.name()])),
  ];
}

/** The case pattern of a path: `baseline approve`. The deepest path wins, so longer ones come first. */
function deepestFirst(entries: readonly Entry[]): Entry[] {
  return [...entries].sort((one, other) => other.path.length - one.path.length);
}

function bash(entries: readonly Entry[]): string {
  const cases = deepestFirst(entries).map(
    ({ path, words }) => `    "${[...path, ""].join(" ")}"*) words="${words.map(({ word }) => word).join(" ")}" ;;`,
  );
  return `# bash completion for portolan
_portolan() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" word words
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) path+="$word " ;; esac
  done
  case "$path" in
${cases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -o filenames -F _portolan portolan
`;
}

function zsh(entries: readonly Entry[]): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
  const cases = deepestFirst(entries).map(({ path, words }) => {
    const list = words.map(({ word, about }) => quoted(`${word.replaceAll(":", "\\:")}:${about}`)).join(" ");
    return `    (${quoted([...path, ""].join(" "))}*) options=(${list}) ;;`;
  });
  return `#compdef portolan
_portolan() {
  local given="" word
  local -a options
  for word in "\${(@)words[2,CURRENT-1]}"; do
    [[ $word == -* ]] || given+="$word "
  done
  case "$given" in
${cases.join("\n")}
  esac
  _describe 'portolan' options || _files
}
if [ "$funcstack[1]" = "_portolan" ]; then _portolan "$@"; else compdef _portolan portolan; fi
`;
}

function fish(entries: readonly Entry[]): string {
  const quoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  const lines = entries.flatMap(({ path, words }) => {
    const children = words.filter(({ word }) => !word.startsWith("-")).map(({ word }) => word);
    const seen = path.map((word) => `__fish_seen_subcommand_from ${word}`);
    const unseen = children.length === 0 ? [] : [`not __fish_seen_subcommand_from ${children.join(" ")}`];
    const condition = [...seen, ...unseen].join("; and ");
    return words.map(({ word, about }) =>
      word.startsWith("--")
        ? `complete -c portolan -n ${quoted(condition)} -l ${word.slice(2)} -d ${quoted(about)}`
        : `complete -c portolan -n ${quoted(condition)} -f -a ${word} -d ${quoted(about)}`,
    );
  });
  return `# fish completion for portolan\n${lines.join("\n")}\n`;
}
