import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Circle, CircleCheck } from "lucide-react";
import type { ReactNode } from "react";
import { meQuery } from "../../api/account.ts";
import { read } from "../../api/query.ts";
import { Panel } from "../../components/page.tsx";
import { counted } from "../../time/format.ts";
import styles from "./today.module.css";

/** What is left to do until deviations can be found. Gone once a sweep has ended and a port baseline is in force. */
export function FirstSteps() {
  const { data: status } = useQuery(read("status.get"));
  const { data: me } = useQuery(meQuery);
  if (status === undefined || me === undefined || me === null) return null;
  const swept = status.targets.some(({ lastSweep }) => lastSweep !== undefined);
  if (swept && status.baseline !== undefined) return null;
  const running = status.running.length > 0;
  return (
    <Panel title="First steps">
      <ol className={styles["steps"]}>
        <Step done={status.scope.targets > 0}>
          <Link to="/scope">The scope</Link> declares {counted(status.scope.targets, "target")} and{" "}
          {counted(status.coverage.endpoints, "endpoint")}.
        </Step>
        <Step done={swept}>
          {swept ? "A first sweep has ended." : running ? "The first sweep is under way: " : "Run a first sweep: "}
          {swept ? null : <Link to="/sweeps">{running ? "watch it" : "Sweeps, Sweep now"}</Link>}
        </Step>
        <Step done={status.baseline !== undefined}>
          <Link to="/baseline">Port baseline</Link>:{" "}
          {me.may.includes("baseline:propose")
            ? "draft it from the open ports, give each an owner and a reason, and have another person approve it."
            : "an engineer proposes it, and another person approves it."}
        </Step>
        <Step done={false}>
          Then open a port that nobody approved, and the finding appears here:{" "}
          <code>node -e "require('http').createServer().listen(8023)"</code>
        </Step>
      </ol>
    </Panel>
  );
}

function Step({ done, children }: { readonly done: boolean; readonly children: ReactNode }) {
  const Icon = done ? CircleCheck : Circle;
  return (
    <li>
      <Icon role="img" aria-label={done ? "Done" : "To do"} size={16} />
      <span>{children}</span>
    </li>
  );
}
