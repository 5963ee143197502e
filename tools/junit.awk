# Reads what `ctest --output-junit` writes. Prints the output of each failed test and the reason of each skipped one; the
# last line is: passed failed skipped. A test that could not be run at all is a failed one.
function text(escaped) {
  gsub(/&lt;/, "<", escaped); gsub(/&gt;/, ">", escaped); gsub(/&quot;/, "\"", escaped)
  gsub(/&apos;/, "'", escaped); gsub(/&amp;/, "\\&", escaped)
  return escaped
}
function attribute(name,    found) {
  if (!match($0, " " name "=\"[^\"]*\"")) return ""
  found = substr($0, RSTART, RLENGTH)
  sub(/^[^"]*"/, "", found); sub(/"$/, "", found)
  return text(found)
}
# Of a GoogleTest that skips itself: the lines between "FILE:LINE: Skipped" and "[  SKIPPED ]".
function reason_in(output,    lines, count, i, reading, reason) {
  count = split(output, lines, "\n")
  for (i = 1; i <= count; i++) {
    if (lines[i] ~ /^\[  SKIPPED \]/) break
    if (reading && lines[i] != "") reason = reason (reason == "" ? "" : " ") lines[i]
    if (lines[i] ~ /: Skipped$/) reading = 1
  }
  return reason == "" ? "no reason given" : reason
}
/<testcase / { name = attribute("name"); status = attribute("status"); message = ""; output = "" }
/<skipped message=/ { message = attribute("message") }
/<failure message=/ { message = attribute("message") }
/<system-out>/ { within = 1; sub(/.*<system-out>/, "") }
within {
  line = $0
  if (sub(/<\/system-out>.*/, "", line)) within = 0
  output = output text(line) "\n"
}
/<\/testcase>/ {
  if (status == "run") {
    passed++
  } else if (status == "disabled") {
    skipped++
    print "skipped " name ": disabled"
  } else if (message == "SKIP_REGULAR_EXPRESSION_MATCHED" || message == "SKIP_RETURN_CODE=") {
    skipped++
    print "skipped " name ": " reason_in(output)
  } else {
    failed++
    print "FAILED " name (message == "" ? "" : ": " message)
    printf "%s", output
  }
}
END { print passed + 0, failed + 0, skipped + 0 }
