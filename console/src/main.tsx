import "./styles/base.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueryClient } from "./api/query.ts";
import { createConsoleRouter } from "./router.tsx";
import { applyTheme } from "./shell/theme.ts";

const client = createQueryClient();
const router = createConsoleRouter(client);
const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");

applyTheme();
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
