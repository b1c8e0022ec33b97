import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useRouter } from "@tanstack/react-router";
import { Menu, Search, X } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { leaveFor, meQuery } from "../api/account.ts";
import { followEvents } from "../api/live.ts";
import { AccountMenu } from "./account-menu.tsx";
import { AsOfControl } from "./as-of-control.tsx";
import { LiveBanner } from "./live-banner.tsx";
import { JOBS, jobsFor } from "./navigation.ts";
import styles from "./shell.module.css";
import { useShortcuts } from "./shortcuts.ts";

const Palette = lazy(async () => ({ default: (await import("./palette.tsx")).Palette }));
const KeyboardHelp = lazy(async () => ({ default: (await import("./keyboard-help.tsx")).KeyboardHelp }));

/** The frame around every page: navigation, the instant, search, live state. */
export function Shell() {
  const client = useQueryClient();
  const router = useRouter();
  const navigate = useNavigate();
  const { data: me } = useQuery(meQuery);
  const [dialog, setDialog] = useState<"palette" | "keys">();
  const [isMenuOpen, setMenuOpen] = useState(false);
  const isDue = me?.secondFactorDue === true;

  useEffect(() => {
    if (isDue) return undefined;
    const leaving = new AbortController();
    followEvents(client, leaving.signal);
    return () => leaving.abort();
  }, [client, isDue]);
  // A session that was ended elsewhere ends this page: nothing of the record stays on the screen.
  useEffect(() => {
    if (me !== null) return;
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "account" });
    leaveFor(`/sign-in?to=${encodeURIComponent(window.location.pathname + window.location.search)}`);
  }, [client, me]);
  useEffect(() => router.subscribe("onResolved", () => setMenuOpen(false)), [router]);

  useShortcuts({
    "mod+k": () => setDialog("palette"),
    "?": () => setDialog("keys"),
    "/": () => {
      const filter = document.querySelector<HTMLInputElement>("main [data-filter]");
      if (filter === null) setDialog("palette");
      else filter.focus();
    },
    ...Object.fromEntries(
      JOBS.flatMap(({ destinations }) =>
        destinations.map(({ key, to }) => [`g ${key}`, () => void navigate({ to } as never)] as const),
      ),
    ),
  });

  if (me === null || me === undefined) return null;
  if (isDue) return <SecondFactorFirst />;
  return (
    <div className={styles["frame"]}>
      <a className={styles["skip"]} href="#content">
        Skip to the content
      </a>
      <header className={`${styles["bar"]} no-print`}>
        <button
          type="button"
          className={styles["menu"]}
          aria-expanded={isMenuOpen}
          aria-controls="navigation"
          aria-label={isMenuOpen ? "Close the navigation" : "Open the navigation"}
          onClick={() => setMenuOpen(!isMenuOpen)}
        >
          {isMenuOpen ? <X aria-hidden size={18} /> : <Menu aria-hidden size={18} />}
        </button>
        <Link to="/" className={styles["brand"]}>
          Portolan
        </Link>
        <AsOfControl />
        <button type="button" className={styles["search"]} onClick={() => setDialog("palette")}>
          <Search aria-hidden size={15} />
          <span>Go to or find</span>
          <kbd>Ctrl K</kbd>
        </button>
        <AccountMenu me={me} onKeys={() => setDialog("keys")} />
      </header>
      <nav id="navigation" className={`${styles["navigation"]} no-print`} data-open={isMenuOpen} aria-label="Pages">
        {jobsFor(me.may).map(({ name, destinations }) => (
          <div key={name} className={styles["job"]}>
            <h2>{name}</h2>
            <ul>
              {destinations.map(({ to, label, icon: Icon }) => (
                <li key={to}>
                  <Link to={to as "/"} activeOptions={{ exact: to === "/", includeSearch: false }}>
                    <Icon aria-hidden size={16} />
                    {label}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
      <div className={styles["body"]}>
        <LiveBanner />
        <main id="content" tabIndex={-1}>
          <Suspense>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <Suspense>
        {dialog === "palette" ? <Palette me={me} onClose={() => setDialog(undefined)} /> : null}
        {dialog === "keys" ? <KeyboardHelp onClose={() => setDialog(undefined)} /> : null}
      </Suspense>
    </div>
  );
}

/** Nothing else works before an admin has a second factor. */
function SecondFactorFirst() {
  return (
    <div className={styles["body"]}>
      <main id="content">
        <Outlet />
      </main>
    </div>
  );
}
