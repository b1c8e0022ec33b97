import { counted, formatDuration } from "../../model/index.ts";
import type { StatusResult } from "../../contract/index.ts";
import type { Page } from "../screen/page.ts";
import { toned } from "../screen/style.ts";
import { utcAndLocal } from "../screen/time.ts";

type Points = NonNullable<StatusResult["vantagePoints"]>;
type Sample = NonNullable<Points[number]["sample"]>;

/** How long a port that opens on a host without a sensor takes to be found, from each vantage point that samples. */
export function showSamples(page: Page, points: Points): void {
  for (const { name, sample } of points) {
    if (sample === undefined) continue;
    const from = points.length < 2 ? "" : ` from ${name}`;
    const { mostUsed } = sample;
    page.say`Sample    ${counted(sample.hosts, "host")}${from}: a new port among the ${mostUsed.ports} most used is found after ${delay(mostUsed)}${shortOf(mostUsed.kept, `the rate allows no round in less than ${duration(mostUsed.every)}`)}`;
    for (const [text, names] of anyPort(sample))
      page.say`          any other TCP port of ${names.join(", ")} after ${text}`;
    if (!sample.late) continue;
    page.say`          ${toned("bad", "NOT KEPT NOW:")} ${sample.latest === undefined ? "no slice was scanned yet" : `the latest slice began at ${utcAndLocal(sample.latest, page.style)}`}. Next: keep portolan start running.`;
  }
}

/** Targets with the same delays share a line. */
function anyPort({ targets }: Sample): Map<string, string[]> {
  const lines = new Map<string, string[]>();
  for (const { name, pass, kept, ...rest } of targets) {
    const text = `${delay(rest)}${shortOf(kept, `the rate allows no pass in less than ${duration(pass)}`)}`;
    lines.set(text, [...(lines.get(text) ?? []), name]);
  }
  return lines;
}

function delay({ mean, atMost }: { readonly mean: number; readonly atMost: number }): string {
  return `${duration(mean)} on average, ${duration(atMost)} at most`;
}

function shortOf(kept: boolean, why: string): string {
  return kept ? "" : `; ${why}`;
}

/** To the minute from ten minutes on. */
function duration(seconds: number): string {
  return formatDuration((seconds < 600 ? seconds : Math.ceil(seconds / 60) * 60) * 1_000);
}
