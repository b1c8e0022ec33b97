import type { EngineReport } from "../../model/index.ts";
import type { Engine } from "../../sensing/scanner/index.ts";

/** Doubtful hosts that are named; of the others their number is kept. */
const NAMED_MOST = 100;

/** An engine that adds up what it says of its scans; what it learned of the networks is as it knew it last. `report` is undefined before the first of them has ended. */
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
