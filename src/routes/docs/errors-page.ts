import { type ProblemCode, problemKinds } from "../problem.ts";
import { page } from "./page.ts";

const styles = `<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 50rem; padding: 0 1rem; }
td, th { border-bottom: 1px solid #ccc; padding: .3rem .6rem; text-align: left; }
:target { background: #ffd; }
</style>`;

const rows = Object.keys(problemKinds)
  .map((code) => {
    const { status, title } = problemKinds[code as ProblemCode];
    return `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${title}</td></tr>`;
  })
  .join("\n");

/** Where the `type` of every problem document leads. */
export const errorsPage = page(
  "Purser errors",
  styles,
  `<h1>Errors</h1>
<p>Every error is a problem document (RFC 9457); its <code>code</code> is one of these and never changes its meaning.</p>
<table><thead><tr><th>code</th><th>status</th><th>meaning</th></tr></thead><tbody>
${rows}
</tbody></table>`,
);
