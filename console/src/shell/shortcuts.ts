import { useEffect, useRef } from "react";

const KEY = "portolan-single-keys";

/** Single keys can be switched off (WCAG 2.2, 2.1.4). */
export function areSingleKeysOn(): boolean {
  return localStorage.getItem(KEY) !== "off";
}

export function setSingleKeys(isOn: boolean): void {
  localStorage.setItem(KEY, isOn ? "on" : "off");
}

/**
 * Calls the action of a key: `?`, `/`, `g t`, `mod+k`. A key without `mod` is ignored while somebody types, composes text or has
 * switched single keys off.
 */
export function useShortcuts(actions: Readonly<Record<string, (event: KeyboardEvent) => void>>): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    let prefix = "";
    let forget: number | undefined;
    const pressed = (event: KeyboardEvent): void => {
      if (event.isComposing || event.altKey) return;
      const isMod = event.ctrlKey || event.metaKey;
      const name = isMod ? `mod+${event.key.toLowerCase()}` : `${prefix}${event.key}`;
      window.clearTimeout(forget);
      prefix = "";
      if (!isMod && (!areSingleKeysOn() || isTyping(event.target))) return;
      const action = latest.current[name];
      if (action !== undefined) {
        event.preventDefault();
        action(event);
      } else if (!isMod && Object.keys(latest.current).some((each) => each.startsWith(`${event.key} `))) {
        prefix = `${event.key} `;
        forget = window.setTimeout(() => (prefix = ""), 1_500);
      }
    };
    window.addEventListener("keydown", pressed);
    return () => {
      window.removeEventListener("keydown", pressed);
      window.clearTimeout(forget);
    };
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches("input:not([type=checkbox], [type=radio]), textarea, select, [role=combobox]"))
  );
}
