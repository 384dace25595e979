import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { t } from "../../i18n/mod.ts";
import { type BotFileAnswer, parseBotFile } from "../../state/bot_file.ts";
import { Button } from "../Button.tsx";

/** Takes a file of settings; it is read here and goes nowhere. */
export function ImportButton(
  { onRead }: { readonly onRead: (answer: BotFileAnswer) => void },
): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        name="import"
        accept="application/json,.json"
        hidden
        aria-label={t.form.importFile}
        onChange={async (event) => {
          const field = event.currentTarget;
          const file = field.files?.[0];
          if (file === undefined) return;
          onRead(parseBotFile(await file.text()));
          // The same file again is news again.
          field.value = "";
        }}
      />
      <Button icon="upload" onClick={() => input.current?.click()}>
        {t.form.importFile}
      </Button>
    </>
  );
}
