import { Dialog } from "../components/dialog.tsx";
import styles from "./keyboard-help.module.css";
import { JOBS } from "./navigation.ts";

const KEYS: readonly (readonly [string, string])[] = [
  ["Ctrl K", "Go to a page, or find an asset or endpoint"],
  ["/", "Filter the list on this page"],
  ["j, k", "Next and previous row"],
  ["x", "Select the row"],
  ["Enter", "Open the row"],
  ["?", "This list"],
];

export function KeyboardHelp({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <dl className={styles["keys"]}>
        {KEYS.map(([keys, does]) => (
          <Row key={keys} keys={keys} does={does} />
        ))}
        {JOBS.flatMap(({ destinations }) =>
          destinations.map(({ key, label }) => <Row key={label} keys={`g ${key}`} does={label} />),
        )}
      </dl>
      <p className="soft">Shortcuts of a single key can be switched off in the account menu.</p>
    </Dialog>
  );
}

function Row({ keys, does }: { readonly keys: string; readonly does: string }) {
  return (
    <div>
      <dt>
        <kbd>{keys}</kbd>
      </dt>
      <dd>{does}</dd>
    </div>
  );
}
