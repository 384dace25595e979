/** Writes the inbox as one page of HTML without scripts. @module */
import type { ReceivedMail } from "./inbox.ts";

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
  article { border: 1px solid color-mix(in srgb, currentColor 20%, transparent);
    border-radius: .5rem; padding: 1rem; margin: 1rem 0; }
  h2 { font-size: 1rem; margin: 0; }
  p { margin: .25rem 0 .75rem; opacity: .7; font-size: .875rem; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; font: inherit; }`;

/** Returns the page: newest first, links clickable, everything escaped. */
export function inboxPage(mails: readonly ReceivedMail[]): string {
  const list = mails.length === 0
    ? "<p>No mail yet. What Trellis would send by mail appears here.</p>"
    : mails.map(article).join("\n");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Inbox (${mails.length})</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Inbox</h1>
<p>Nothing leaves this machine: mails to any address end here. Reload for newer ones.</p>
${list}
</body>
</html>
`;
}

/** Text of a mail, from its HTML where it has no other. */
export function mailText(mail: ReceivedMail): string {
  if (mail.text !== undefined && mail.text.trim() !== "") return mail.text;
  return (mail.html ?? "")
    .replace(/<a\s[^>]*href="([^"]*)"[^>]*>(.*?)<\/a>/gis, "$2 $1")
    .replace(/<(?:br|\/p|\/h\d|\/div|\/li)\s*\/?>/gi, "\n")
    .replace(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"').replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&")
    .trim();
}

function article(mail: ReceivedMail): string {
  const at = mail.receivedAt.toISOString();
  return `<article>
<h2>${escape(mail.subject)}</h2>
<p>to ${escape(mail.to)}, <time datetime="${at}">${at}</time></p>
<pre>${withLinks(mailText(mail))}</pre>
</article>`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;").replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** Escapes, and turns web addresses (and nothing else) into links. */
function withLinks(text: string): string {
  return text.split(/(https?:\/\/[^\s<>"']+)/).map((part, i) =>
    i % 2 === 0
      ? escape(part)
      : `<a href="${escape(part)}" rel="noreferrer">${escape(part)}</a>`
  ).join("");
}
