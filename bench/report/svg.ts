import type { Bar, Chart } from "../result.ts";
import { figure } from "./figures.ts";

const width = 720;
const labels = 300;
const plot = 320;
const rowHeight = 26;
const top = 40;

/** A bar for each value with its interval as a line across its end. Text and lines, no script. */
export const barChart = ({ title, bars }: Chart): string => {
  const most = Math.max(...bars.map(({ value, high = value }) => Math.max(value, high)), 0);
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

const row = (
  { label, value, low = value, high = value }: Bar,
  at: number,
  scale: number,
): string => {
  const y = top + at * rowHeight;
  const middle = y + 9;
  const [from, to] = [low, high].map((one) => coordinate(labels + one * scale));
  const text = coordinate(labels + Math.max(high, value) * scale + 8);
  return `<text x="${labels - 8}" y="${middle + 4}" text-anchor="end">${escaped(label)}</text>
<rect x="${labels}" y="${y}" width="${coordinate(value * scale)}" height="18" fill="${at === 0 ? "#2f6f9f" : "#a9bccb"}"/>
<path d="M${from} ${middle}H${to}M${from} ${middle - 4}V${middle + 4}M${to} ${middle - 4}V${middle + 4}" stroke="#1f2933" fill="none"/>
<text x="${text}" y="${middle + 4}">${figure(value)}</text>`;
};

const coordinate = (value: number): number => Math.round(value * 10) / 10;

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
