import type { Bar, Chart } from "../result.ts";
import { figure } from "./figures.ts";

const width = 720;
const labels = 300;
const plot = 320;
const rowHeight = 26;
const top = 40;

/** A bar for each value with its interval as a line across its end. Text and lines, no script. */
export const barChart = ({ title, bars }: Chart): string => {
  const most = Math.max(
    ...bars.flatMap(({ value, high = value }) => [value, high]).filter(Number.isFinite),
    0,
  );
  const scale = most > 0 ? plot / most : 0;
  const height = top + bars.length * rowHeight + 12;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">
<style>text { font: 13px system-ui, sans-serif; fill: #1f2933 } .title { font-weight: 600 }</style>
<rect width="${width}" height="${height}" fill="#ffffff"/>
<text class="title" x="12" y="24">${escaped(title)}</text>
${bars.map((bar, at) => row(bar, at, scale)).join("\n")}
</svg>
`;
};

const row = (bar: Bar, at: number, scale: number): string => {
  const { label, value, high = value } = bar;
  const y = top + at * rowHeight;
  const middle = y + 9;
  const textAt = coordinate(
    labels + Math.max(...[high, value].filter(Number.isFinite), 0) * scale + 8,
  );
  return `<text x="${labels - 8}" y="${middle + 4}" text-anchor="end">${escaped(label)}</text>
<rect x="${labels}" y="${y}" width="${coordinate(Math.max(0, value) * scale)}" height="18" fill="${at === 0 ? "#2f6f9f" : "#a9bccb"}"/>
${whisker(bar, middle, scale)}<text x="${textAt}" y="${middle + 4}">${figure(value)}</text>`;
};

const whisker = ({ low, high }: Bar, middle: number, scale: number): string => {
  if (low === undefined || high === undefined || !Number.isFinite(low + high)) return "";
  const [from, to] = [low, high].map((one) => coordinate(labels + Math.max(0, one) * scale));
  const ends = [from, to].map((x) => `M${x} ${middle - 4}V${middle + 4}`).join("");
  return `<path d="M${from} ${middle}H${to}${ends}" stroke="#1f2933" fill="none"/>\n`;
};

/** What is not known is drawn as nothing. */
const coordinate = (value: number): number =>
  Number.isFinite(value) ? Math.round(value * 10) / 10 : 0;

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
