import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Permission } from "../../../src/contract/index.ts";
import { useMay } from "../api/may.ts";
import { Empty } from "./page.tsx";

/** A page or part for those who have a permission; everybody else reads who gives it, and nothing is requested. */
export function Permitted({ to, children }: { readonly to: Permission; readonly children: ReactNode }) {
  if (useMay(to)) return children;
  return (
    <Empty title="Your roles do not permit this page.">
      It takes the permission <code>{to}</code>. An admin grants roles; <Link to="/account">your account</Link> shows
      yours.
    </Empty>
  );
}
