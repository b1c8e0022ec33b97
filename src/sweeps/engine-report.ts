import type { EngineReport } from "../model/index.ts";
import type { Engine } from "../scanner/index.ts";

/** An engine that adds up what it says of its scans. `report` is undefined before the first of them has ended. */
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
        };
        return report;
      },
    },
    report: () => sum,
  };
}
