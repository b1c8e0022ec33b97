import type { Configuration, Source } from "./configuration.ts";
import { fileKeyOf, shown } from "./document.ts";
import { SETTING_KEYS, settingOf, type SettingKey } from "./settings.ts";

/** A setting in effect, for a person: of a secret, only that it is set. */
export interface ShownSetting {
  readonly key: SettingKey;
  readonly value: unknown;
  readonly secret: boolean;
  readonly source: Source;
}

export function showSettings({ settings, sources }: Configuration): ShownSetting[] {
  return SETTING_KEYS.map((key) => {
    const { secret } = settingOf(key);
    const value: unknown = settings[key];
    return { key, value: secret && value !== undefined ? "(set)" : value, secret, source: sources[key] };
  });
}

/** The table of all settings in Markdown. */
export function settingsTable(): string {
  const code = (value: string | undefined): string => (value === undefined ? "" : `\`${value}\``);
  const rows = SETTING_KEYS.map((key) => {
    const { variable, option, inFile, secret, fallback, kind, about } = settingOf(key);
    const cells = [
      code(inFile ? (secret ? fileKeyOf(key) : key) : undefined),
      secret ? `${code(variable)}, ${code(`${variable}_FILE`)}` : code(variable),
      code(option),
      secret ? "secret" : kind.form,
      fallback === undefined ? "" : code(shown(fallback)),
      about,
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const head = ["In the file", "Variable", "Option of `start`", "Is", "Default", "Means"];
  return [`| ${head.join(" | ")} |`, `| ${head.map(() => "---").join(" | ")} |`, ...rows].join("\n");
}
