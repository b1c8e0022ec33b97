import type { Command } from "commander";

/** What a text names that has to exist: a command, an option, a route, a variable or a page. */
export interface Known {
  readonly program: Command;
  /** `GET /api/v1/sweeps`, with parameters as `{id}`. */
  readonly routes: readonly string[];
  readonly variables: ReadonlySet<string>;
  exists(path: string): boolean;
}

/** Options of other programs that a remedy shows with their command. */
const OTHER_PROGRAMS = /\b(openssl|ssh|curl|docker|in a container|setcap|systemctl|nmap|masscan|naabu)\b[^.;]*/g;

/** The things that a text names and that do not exist. */
export function missingIn(text: string, known: Known): string[] {
  const own = text.replaceAll(OTHER_PROGRAMS, "");
  return [
    ...missingCommands(own, known),
    ...missingRoutes(own, known),
    ...[...own.matchAll(/\b(PORTOLAN_[A-Z_]+|DATABASE_URL)\b/g)]
      .map(([, name = ""]) => name)
      .filter((name) => !known.variables.has(name)),
    ...[...own.matchAll(/\bdocs\/[a-z/-]+\.md\b/g)].map(([path]) => path).filter((path) => !known.exists(path)),
  ];
}

function missingCommands(text: string, { program }: Known): string[] {
  const missing: string[] = [];
  const all = optionsBelow(program);
  let rest = text;
  for (const [whole, words = ""] of text.matchAll(
    /(?<![\w/.-])portolan((?: (?:[a-z][a-z-]*|--?[A-Za-z-]+|[A-Z]+|…)(?=[\s,.;:)`'"]|$))+)/g,
  )) {
    rest = rest.replace(whole, "");
    let command = program;
    for (const word of words.trim().split(" ")) {
      if (word.startsWith("-")) {
        if (!optionsOf(command).has(word)) missing.push(`portolan ${command.name()} ${word}`);
        continue;
      }
      const next = command.commands.find((each) => each.name() === word || each.aliases().includes(word));
      if (next !== undefined) command = next;
      // A group does nothing by itself, so the word after it has to be one of its commands.
      else if (/^[a-z]/.test(word) && (command === program || isGroup(command))) {
        missing.push(`portolan ${command === program ? "" : `${command.name()} `}${word}`);
        break;
      } else break;
    }
  }
  for (const [option] of rest.matchAll(/(?<![\w-])--[a-z][a-z-]+/g)) if (!all.has(option)) missing.push(option);
  return missing;
}

function isGroup(command: Command): boolean {
  return command.commands.length > 0 && !("_actionHandler" in command && command._actionHandler !== null);
}

function optionsOf(command: Command): Set<string> {
  const options = command.options.flatMap(({ short, long }) => [short, long].filter((each) => each !== undefined));
  return new Set([...options, "--help", "-h", ...(command.parent === null ? ["--version"] : [])]);
}

function optionsBelow(command: Command): Set<string> {
  return new Set([...optionsOf(command), ...command.commands.flatMap((each) => [...optionsBelow(each)])]);
}

function missingRoutes(text: string, { routes }: Known): string[] {
  return [...text.matchAll(/\b(GET|POST|PUT|PATCH|DELETE) (\/api\/v1\/[\w/{}-]+(?:\.json)?)/g)]
    .map(([, method = "", path = ""]) => `${method} ${path}`)
    .filter((named) => !routes.includes(named));
}
