import type { Instant } from "../../model/index.ts";
import type { ServerOperations } from "../../contract/index.ts";
import { formatInstant } from "../../model/index.ts";
import { DAY, HOUR, type Calendar } from "./calendar.ts";
import { shadowAddress } from "./changes.ts";
import { baselineDocument, FIRST_PORTS, SEGMENTS, type DemoHost, type DemoSize } from "./company.ts";
import type { DemoPeople } from "./people.ts";

/** What a person of the company does at an instant, through the operations that everybody uses. */
export interface Act {
  readonly at: Instant;
  run(): Promise<void>;
}

export interface Stage {
  readonly operations: Pick<ServerOperations, "baseline" | "gaps" | "history">;
  readonly people: DemoPeople;
  /** Writes portolan.yaml with further declared hosts. */
  declare(hosts: readonly DemoHost[]): Promise<void>;
}

/** Portolan itself does not run in this time. */
export const outageOf = ({ at }: Calendar) => ({ from: at(17, 18), to: at(17, 18) + 63 * HOUR });

const METRICS = {
  segment: "app",
  service: "metrics",
  presence: "optional",
  justification: "metrics of the shop, CHG-1042",
} as const;

export function actsOf(size: DemoSize, calendar: Calendar, { operations, people, declare }: Stage): Act[] {
  const { at } = calendar;
  const temporary = {
    segment: "data",
    service: "smb",
    presence: "optional",
    expires: formatInstant(at(36, 0)),
    justification: "moving archives to the new store, CHG-1107",
  } as const;
  const decide = (when: Instant, approver: "grace@example.com" | "katherine@example.com", document: string): Act[] => [
    {
      at: when,
      run: () =>
        people.as("ada@example.com", async (by) => {
          await operations.baseline.submit({ document, file: "port-baseline.yaml" }, by);
        }),
    },
    {
      at: when + 3 * HOUR,
      run: () =>
        people.as(approver, async (by) => {
          await operations.baseline.approve({ document, file: "port-baseline.yaml", principal: by });
        }),
    },
  ];
  return [
    ...decide(at(2, 9), "grace@example.com", baselineDocument(FIRST_PORTS)),
    ...decide(at(8, 9), "grace@example.com", baselineDocument([...FIRST_PORTS, METRICS])),
    ...decide(at(30, 13), "katherine@example.com", baselineDocument([...FIRST_PORTS, METRICS, temporary])),
    { at: outageOf(calendar).to + 26 * HOUR, run: () => explain(calendar, operations, people) },
    { at: outageOf(calendar).to + 31 * HOUR, run: () => accept(calendar, operations, people) },
    {
      at: at(35, 10),
      run: () => declare([{ name: "dmz-campaign", address: shadowAddress(size), segment: "dmz" }]),
    },
  ].toSorted((a, b) => a.at - b.at);
}

/** Segments were swept at different times before and after it, so their gaps are not the same: each is explained. */
async function explain(calendar: Calendar, { gaps, history }: Stage["operations"], people: DemoPeople): Promise<void> {
  await people.as("ada@example.com", async (by) => {
    for (let turn = 0; turn < SEGMENTS.length; turn += 1) {
      const [gap] = await gapsLeft(calendar, history, "unexplainedSeconds");
      if (gap === undefined) return;
      await gaps.explain(
        {
          gap,
          cause: "maintenance",
          text: "The machine that runs Portolan was moved to another rack and started again two days later.",
          references: ["CHG-1063"],
          everything: true,
        },
        by,
      );
    }
  });
}

async function accept(calendar: Calendar, { gaps, history }: Stage["operations"], people: DemoPeople): Promise<void> {
  await people.as("grace@example.com", async (by) => {
    for (let turn = 0; turn < SEGMENTS.length; turn += 1) {
      const [gap] = await gapsLeft(calendar, history, "unsignedSeconds");
      if (gap === undefined) return;
      await gaps.signOff({ gap }, by);
    }
  });
}

/** The gaps of the outage that have any such time left. */
async function gapsLeft(
  calendar: Calendar,
  history: Stage["operations"]["history"],
  left: "unexplainedSeconds" | "unsignedSeconds",
): Promise<readonly string[]> {
  const { from, to } = outageOf(calendar);
  const { assets } = await history.gaps({ from, to: to + DAY });
  return assets
    .flatMap((asset) => asset.gaps)
    .flatMap(({ gap, [left]: seconds = 0 }) => (gap === undefined || seconds === 0 ? [] : [gap]));
}
