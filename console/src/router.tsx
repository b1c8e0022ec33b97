import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  retainSearchParams,
} from "@tanstack/react-router";
import { isOnlyAuditor, meQuery, takeWanted } from "./api/account.ts";
import { FailedPage, MissingPage } from "./shell/failed-page.tsx";
import { Shell } from "./shell/shell.tsx";
import { utc } from "./time/instant.ts";

interface Context {
  readonly client: QueryClient;
}

/** What every page has in its URL: the instant that it is about. Absent: now, and live. */
export interface InstantSearch {
  readonly at?: string | undefined;
}

const rootRoute = createRootRouteWithContext<Context>()({ errorComponent: FailedPage, notFoundComponent: MissingPage });

/** The pages of signed-in users. */
const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "shell",
  component: Shell,
  errorComponent: FailedPage,
  validateSearch: (given: Record<string, unknown>): InstantSearch => {
    const instant = typeof given["at"] === "string" ? Date.parse(given["at"]) : Number.NaN;
    return Number.isNaN(instant) ? {} : { at: utc(instant) };
  },
  search: { middlewares: [retainSearchParams(["at"])] },
  async beforeLoad({ context, location, cause }) {
    const me = await context.client.ensureQueryData(meQuery);
    if (me === null) redirect({ href: `/sign-in?to=${encodeURIComponent(location.href)}`, throw: true });
    else if (me.secondFactorDue && location.pathname !== "/account") redirect({ href: "/account", throw: true });
    const wanted = takeWanted();
    if (wanted !== undefined) redirect({ href: wanted, throw: true });
    // An auditor begins there; Today is one click away.
    else if (cause === "enter" && location.pathname === "/" && me !== null && isOnlyAuditor(me))
      redirect({ to: "/audit", throw: true });
  },
});

/** The pages before somebody is signed in. */
const front = <const Path extends string>(path: Path, load: () => Promise<{ readonly Page: React.ComponentType }>) =>
  createRoute({ getParentRoute: () => rootRoute, path, component: lazyRouteComponent(load, "Page") });

const page = <const Path extends string>(path: Path, load: () => Promise<{ readonly Page: React.ComponentType }>) =>
  createRoute({ getParentRoute: () => shellRoute, path, component: lazyRouteComponent(load, "Page") });

const routeTree = rootRoute.addChildren([
  front("/sign-in", () => import("./pages/sign-in/page.tsx")),
  front("/welcome", () => import("./pages/sign-in/welcome.tsx")),
  shellRoute.addChildren([
    page("/", () => import("./pages/today/page.tsx")),
    page("/findings", () => import("./pages/findings/page.tsx")),
    page("/findings/$id", () => import("./pages/findings/finding.tsx")),
    page("/map", () => import("./pages/map/page.tsx")),
    page("/time", () => import("./pages/time/page.tsx")),
    page("/assets", () => import("./pages/assets/page.tsx")),
    page("/assets/$asset", () => import("./pages/assets/asset.tsx")),
    page("/endpoints/$endpoint", () => import("./pages/endpoints/page.tsx")),
    page("/sweeps", () => import("./pages/sweeps/page.tsx")),
    page("/sweeps/$id", () => import("./pages/sweeps/sweep.tsx")),
    page("/baseline", () => import("./pages/baseline/page.tsx")),
    page("/audit", () => import("./pages/audit/page.tsx")),
    page("/evidence", () => import("./pages/evidence/page.tsx")),
    page("/scope", () => import("./pages/scope/page.tsx")),
    page("/sensors", () => import("./pages/sensors/page.tsx")),
    page("/people", () => import("./pages/people/page.tsx")),
    page("/settings", () => import("./pages/settings/page.tsx")),
    page("/retention", () => import("./pages/retention/page.tsx")),
    page("/account", () => import("./pages/account/page.tsx")),
    page("/continuity", () => import("./pages/continuity/page.tsx")),
  ]),
]);

export function createConsoleRouter(client: QueryClient) {
  return createRouter({
    routeTree,
    context: { client },
    defaultPreload: "intent",
    scrollRestoration: true,
    defaultErrorComponent: FailedPage,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
