import { Fault } from "../model/index.ts";
import { openFilesLimit, systemFault } from "../platform/machine/index.ts";
import { commandsAsRunHere } from "./program-name.ts";
import { paint } from "./screen/style.ts";
import { jsonText, plain, plainLines } from "./screen/text.ts";
import { styleFor, type Surroundings } from "./surroundings.ts";

/** Reports an error on stderr: cause, place, next step; as RFC 9457 problem JSON if the command runs with `--json`. */
export async function reportFailure(surroundings: Surroundings, thrown: unknown, json: boolean): Promise<void> {
  const error = systemFault(thrown, openFilesLimit()) ?? thrown;
  if (json) {
    const { problemOf } = await import("../server/index.ts");
    const problem = problemOf(error);
    const known = { ...problem, next: commandsAsRunHere(problem.next, surroundings.program) };
    const detail = error instanceof Fault ? known : { ...known, detail: messageOf(error), next: unforeseenNext };
    surroundings.stderr.write(`${jsonText(detail)}\n`);
    return;
  }
  const style = styleFor(surroundings.stderr, surroundings);
  const head = paint("bad", "error:", style);
  if (error instanceof Fault) {
    const message = plainLines(error.message);
    const place =
      error.place === undefined || message.includes(plain(error.place)) ? "" : `  at:   ${plain(error.place)}\n`;
    surroundings.stderr.write(
      `${head} ${message}\n${place}  next: ${plainLines(commandsAsRunHere(error.next, surroundings.program))}\n`,
    );
    return;
  }
  surroundings.stderr.write(`${head} ${plainLines(messageOf(error))}\n  next: ${unforeseenNext}\n`);
  if ((surroundings.env["PORTOLAN_DEBUG"] ?? "") !== "" && error instanceof Error) {
    surroundings.stderr.write(`${plainLines(error.stack ?? "")}\n`);
  }
}

const unforeseenNext =
  "This error was not expected. Run the command again with PORTOLAN_DEBUG=1, and report its output.";

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
