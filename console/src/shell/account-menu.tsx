import { Link } from "@tanstack/react-router";
import { CircleUserRound } from "lucide-react";
import { useState } from "react";
import { leaveFor, type Me } from "../api/account.ts";
import { send } from "../api/call.ts";
import { Button } from "../components/button.tsx";
import { Disclosure } from "../components/disclosure.tsx";
import styles from "./account-menu.module.css";
import { areSingleKeysOn, setSingleKeys } from "./shortcuts.ts";
import { applyTheme, storedTheme, THEMES } from "./theme.ts";

/** Who is signed in, how the console looks, and the way out. */
export function AccountMenu({ me, onKeys }: { readonly me: Me; readonly onKeys: () => void }) {
  return (
    <Disclosure
      align="end"
      className={styles["button"]}
      name={`Account of ${me.name}`}
      label={<CircleUserRound aria-hidden size={20} />}
    >
      {(close) => (
        <div className={styles["menu"]}>
          <p>
            <strong>
              <bdi>{me.name}</bdi>
            </strong>
            <br />
            <span className="soft">{me.email}</span>
            <br />
            <span className="soft">
              {me.roles
                .filter(({ inForce }) => inForce)
                .map(({ role }) => role)
                .join(", ") || "no role in force"}
            </span>
          </p>
          <ThemeChoice />
          <SingleKeys />
          <Button
            onClick={() => {
              close();
              onKeys();
            }}
          >
            Keyboard shortcuts
          </Button>
          <Link to="/account" onClick={close}>
            Account, second factor, keys
          </Link>
          <Button
            kind="danger"
            onClick={() => {
              void send("DELETE", "/session").finally(() => leaveFor("/sign-in"));
            }}
          >
            Sign out
          </Button>
        </div>
      )}
    </Disclosure>
  );
}

function ThemeChoice() {
  const [theme, setTheme] = useState(storedTheme);
  return (
    <fieldset className={styles["choice"]}>
      <legend>Theme</legend>
      {THEMES.map((each) => (
        <label key={each}>
          <input
            type="radio"
            name="theme"
            checked={theme === each}
            onChange={() => {
              setTheme(each);
              applyTheme(each);
            }}
          />
          {each}
        </label>
      ))}
    </fieldset>
  );
}

function SingleKeys() {
  const [isOn, setOn] = useState(areSingleKeysOn);
  return (
    <label className={styles["check"]}>
      <input
        type="checkbox"
        checked={isOn}
        onChange={({ target }) => {
          setOn(target.checked);
          setSingleKeys(target.checked);
        }}
      />
      Shortcuts of a single key
    </label>
  );
}
