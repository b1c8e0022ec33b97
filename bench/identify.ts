import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import type { Answer, Result, Row } from "./identify-inside.ts";
import { machineDescription } from "./machine.ts";
import { inNamespace } from "./run-servers.ts";
import { SERVERS } from "./servers.ts";

const PAGE = new URL("../docs/benchmarks/identify.md", import.meta.url);
const INSIDE = new URL("./identify-inside.ts", import.meta.url).pathname;

type Judgement = "product and version" | "product" | "service" | "wrong" | "nothing";

/** The same rule for both: an incorrect product or version is wrong, whatever else is right. */
function judge({ name, truth }: Row, { service, product, version }: Answer): Judgement {
  const server = SERVERS.find((each) => each.name === name);
  const text = `${service} ${product} ${version}`.toLowerCase();
  if (server === undefined || product === "Golang net/http server") return "service";
  if (text.trim() === "" || service === "tcpwrapped") return "nothing";
  const isService = server.service.test(service.toLowerCase());
  if (!server.product.test(text)) return product === "" && isService ? "service" : "wrong";
  // "9.6.0 or later" is not a version.
  const said = / or later/.test(version) ? "" : (/\d+(?:\.\w+)+/.exec(version.replace(/^5\.5\.5-/, ""))?.[0] ?? "");
  if (said === "") return "product";
  return truth === said || truth.startsWith(`${said}.`) || said.startsWith(truth) ? "product and version" : "wrong";
}

const ORDER: readonly Judgement[] = ["product and version", "product", "service", "wrong", "nothing"];
const shown = ({ service, product, version }: Answer): string =>
  [service, product, version]
    .filter((part) => part !== "")
    .join(" · ")
    .replaceAll("|", "\\|") || "-";

/**
 * Real servers from Debian packages in a network namespace, identified by Portolan and by `nmap -sV` in the same run.
 */
export async function run(): Promise<void> {
  const inside = inNamespace(INSIDE, []);
  const { rows, seconds } = JSON.parse(inside.stdout.toString()) as Result;
  const count = (of: (row: Row) => Answer, judgement: Judgement): number =>
    rows.filter((row) => judge(row, of(row)) === judgement).length;
  const lines = [
    "# Identification",
    "",
    "Written by `npm run bench -- identify`: servers of Debian packages, each started with a small configuration on",
    "loopback in a network namespace of its own, identified in one run by Portolan and then by `nmap -sV`. The truth is the",
    "upstream version of the installed package. Both are judged alike: an incorrect product or version is wrong; a version",
    "that is a leading part of the true one (2.4 of 2.4.2) is right. Portolan was tested with these servers while it",
    "was written, nmap 7.93 was not: the table shows what each can distinguish; it is not a contest of coverage.",
    "",
    ...machineDescription().map((line) => `- ${line}`),
    `- load average ${loadavg()[0]?.toFixed(1)} when it ended: other programs used the machine`,
    "",
    "|  | portolan | nmap -sV |",
    "| --- | --- | --- |",
    ...ORDER.map((each) => `| ${each} | ${count(({ ours }) => ours, each)} | ${count(({ nmap }) => nmap, each)} |`),
    `| seconds for all ${rows.length} | ${seconds.ours.toFixed(1)} | ${seconds.nmap.toFixed(1)} |`,
    `| endpoints a second | ${(rows.length / seconds.ours).toFixed(1)} | ${(rows.length / seconds.nmap).toFixed(1)} |`,
    "",
    "| server | truth | portolan | is | nmap -sV | is | seen besides |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...rows.map(
      (row) =>
        `| ${row.name}, port ${row.port} | ${row.truth} | ${shown(row.ours)} | ${judge(row, row.ours)} | ${shown(row.nmap)} | ${judge(row, row.nmap)} | ${row.detail} |`,
    ),
    "",
  ];
  writeFileSync(PAGE, lines.join("\n"));
  console.log(lines.join("\n"));
}
