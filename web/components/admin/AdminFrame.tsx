import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useLocation } from "preact-iso";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../../i18n/mod.ts";
import { NotFound } from "../../pages/NotFound.tsx";
import { useTrader } from "../../state/app_context.ts";
import { Button } from "../Button.tsx";
import { LoadFailed, Loading } from "../EmptyState.tsx";
import { Notice } from "../Notice.tsx";
import { Page, PageHead } from "../Page.tsx";
import { KillDialog } from "./KillDialog.tsx";

/** The frame of the admins' rooms; for everybody else there is no such page. */
export function AdminFrame(
  props: {
    readonly title: string;
    readonly lead: string;
    /** The list on the page could not be refreshed. */
    readonly isStale?: boolean;
    readonly children: ComponentChildren;
  },
): JSX.Element {
  const { askAdmin, isAdmin, isAdminUnknown } = useTrader();
  const isKilling = useSignal(false);
  const mayEnter = isAdmin.value;
  if (mayEnter === null) {
    return (
      <Page title={t.admin.title}>
        {isAdminUnknown.value
          ? <LoadFailed isPage onRetry={askAdmin} />
          : <Loading lines={4} />}
      </Page>
    );
  }
  if (!mayEnter) return <NotFound />;
  return (
    <Page title={`${props.title} · ${t.admin.title}`}>
      <PageHead title={props.title} lead={props.lead}>
        <Button
          kind="danger"
          icon="stop"
          onClick={() => (isKilling.value = true)}
        >
          {t.admin.kill.open}
        </Button>
      </PageHead>
      <AdminNav />
      {props.isStale && <Notice kind="warn">{t.admin.stale}</Notice>}
      {props.children}
      {isKilling.value && (
        <KillDialog onClose={() => (isKilling.value = false)} />
      )}
    </Page>
  );
}

function AdminNav(): JSX.Element {
  const { path } = useLocation();
  const element = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a phone the row is longer than the screen.
    element.current?.querySelector("[aria-current]")?.scrollIntoView({
      block: "nearest",
      inline: "center",
    });
  }, [path]);
  const links = [
    { href: "/admin", label: t.admin.people.title },
    { href: "/admin/allowlist", label: t.admin.allowlist.title },
    { href: "/admin/bots", label: t.admin.bots.title },
    { href: "/admin/engines", label: t.admin.engines.title },
    { href: "/admin/audit", label: t.admin.audit.title },
  ];
  return (
    <nav ref={element} class="sub-nav" aria-label={t.admin.sections}>
      {links.map(({ href, label }) => (
        <a
          key={href}
          href={href}
          aria-current={path === href ? "page" : undefined}
        >
          {label}
        </a>
      ))}
    </nav>
  );
}
