/** A node of a plan that was executed, as `explain (analyze, buffers, format json)` tells it. */
export interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly "Subplan Name"?: string;
  /** A loop's average. */
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Rows Removed by Index Recheck"?: number;
  readonly "Rows Removed by Join Filter"?: number;
  readonly "Shared Hit Blocks": number;
  readonly "Shared Read Blocks": number;
  readonly Plans?: readonly PlanNode[];
}

/** What a statement may read, whatever the size of the tables. */
export interface Bounds {
  /** Rows that one scan, or one sort, may look at. */
  readonly rows: number;
  /** Pages of 8 kB in all. */
  readonly pages: number;
}

/** What is wrong with a plan; nothing if it reads as little as it may. */
export const planFaults = (plan: PlanNode, bounds: Bounds): string[] => {
  const pages = pagesOf(plan);
  return [
    ...nodesOf(plan).flatMap((node) => nodeFaults(node, bounds)),
    ...(pages > bounds.pages ? [`reads ${pages} pages`] : []),
  ];
};

const nodesOf = (plan: PlanNode): PlanNode[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

const nodeFaults = (node: PlanNode, bounds: Bounds): string[] => {
  const faults: string[] = [];
  const on = node["Relation Name"] ?? node["Index Name"];
  if (node["Node Type"].endsWith("Seq Scan") && on !== "purser_migrations")
    faults.push(`scans all of ${on}`);
  const looked = rowsLookedAt(node);
  if (looked > bounds.rows) {
    faults.push(`${node["Node Type"]}${on ? ` on ${on}` : ""} looks at ${looked} rows`);
  }
  return faults;
};

/** Of a scan, what it gave and what it had to leave out; of a sort, what came into it. */
const rowsLookedAt = (node: PlanNode): number => {
  const given =
    node["Node Type"] === "Sort" || node["Node Type"] === "Incremental Sort"
      ? (node.Plans?.[0]?.["Actual Rows"] ?? 0)
      : node["Actual Rows"];
  const removed =
    (node["Rows Removed by Filter"] ?? 0) +
    (node["Rows Removed by Index Recheck"] ?? 0) +
    (node["Rows Removed by Join Filter"] ?? 0);
  return Math.ceil((given + removed) * node["Actual Loops"]);
};

const ownPages = (plan: PlanNode): number => plan["Shared Hit Blocks"] + plan["Shared Read Blocks"];

/**
 * The pages of a plan. What a statement writes in common table expressions is done after
 * its own plan has ended, and is not in that plan's sum.
 */
export const pagesOf = (plan: PlanNode): number => ownPages(plan) + writtenIn(plan.Plans ?? []);

const writtenIn = (plans: readonly PlanNode[]): number =>
  plans.reduce(
    (sum, plan) =>
      sum + (plan["Node Type"] === "ModifyTable" ? ownPages(plan) : writtenIn(plan.Plans ?? [])),
    0,
  );
