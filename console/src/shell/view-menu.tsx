import { useNavigate } from "@tanstack/react-router";
import { Bookmark } from "lucide-react";
import { useState } from "react";
import { Button } from "../components/button.tsx";
import { Disclosure } from "../components/disclosure.tsx";
import { Form, Row, Rows, TextField } from "../components/form.tsx";
import { pathOf, storedViews, storeViews, withoutView, withView, type SavedView } from "./saved-views.ts";
import styles from "./view-menu.module.css";

/** The saved views of this page: filters, sort, columns and instant under a name, in this browser. */
export function ViewMenu() {
  return (
    <Disclosure
      align="end"
      className={styles["button"]}
      label={
        <>
          <Bookmark aria-hidden size={15} /> Views
        </>
      }
    >
      {(close) => <Views onChosen={close} />}
    </Disclosure>
  );
}

function Views({ onChosen }: { readonly onChosen: () => void }) {
  const navigate = useNavigate();
  const [views, setViews] = useState(storedViews);
  const [name, setName] = useState("");
  const { pathname, search } = window.location;
  const own = views.filter(({ to }) => pathOf(to) === pathname);
  const change = (changed: SavedView[]): void => {
    storeViews(changed);
    setViews(changed);
  };
  return (
    <div className={styles["menu"]}>
      {own.length === 0 ? (
        <p className="soft">None saved in this browser yet.</p>
      ) : (
        <Rows label="Saved views">
          {own.map((view) => (
            <Row
              key={view.name}
              actions={
                <Button aria-label={`Forget ${view.name}`} onClick={() => change(withoutView(views, view))}>
                  Forget
                </Button>
              }
            >
              <a
                href={view.to}
                onClick={(event) => {
                  event.preventDefault();
                  onChosen();
                  void navigate({ href: view.to });
                }}
              >
                <bdi>{view.name}</bdi>
              </a>
            </Row>
          ))}
        </Rows>
      )}
      <Form
        action="Save this view"
        isPending={false}
        onSubmit={() => {
          change(withView(views, { name: name.trim(), to: `${pathname}${search}` }));
          setName("");
        }}
      >
        <TextField label="Name of the view" required pattern=".*\S.*" maxLength={60} value={name} onChange={setName} />
      </Form>
    </div>
  );
}
