import { CircleCheck, CircleHelp, CircleSlash, TriangleAlert } from "lucide-react";
import { Mark } from "../../components/marks.tsx";

/** Whether something reports: a shape and a word, then a colour. */
export function AliveMark({ state }: { readonly state: string }) {
  switch (state) {
    case "alive":
    case "reporting":
      return (
        <Mark tone="good" icon={<CircleCheck aria-hidden size={15} />}>
          {state}
        </Mark>
      );
    case "silent":
      return (
        <Mark tone="bad" icon={<TriangleAlert aria-hidden size={15} />}>
          {state}
        </Mark>
      );
    case "revoked":
      return (
        <Mark tone="soft" icon={<CircleSlash aria-hidden size={15} />}>
          {state}
        </Mark>
      );
    default:
      return (
        <Mark tone="warn" icon={<CircleHelp aria-hidden size={15} />}>
          {state.replaceAll("-", " ")}
        </Mark>
      );
  }
}
