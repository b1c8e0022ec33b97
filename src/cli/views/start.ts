import { count, isRoutine } from "../../model/index.ts";
import type { AppEvent } from "../app-port.ts";
import type { Page } from "../screen/page.ts";
import { toned } from "../screen/style.ts";
import { utcAndLocal } from "../screen/time.ts";
import { endingText } from "./findings.ts";
import { listenerText } from "./listener.ts";

export interface StartFacts {
  readonly url: string;
  readonly tokenPath: string;
  /** The file of the proposed port baseline, if it still has to be approved. */
  readonly proposal?: string | undefined;
  readonly baselineVersion?: number | undefined;
}

/** The next steps of a first start, with the paths of the API and its token. */
export function showNextSteps(page: Page, facts: StartFacts): void {
  page.say`Console   ${facts.url}/`;
  page.say`API       ${facts.url}/api/v1/openapi.json`;
  page.say`Token     in ${facts.tokenPath}`;
  if (facts.baselineVersion !== undefined) page.say`Baseline  version ${String(facts.baselineVersion)} is in force`;
  page.blank();
  page.say`Next, in a second terminal:`;
  if (facts.proposal !== undefined) {
    page.say`  1. give each port in ${facts.proposal} an owner and a justification (or delete it), then run`;
    page.verbatim(`     portolan baseline approve ${facts.proposal} --by "YOUR NAME"`);
  }
  const first = facts.proposal === undefined ? 1 : 2;
  page.verbatim(`  ${first}. open a port:      node -e 'require("http").createServer().listen(8123)'`);
  page.verbatim(`  ${first + 1}. see what is open: portolan at now`);
  page.blank();
  page.say`Monitoring. Ctrl-C stops.`;
}

/** One line per event; nothing for an event without news. */
export function showEvent(page: Page, event: AppEvent): void {
  const now = toned("faint", utcAndLocal(new Date(page.style.now).toISOString(), page.style));
  switch (event.kind) {
    case "finding-opened":
    case "finding-regressed":
      page.say`${now} ${toned("bad", event.kind === "finding-opened" ? "FINDING" : "FINDING AGAIN")} #${String(event.finding.id)} ${event.finding.kind}: ${event.finding.summary}`;
      break;
    case "finding-resolved":
      page.say`${now} ${toned("good", "resolved")} #${String(event.finding.id)} ${event.finding.summary} (${event.finding.resolution ?? "no reason recorded"})`;
      break;
    case "finding-out-of-scope":
      page.say`${now} ${toned("warn", "out of scope")} #${String(event.finding.id)} ${event.finding.summary} (${endingText(event.finding) ?? ""})`;
      break;
    case "sweep-finished": {
      const { sweep, open, findings } = event.result;
      if (isRoutine(sweep.kind) && sweep.verdict === "complete") break;
      const verdict =
        sweep.verdict === "complete" ? "complete" : toned("warn", (sweep.verdict ?? "unfinished").toUpperCase());
      page.say`${now} sweep ${String(sweep.id)} (${sweep.kind}) ${verdict}: ${sweep.planned} endpoints, ${count(open.length)} open, ${findings.length} open findings${sweep.reason === undefined ? "" : `; ${sweep.reason}`}`;
      break;
    }
    case "target-attempted":
      break;
    case "listener-appeared":
    case "listener-vanished": {
      const { transport, address, port } = event.listener;
      // Every DNS query opens a new UDP port, so UDP listeners would flood the output.
      if (transport === "udp") break;
      const what = event.kind === "listener-appeared" ? "listening" : "no longer listening";
      const where = address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
      page.say`${now} ${toned("faint", `${what}: ${transport} ${where}, ${listenerText(event.listener)}`)}`;
      break;
    }
    case "decided":
      page.say`${now} ${toned("strong", event.text)}`;
      break;
    case "gap":
      page.say`${now} ${toned("warn", "GAP")} nobody looked from ${utcAndLocal(event.from, page.style)} to ${utcAndLocal(event.to, page.style)}: ${event.cause}`;
      break;
    case "log":
      page.say`${now} ${toned(event.level === "info" ? "plain" : event.level === "warn" ? "warn" : "bad", event.message)}`;
      break;
  }
}
