# usage: awk -f junit.awk CTEST_LOG JUNIT_XML        what `ctest --output-junit` prints and what it writes
# Prints the output of each failed test and the reason of each skipped one; the last line is: passed failed skipped.
# A test that could not be run at all is a failed one.
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
function last_line(output) {
  sub(/\n+$/, "", output); sub(/.*\n/, "", output)
  return output == "" ? "no reason given" : output
}
# "1/9 Test #3: unit/A.b ....***Timeout  60.00 sec": how it failed is in the log alone.
FNR == NR {
  if (match($0, /Test +#[0-9]+: /)) {
    name = substr($0, RSTART + RLENGTH)
    how = name
    sub(/ \.+ *\*\*\*.*/, "", name); sub(/ *\.+\*\*\*.*/, "", name)
    gsub(/  +/, " ", how)
    if (sub(/.*\*\*\*/, "", how)) verdict[name] = how
  }
  next
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
  } else if (message == "SKIP_REGULAR_EXPRESSION_MATCHED") {
    skipped++
    print "skipped " name ": " reason_in(output)
  } else if (message ~ /^SKIP_RETURN_CODE=/) {
    skipped++
    print "skipped " name ": " last_line(output)
  } else {
    failed++
    print "FAILED " name ": " (name in verdict ? verdict[name] : message)
    printf "%s", output
  }
}
END { print passed + 0, failed + 0, skipped + 0 }
