declare const process: { argv: string[]; exitCode: number };
declare const console: { error(problem: unknown): void };

export const baseUrl = process.argv[2] ?? "http://127.0.0.1:8000";

/** Fails unless the condition holds. */
export function check(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`not as expected: ${what}`);
}

/** Runs the checks of a client; the exit code says whether they passed. */
export function run(checks: () => Promise<void>) {
  checks().catch((problem: unknown) => {
    console.error(problem);
    process.exitCode = 1;
  });
}
