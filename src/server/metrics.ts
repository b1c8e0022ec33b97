import type { Figures } from "../contract/index.ts";
import type { Metric } from "./metrics-text.ts";

/** Figures of this process itself. */
export interface ProcessFigures {
  readonly residentBytes: number;
  readonly heapBytes: number;
  readonly uptimeSeconds: number;
  readonly eventStreams: number;
  readonly version: string;
}

type Counted = { readonly count: number };

/** The figures as metrics. Labels are kinds and states, never an address or an asset's name. */
export function metricsOf(figures: Figures, own: ProcessFigures): Metric[] {
  const { sweeps, looks, endpoints, findings, gaps, log, jobs } = figures;
  return [
    one("portolan_info", "Version of the server.", 1, { version: own.version }),
    many("portolan_sweeps", "Recorded sweeps by kind and verdict.", sweeps),
    many("portolan_looks", "Sweeps of every minute that saw nothing new.", looks),
    many("portolan_endpoints", "Endpoints by recorded state.", endpoints),
    many("portolan_findings", "Findings by kind and status.", findings),
    one("portolan_monitoring_gaps", "Recorded monitoring gaps.", gaps.count),
    one("portolan_monitoring_gap_seconds", "Total length of all recorded monitoring gaps.", gaps.seconds),
    one("portolan_log_entries", "Entries of the evidence log.", log.entries),
    one("portolan_log_signed_entries", "Entries that the latest checkpoint covers.", log.signed),
    many("portolan_queue_jobs", "Jobs of the queue by state.", jobs),
    one("portolan_database_seconds", "Duration of one trivial query.", figures.databaseSeconds),
    one("portolan_event_streams", "Open event streams.", own.eventStreams),
    one("process_resident_memory_bytes", "Resident memory of the server.", own.residentBytes),
    one("nodejs_heap_size_used_bytes", "Used heap of the server.", own.heapBytes),
    one("process_uptime_seconds", "Time since the server started.", own.uptimeSeconds),
  ];
}

function one(name: string, help: string, value: number, labels: Record<string, string> = {}): Metric {
  return { name, type: "gauge", help, samples: [{ labels, value }] };
}

function many(
  name: string,
  help: string,
  counted: readonly (Counted & Readonly<Record<string, string | number>>)[],
): Metric {
  return {
    name,
    type: "gauge",
    help,
    samples: counted.map(({ count, ...labels }) => ({ labels: labels as Record<string, string>, value: count })),
  };
}
