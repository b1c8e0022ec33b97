import type { Operations, Population, SampleResult } from "../contract/index.ts";
import { Fault, formatInstant, type Clock, type Instant } from "../model/index.ts";
import { draw, populationDigest, type Item } from "../proof/sampling/index.ts";

const DAY = 86_400_000;

type Request = Parameters<Operations["sample"]["draw"]>[0];

interface Candidate extends Item {
  readonly about: string;
  readonly asset?: string | undefined;
  readonly finding?: number | undefined;
}

interface Stated {
  readonly items: readonly Candidate[];
  readonly vantage?: string | undefined;
}

interface Sources extends Pick<Operations, "history" | "findings" | "baseline" | "continuity"> {
  readonly clock: Clock;
}

/** Samples for an auditor, each drawn from what another operation answers for the same period. */
export function createSample(sources: Sources): Operations["sample"] {
  return {
    async draw(request) {
      const to = request.to ?? sources.clock.now();
      const from = request.of === "endpoints" ? undefined : (request.from ?? to - 90 * DAY);
      if (from !== undefined && from >= to) {
        throw new Fault("config-invalid", "The period ends before it begins.", {
          place: "from",
          next: "Give a start that is before the end.",
        });
      }
      const { items, vantage } = await POPULATION_OF[request.of](sources, request, { from: from ?? to, to });
      return resultOf(request, { from, to, items, vantage });
    },
  };
}

function resultOf(
  { of, seed, size }: Request,
  { from, to, items, vantage }: Stated & { readonly from: Instant | undefined; readonly to: Instant },
): SampleResult {
  return {
    schema: "portolan.sample/1",
    of,
    ...(from === undefined ? {} : { from: formatInstant(from) }),
    to: formatInstant(to),
    ...(vantage === undefined ? {} : { vantage }),
    seed,
    size,
    population: items.length,
    populationSha256: populationDigest(items),
    method: "the smallest SHA-256 of seed, line feed, key",
    drawn: draw(items, size, seed).map(({ item: { key, about, asset, finding }, hash }) => ({
      key,
      sha256: hash,
      about,
      ...(asset === undefined ? {} : { asset }),
      ...(finding === undefined ? {} : { finding }),
    })),
  };
}

type PopulationOf = (
  sources: Sources,
  request: Request,
  period: { readonly from: Instant; readonly to: Instant },
) => Promise<Stated>;

const POPULATION_OF: Readonly<Record<Population, PopulationOf>> = {
  async endpoints({ history }, { vantage: named }, { to }) {
    const { assets, vantage } = await history.at({ at: to, vantage: named });
    const items = assets.flatMap(({ asset, open }) =>
      open.map(({ address, transport, port, since }) => ({
        key: `${address.includes(":") ? `[${address}]` : address}:${port}/${transport}`,
        about: `${asset}, open since ${since}`,
        asset,
      })),
    );
    return { items, vantage };
  },
  async findings({ findings }, { vantage }, { from, to }) {
    const found = await findings.all({ openedSince: from, openedUntil: to, vantage });
    return {
      items: found.findings.map(({ id, summary, openedAt, status }) => ({
        key: `finding ${id}`,
        about: `${summary}; opened ${openedAt}, ${status}`,
        finding: id,
      })),
      vantage,
    };
  },
  async approvals({ baseline }, _request, { from, to }) {
    const { versions } = await baseline.history();
    return {
      items: versions
        .filter(({ approvedAt }) => Date.parse(approvedAt) >= from && Date.parse(approvedAt) < to)
        .map(({ version, approvedBy, approvedAt, added, removed }) => ({
          key: `port baseline ${version}`,
          about: `approved by ${approvedBy} on ${approvedAt}: ${added} added, ${removed} removed`,
        })),
    };
  },
  async "target-days"({ continuity }, { vantage: named }, { from, to }) {
    const { targets, vantage } = await continuity.show({ from, to, timeZone: "UTC", vantage: named });
    const items = targets.flatMap(({ target, days }) =>
      days.map(({ date, disposition, sweeps }) => ({
        key: `${target} ${date}`,
        about: `${disposition}, ${sweeps} full ${sweeps === 1 ? "sweep" : "sweeps"}`,
      })),
    );
    return { items, vantage };
  },
};
