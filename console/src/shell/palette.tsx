import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useId, useMemo, useState } from "react";
import type { Me } from "../api/account.ts";
import { read } from "../api/query.ts";
import { Dialog } from "../components/dialog.tsx";
import { jobsFor } from "./navigation.ts";
import styles from "./palette.module.css";

interface Entry {
  readonly id: string;
  readonly label: string;
  readonly kind: string;
  readonly to: string;
}

/** At most so many entries are listed. */
const MOST = 50;

/** Pages, assets and endpoints by a few letters of their name. */
export function Palette({ me, onClose }: { readonly me: Me; readonly onClose: () => void }) {
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const navigate = useNavigate();
  const list = useId();
  const { data: resolved } = useQuery(read("scope.resolved"));
  const entries = useMemo(() => {
    const pages = jobsFor(me.may).flatMap(({ name, destinations }) =>
      destinations.map(({ to, label }): Entry => ({ id: to, label, kind: name, to })),
    );
    const assets = (resolved?.assets ?? []).map(({ asset }): Entry => ({
      id: `asset:${asset}`,
      label: asset,
      kind: "Asset",
      to: `/assets/${encodeURIComponent(asset)}`,
    }));
    return [...pages, ...assets];
  }, [me, resolved]);
  const found = useMemo(() => {
    const endpoint = endpointIn(text);
    const matching = entries.filter(({ label }) => label.toLowerCase().includes(text.trim().toLowerCase()));
    return [...(endpoint === undefined ? [] : [endpoint]), ...matching].slice(0, MOST);
  }, [entries, text]);
  const chosen = found[Math.min(active, found.length - 1)];
  const go = (entry: Entry | undefined): void => {
    if (entry === undefined) return;
    onClose();
    void navigate({ to: entry.to } as never);
  };

  return (
    <Dialog title="Go to or find" isTitleHidden onClose={onClose}>
      <input
        className={styles["field"]}
        role="combobox"
        aria-label="Page, asset, or endpoint such as db-3:5432"
        aria-expanded
        aria-controls={list}
        aria-activedescendant={chosen === undefined ? undefined : `${list}-${chosen.id}`}
        placeholder="Page, asset, or endpoint such as db-3:5432"
        autoFocus
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          setActive(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") go(chosen);
          else if (event.key === "ArrowDown") setActive(Math.min(active + 1, found.length - 1));
          else if (event.key === "ArrowUp") setActive(Math.max(active - 1, 0));
          else return;
          event.preventDefault();
        }}
      />
      <ul id={list} role="listbox" aria-label="Results" className={styles["list"]}>
        {found.map((entry) => (
          <li
            key={entry.id}
            id={`${list}-${entry.id}`}
            role="option"
            aria-selected={entry === chosen}
            onClick={() => go(entry)}
          >
            <bdi>{entry.label}</bdi>
            <span className="soft">{entry.kind}</span>
          </li>
        ))}
      </ul>
      <p className="soft" role="status">
        {found.length === 0 ? "Nothing has this name." : ""}
      </p>
    </Dialog>
  );
}

function endpointIn(text: string): Entry | undefined {
  const given = text.trim();
  if (!/^\S+:\d{1,5}(\/(tcp|udp))?$/.test(given)) return undefined;
  const label = given.includes("/") ? given : `${given}/tcp`;
  return { id: "endpoint", label, kind: "Endpoint", to: `/endpoints/${encodeURIComponent(label)}` };
}
