import { useNavigate } from "@tanstack/react-router";
import { useId, useState } from "react";
import { Button } from "../../components/button.tsx";
import { Panel } from "../../components/page.tsx";
import styles from "./audit.module.css";

const ENDPOINT = /^(?:(?:tcp|udp)\/)?(\[[0-9a-fA-F:.]+\]|[^\s:/[\]]+):(\d{1,5})(?:\/(?:tcp|udp))?$/;

/** The whole life of one endpoint, with who allowed it. */
export function PickEndpoint() {
  const navigate = useNavigate();
  const problemId = useId();
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  return (
    <Panel title="One endpoint">
      <form
        className={styles["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          const given = text.trim();
          const [, host, port] = ENDPOINT.exec(given) ?? [];
          if (host === undefined || port === undefined) {
            setProblem("Give an asset or address and a port, such as db-3:5432 or [2001:db8::5]:53/udp.");
            return;
          }
          const transport = /\budp\b/.test(given.replace(host, "")) ? "udp" : "tcp";
          void navigate({ to: "/endpoints/$endpoint", params: { endpoint: `${host}:${port}/${transport}` } });
        }}
      >
        <label>
          Endpoint
          <input
            value={text}
            spellCheck={false}
            placeholder="db-3:5432"
            aria-invalid={problem !== ""}
            aria-describedby={problemId}
            onChange={({ target }) => setText(target.value)}
          />
        </label>
        <p id={problemId} className={problem === "" ? "soft" : styles["problem"]} role="status">
          {problem === "" ? "Its states, services, findings, and the approvals that it rests on." : problem}
        </p>
        <div className={styles["actions"]}>
          <Button type="submit" kind="primary">
            Show its life
          </Button>
        </div>
      </form>
    </Panel>
  );
}
