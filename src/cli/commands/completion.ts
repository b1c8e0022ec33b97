import { Argument, type Command } from "commander";
import { completionScript, type Shell } from "../completion.ts";
import type { Context } from "../context.ts";

const EXAMPLES = `
Examples:
  source <(portolan completion bash)               # in ~/.bashrc
  portolan completion zsh > "\${fpath[1]}/_portolan"
  portolan completion fish > ~/.config/fish/completions/portolan.fish`;

export function addCompletion(program: Command, context: Context): void {
  program
    .command("completion")
    .summary("a completion script for bash, zsh or fish")
    .description("Prints a completion script for a shell.")
    .addArgument(new Argument("<shell>").choices(["bash", "zsh", "fish"]))
    .addHelpText("after", EXAMPLES)
    .action((shell: Shell) => {
      context.surroundings.stdout.write(completionScript(shell, program));
    });
}
