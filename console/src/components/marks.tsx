import {
  Circle,
  CircleCheck,
  CircleDashed,
  CircleHelp,
  CircleSlash,
  Diamond,
  Flame,
  OctagonAlert,
  Square,
  TriangleAlert,
} from "lucide-react";
import type { ReactNode } from "react";
import styles from "./marks.module.css";

/** How severities, states and verdicts look: an icon with a shape of its own, a word, and only then a colour. */

type Tone = "bad" | "warn" | "good" | "soft" | "plain";

export function Mark({
  tone,
  icon,
  children,
}: {
  readonly tone: Tone;
  readonly icon: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <span className={`${styles["mark"]} ${styles[tone]}`}>
      {icon}
      <span>{children}</span>
    </span>
  );
}

/** By its kind: to 3 low, to 6 medium, to 8 high. */
export function severityName(severity: number | undefined): "low" | "medium" | "high" | "very high" | "unrated" {
  if (severity === undefined) return "unrated";
  return severity <= 3 ? "low" : severity <= 6 ? "medium" : severity <= 8 ? "high" : "very high";
}

export function Severity({ of }: { readonly of: number | undefined }) {
  const name = severityName(of);
  switch (name) {
    case "very high":
      return (
        <Mark tone="bad" icon={<Flame aria-hidden size={15} />}>
          {name}
        </Mark>
      );
    case "high":
      return (
        <Mark tone="bad" icon={<OctagonAlert aria-hidden size={15} />}>
          {name}
        </Mark>
      );
    case "medium":
      return (
        <Mark tone="warn" icon={<TriangleAlert aria-hidden size={15} />}>
          {name}
        </Mark>
      );
    case "low":
      return (
        <Mark tone="plain" icon={<Diamond aria-hidden size={15} />}>
          {name}
        </Mark>
      );
    case "unrated":
      return (
        <Mark tone="soft" icon={<Circle aria-hidden size={15} />}>
          {name}
        </Mark>
      );
  }
}

const STATES: Readonly<Record<string, readonly [Tone, typeof Circle]>> = {
  open: ["plain", Square],
  closed: ["soft", CircleSlash],
  filtered: ["soft", CircleDashed],
  "no-response": ["soft", CircleDashed],
  unreachable: ["soft", CircleSlash],
  unknown: ["warn", CircleHelp],
};

/** The state of an endpoint. */
export function StateMark({ of }: { readonly of: string }) {
  const [tone, Icon] = STATES[of] ?? (["soft", CircleHelp] as const);
  return (
    <Mark tone={tone} icon={<Icon aria-hidden size={14} fill={of === "open" ? "currentColor" : "none"} />}>
      {of}
    </Mark>
  );
}

const VERDICTS: Readonly<Record<string, readonly [Tone, typeof Circle]>> = {
  complete: ["good", CircleCheck],
  partial: ["warn", CircleDashed],
  untrusted: ["bad", TriangleAlert],
  running: ["plain", CircleDashed],
};

export function Verdict({ of }: { readonly of: string }) {
  const [tone, Icon] = VERDICTS[of] ?? (["soft", CircleHelp] as const);
  return (
    <Mark tone={tone} icon={<Icon aria-hidden size={15} />}>
      {of}
    </Mark>
  );
}

/** The status of a finding: open statuses stand out, ended ones are quiet. */
export function FindingStatusMark({ of }: { readonly of: string }) {
  const isOpen = of === "new" || of === "unchanged" || of === "regressed";
  const Icon = of === "resolved" ? CircleCheck : isOpen ? TriangleAlert : CircleSlash;
  return (
    <Mark
      tone={of === "resolved" ? "good" : isOpen ? (of === "unchanged" ? "warn" : "bad") : "soft"}
      icon={<Icon aria-hidden size={15} />}
    >
      {of}
    </Mark>
  );
}
