import { CircleCheck, CircleDashed, CircleHelp } from "lucide-react";
import { Mark } from "../../components/marks.tsx";

const WORDS = { known: "known", "partly-known": "partly known", silent: "silent", unknown: "unknown" } as const;

/** How well the state of an asset is known. Silent: nothing answered, so its ports are not known. */
export function KnownMark({ of, note }: { readonly of: keyof typeof WORDS; readonly note?: string | undefined }) {
  const Icon = of === "known" ? CircleCheck : of === "silent" ? CircleDashed : CircleHelp;
  return (
    <span title={note}>
      <Mark tone={of === "known" ? "good" : of === "silent" ? "soft" : "warn"} icon={<Icon aria-hidden size={15} />}>
        {WORDS[of]}
      </Mark>
    </span>
  );
}
