import type { EngineReport } from "../../model/index.ts";
import type { Engine } from "../../sensing/scanner/index.ts";

/** Doubtful hosts listed by name; the others are only counted. */
const NAMED_MOST = 100;

/**
 * An engine that adds up the reports of its scans and keeps the latest of what it learned about the networks. `report`
 * is undefined until the first scan has ended.
 */
export function reporting({ name, scan }: Engine): { readonly engine: Engine; report(): EngineReport | undefined } {
  let sum: EngineReport | undefined;
  return {
    engine: {
      name,
      async scan(request) {
        const report = await scan(request);
        const errors: Record<string, number> = { ...sum?.errors };
        for (const [code, count] of Object.entries(report.errors)) errors[code] = (errors[code] ?? 0) + count;
        sum = {
          engine: name,
          sent: (sum?.sent ?? 0) + report.sent,
          retried: (sum?.retried ?? 0) + report.retried,
          dropped: (sum?.dropped ?? 0) + (report.dropped ?? 0),
          errors,
          loss: rounded(report.loss, 6),
          ...(report.roundTrip === undefined ? {} : { roundTrip: rounded(report.roundTrip, 3) }),
          doubtful: {
            hosts: report.doubtful.length,
            endpoints: report.doubtful.reduce((total, { silent }) => total + silent, 0),
            first: report.doubtful.slice(0, NAMED_MOST),
          },
        };
        return report;
      },
    },
    report: () => sum,
  };
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
