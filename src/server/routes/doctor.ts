import { OPERATIONS } from "../../contract/index.ts";
import { addRoute } from "../add-route.ts";
import type { OwnRoutes } from "./route-deps.ts";

export const doctorRoutes: OwnRoutes = {
  /** Checks the machine that the server runs on. */
  getDoctor(server, { doctor }) {
    addRoute(server, OPERATIONS.doctor.get, () => doctor());
  },
  getConfiguration(server, { configuration }) {
    addRoute(server, OPERATIONS.configuration.get, () => configuration());
  },
};
