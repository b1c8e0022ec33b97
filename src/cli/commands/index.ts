import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addBackup, addRestore } from "./backup.ts";
import { addBaseline } from "./baseline.ts";
import { addBoundary } from "./boundary.ts";
import { addClock } from "./clock.ts";
import { addCompletion } from "./completion.ts";
import { addConfig } from "./configuration.ts";
import { addDemo } from "./demo.ts";
import { addDoctor } from "./doctor.ts";
import { addEvidence } from "./evidence.ts";
import { addExposure } from "./exposure.ts";
import { addFindings } from "./findings.ts";
import { addContinuity } from "./continuity.ts";
import { addEndpointHistory } from "./endpoint-history.ts";
import { addGaps } from "./gaps.ts";
import { addAt, addDiff } from "./history.ts";
import { addImport } from "./imports.ts";
import { addInit } from "./init.ts";
import { addKeys } from "./keys.ts";
import { addLogin } from "./login.ts";
import { addRetention } from "./retention.ts";
import { addSample } from "./sample.ts";
import { addScope } from "./scope.ts";
import { addSensor } from "./sensor.ts";
import { addSensors } from "./sensors.ts";
import { addSessions } from "./sessions.ts";
import { addStart } from "./start.ts";
import { addStatus } from "./status.ts";
import { addSweeps } from "./sweeps.ts";
import { addUsers } from "./users.ts";
import { addWorker } from "./worker.ts";

/** The commands, one file per subject, in the order in which the help shows them. */
export const COMMANDS: readonly ((program: Command, context: Context) => void)[] = [
  addInit,
  addStart,
  addDemo,
  addWorker,
  addSweeps,
  addImport,
  addStatus,
  addScope,
  addBoundary,
  addBaseline,
  addAt,
  addExposure,
  addDiff,
  addGaps,
  addEndpointHistory,
  addContinuity,
  addSample,
  addFindings,
  addEvidence,
  addRetention,
  addClock,
  addSensors,
  addSensor,
  addLogin,
  addUsers,
  addKeys,
  addSessions,
  addBackup,
  addRestore,
  addConfig,
  addDoctor,
  addCompletion,
];
