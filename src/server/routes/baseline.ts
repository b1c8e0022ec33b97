import { OPERATIONS } from "../../contract/index.ts";
import { addRoute } from "../add-route.ts";
import { versionSeen } from "../versions.ts";
import type { OwnRoutes } from "./route-deps.ts";

export const baselineRoutes: OwnRoutes = {
  /** On the version that the approver saw, as whoever signed in. */
  approveBaseline(server, { operations }) {
    addRoute(server, OPERATIONS.baseline.approve, ({ body, headers, idempotency, principal }) =>
      operations.baseline.approve({
        ...body,
        // Only whoever runs the installation says who approved; anybody else is who they signed in as.
        ...(principal === undefined || principal.kind === "operator" ? {} : { approvedBy: principal.name, principal }),
        onVersion: versionSeen("baseline", headers["if-match"]),
        idempotencyKey: idempotency?.key,
      }),
    );
  },
};
