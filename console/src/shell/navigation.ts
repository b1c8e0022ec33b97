import {
  Archive,
  Crosshair,
  RadioTower,
  Settings,
  Users,
  CalendarCheck2,
  ClipboardCheck,
  Compass,
  Grid3x3,
  History,
  ListChecks,
  Radar,
  ScrollText,
  SearchCheck,
  Server,
  type LucideIcon,
} from "lucide-react";
import type { Permission } from "../../../src/contract/index.ts";

export interface Destination {
  readonly to: string;
  readonly label: string;
  readonly icon: LucideIcon;
  readonly permission: Permission;
  /** After `g`, the key that leads there. */
  readonly key: string;
}

export interface Job {
  readonly name: string;
  readonly destinations: readonly Destination[];
}

/** Navigation by job: who comes with which question. */
export const JOBS: readonly Job[] = [
  {
    name: "Watch",
    destinations: [
      { to: "/", label: "Today", icon: Compass, permission: "record:read", key: "t" },
      { to: "/findings", label: "Findings", icon: ListChecks, permission: "record:read", key: "f" },
      { to: "/map", label: "Exposure map", icon: Grid3x3, permission: "record:read", key: "m" },
      { to: "/time", label: "Time machine", icon: History, permission: "record:read", key: "h" },
      { to: "/assets", label: "Assets", icon: Server, permission: "record:read", key: "a" },
      { to: "/sweeps", label: "Sweeps", icon: Radar, permission: "record:read", key: "s" },
    ],
  },
  {
    name: "Decide",
    destinations: [
      { to: "/scope", label: "Scope", icon: Crosshair, permission: "record:read", key: "o" },
      { to: "/baseline", label: "Port baseline", icon: ClipboardCheck, permission: "record:read", key: "b" },
    ],
  },
  {
    name: "Prove",
    destinations: [
      { to: "/audit", label: "Audit", icon: SearchCheck, permission: "record:read", key: "u" },
      { to: "/continuity", label: "Continuity", icon: CalendarCheck2, permission: "record:read", key: "c" },
      { to: "/evidence", label: "Evidence log", icon: ScrollText, permission: "evidence:read", key: "e" },
    ],
  },
  {
    name: "Run",
    destinations: [
      { to: "/sensors", label: "Sensors and workers", icon: RadioTower, permission: "sensors:read", key: "w" },
      { to: "/people", label: "People", icon: Users, permission: "users:read", key: "p" },
      { to: "/retention", label: "Retention", icon: Archive, permission: "retention:read", key: "r" },
      { to: "/settings", label: "Settings and doctor", icon: Settings, permission: "metrics:read", key: "d" },
    ],
  },
];

/** The destinations that somebody with these permissions can use. */
export function jobsFor(permissions: readonly Permission[]): Job[] {
  return JOBS.map(({ name, destinations }) => ({
    name,
    destinations: destinations.filter(({ permission }) => permissions.includes(permission)),
  })).filter(({ destinations }) => destinations.length > 0);
}
