#!/bin/sh
# Runs `npm run verify -- --json`, with the options given, and leaves the result as metrics in
# $TEXTFILE_FOLDER for node_exporter. Ends as verify does: 0 nothing found, 1 something, 2 it could not run.
set -u
file=${TEXTFILE_FOLDER:?is not set}/purser_verify.prom
case " $* " in
  *" --from"* | *" --wallet"* | *" --organization"*)
    echo "A run over a part of the ledger does not count; see npm run verify." >&2
    exit 2
    ;;
esac
report=$(mktemp) || exit 2
trap 'rm -f "$report" "$file.new"' EXIT
npm run --silent verify -- --json "$@" >"$report"
code=$?
cat "$report"
findings=$(sed -n 's/^{"summary":.*"findings":\([0-9]*\).*/\1/p' "$report")
# Without a summary it did not come to its end: what is known stays as it was.
[ -n "$findings" ] && [ "$code" -le 1 ] || exit 2
success=$(sed -n 's/^purser_verify_last_success_timestamp_seconds //p' "$file" 2>/dev/null)
[ "$code" -eq 0 ] && success=$(date +%s)
{
  if [ -n "$success" ]; then
    echo "# HELP purser_verify_last_success_timestamp_seconds When a run of verify last ended with nothing found."
    echo "# TYPE purser_verify_last_success_timestamp_seconds gauge"
    echo "purser_verify_last_success_timestamp_seconds $success"
  fi
  echo "# HELP purser_verify_findings Findings of the last run of verify that went to its end."
  echo "# TYPE purser_verify_findings gauge"
  echo "purser_verify_findings $findings"
} >"$file.new" && mv "$file.new" "$file" || exit 2
exit "$code"
