import { Option, type Command } from "commander";
import { type ImportRequest, OPERATIONS } from "../../contract/index.ts";
import { createByteProgress } from "../byte-progress.ts";
import { asks } from "../command-permissions.ts";
import type { Context } from "../context.ts";
import { withFile } from "../files.ts";
import { present } from "../present.ts";
import { withOperations } from "../session.ts";
import type { ExitCode, Surroundings } from "../surroundings.ts";
import { showImport } from "../views/imports.ts";

interface ImportOptions {
  readonly vantage: string;
  readonly format: ImportRequest["format"];
  readonly ports?: string;
  readonly targets?: readonly string[];
  readonly thisMachine?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  portolan import night.xml                      nmap -oX: the file states
                                                 what was scanned
  portolan import outside.json --vantage outside masscan -oJ or -oL, naabu -json:
                                                 only the open ports
  portolan import outside.json --ports 1-1000 --targets 10.77.0.0/24
                                                 ... and you state what was
                                                 scanned

Exit codes: 0 recorded, 2 error (nothing was recorded), 3 the file is
incomplete; its results were recorded as partial.`;

export function addImport(program: Command, context: Context): void {
  asks(
    program
      .command("import")
      .summary("record the results of another scanner from its file")
      .description(
        "Reads a file of nmap, masscan or naabu, of any size, and records its results inside the scope, with the times of the file, for a separate vantage point. It opens and resolves no findings.",
      )
      .argument("<file>", "nmap XML (-oX), masscan JSON (-oJ, -oD) or list (-oL), naabu JSON lines (-json)")
      .option("--vantage <name>", "vantage point of the scan; never this installation's own", "import")
      .addOption(
        new Option("--format <format>", "the scanner that wrote the file; auto detects it from the content")
          .choices(["auto", "nmap", "masscan", "naabu"])
          .default("auto"),
      )
      .option("--ports <ports>", "masscan, naabu: the ports that you state were scanned, in nmap port syntax")
      .option(
        "--targets <target...>",
        "with --ports: the addresses, ranges, assets or targets that were scanned (default: the addresses in the file)",
      )
      .option("--this-machine", "the scan ran on this machine: its loopback addresses are those of the scope"),
    OPERATIONS.imports.run,
  )
    .addHelpText("after", EXAMPLES)
    .action((file: string, options: ImportOptions) => context.ends(importNow(context.surroundings, file, options)));
}

async function importNow(surroundings: Surroundings, file: string, options: ImportOptions): Promise<ExitCode> {
  const request: ImportRequest = {
    file,
    format: options.format,
    vantage: options.vantage,
    ports: options.ports,
    targets: options.targets ?? [],
    thisMachine: options.thisMachine,
    requestedBy: surroundings.user,
  };
  return withFile(surroundings, file, (content, size) =>
    withOperations(surroundings, "scope", async (operations) => {
      const progress = createByteProgress(surroundings.stderr, surroundings.clock, "reading", size);
      const counted = options.json === true ? content : progress.through(content);
      const result = await operations.imports.run(request, counted).finally(() => progress.end());
      present(surroundings, options.json, result, (page) => showImport(page, result));
      return result.sweep.verdict === "complete" ? 0 : 3;
    }),
  );
}
