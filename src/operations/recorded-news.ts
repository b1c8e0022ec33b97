import { findingById } from "../judgement/findings/index.ts";
import { counted, type Finding } from "../model/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { logHead, readEntries } from "../record/evidence/index.ts";

/** The entries that report a finding's change, and what people see of them. */
export const FINDING_NEWS = [
  "finding-opened",
  "finding-regressed",
  "finding-resolved",
  "finding-out-of-scope",
] as const;
export type FindingNews = (typeof FINDING_NEWS)[number];

/** A decision in words, or a change of a finding, as the log has it: of this process or of another one. */
export type RecordedNews = { readonly decision: string } | { readonly kind: FindingNews; readonly finding: Finding };

/** Reads what the log gained since the last call, or at first since this one. */
export function createNewsReader(db: Db): () => Promise<RecordedNews[]> {
  let next = logHead(db).then(({ size }) => size);
  next.catch(() => undefined);
  return async () => {
    const { size } = await logHead(db);
    const first = await next;
    next = Promise.resolve(size);
    const news: RecordedNews[] = [];
    if (first >= size) return news;
    for await (const { type, body } of readEntries(db, { first, end: size })) {
      const { data } = JSON.parse(body) as { data: Readonly<Record<string, unknown>> };
      const kind = FINDING_NEWS.find((each) => each === type);
      const found = kind === undefined ? undefined : await findingById(db, Number(data["finding"]));
      if (kind !== undefined && found !== undefined) news.push({ kind, finding: found.finding });
      const decision = decisionText(type, data);
      if (decision !== undefined) news.push({ decision });
    }
    return news;
  };
}

function decisionText(type: string, data: Readonly<Record<string, unknown>>): string | undefined {
  const text = (field: string): string => {
    const value = data[field];
    return typeof value === "string" || typeof value === "number" ? String(value) : "?";
  };
  switch (type) {
    case "baseline-approved":
      return `port baseline version ${text("version")} is in force: ${counted(Number(data["authorizedPorts"]), "authorized port")}, approver: ${text("approvedBy")}`;
    case "scope-recorded":
      return `scope version ${text("version")} is in force: ${counted(Number(data["targets"]), "target")}, ${counted(Number(data["assets"]), "asset")}, recorded by ${text("recordedBy")}`;
    case "sensor-enrolled":
      return `sensor ${text("name")} is enrolled`;
    case "sensor-revoked":
      return `sensor ${text("name")} is revoked`;
    default:
      return undefined;
  }
}
