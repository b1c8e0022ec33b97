import { WifiOff } from "lucide-react";
import { useLive } from "../api/live.ts";
import { Instant } from "../components/instant.tsx";
import styles from "./live-banner.module.css";

/** Says that what is on the screen is no longer updated, and since when. */
export function LiveBanner() {
  const { brokenSince } = useLive();
  return (
    <div role="status" className="no-print">
      {brokenSince === undefined ? null : (
        <p className={styles["banner"]}>
          <WifiOff aria-hidden size={16} />
          <span>
            Not live since <Instant of={brokenSince} />. The page reconnects by itself; what you typed stays.
          </span>
        </p>
      )}
    </div>
  );
}
