// Deployers as somebody may write them, well and badly. Each is a shell script; what is bad
// replaces a sub-command of the good one.
#pragma once

#include <string>

namespace groupctl::process_test {

/// Keeps a copy of the files in its folder, and a file that says what runs. GROUP_LABEL_marks names
/// a file in which it writes down what it was asked for.
inline std::string good_deployer(const std::string& instead = "") {
  return "#!/bin/sh\n"
         "set -e\n"
         "[ -z \"$GROUP_LABEL_marks\" ] || echo \"$1 $GROUP_VERSION $GROUP_ATTEMPT\" "
         ">>\"$GROUP_LABEL_marks\"\n"
         "case \"$1\" in\n" +
         instead +
         "describe) echo '{\"contract\":1,\"name\":\"good\",\"version\":\"1\",\"commands\":"
         "[\"deploy\",\"undeploy\",\"start\",\"stop\",\"refresh\",\"status\",\"attach\",\"dump\"]}'"
         " ;;\n"
         "plan) echo '{\"result\":{\"text\":\"copies '$GROUP_VERSION'\"}}' ;;\n"
         "deploy)\n"
         "  echo '{\"progress\":0.5,\"step\":\"copying\"}'\n"
         "  echo \"copies $GROUP_VERSION\" >&2\n"
         "  rm -rf site && cp -R \"$GROUP_RELEASE_DIR\" site ;;\n"
         "undeploy) rm -rf site runs ;;\n"
         "start) echo \"$GROUP_VERSION\" >runs; echo '{\"result\":{\"handle\":\"number 7\"}}' ;;\n"
         "stop) rm -f runs ;;\n"
         "refresh) echo refreshed >>refreshes ;;\n"
         "status)\n"
         "  if [ -e runs ]; then echo '{\"state\":\"running\",\"version\":\"'$(cat runs)'\"}'\n"
         "  elif [ -e site ]; then echo '{\"state\":\"stopped\"}'\n"
         "  else echo '{\"state\":\"nothing\"}'; fi ;;\n"
         "attach)\n"
         "  if [ -e foreign ]; then echo '{\"state\":\"foreign\",\"text\":\"it is of root\"}'\n"
         "  elif [ -e runs ]; then echo '{\"state\":\"attached\"}'\n"
         "  else echo '{\"state\":\"gone\"}'; fi ;;\n"
         "dump) echo \"$GROUP_HANDLE\" >\"$GROUP_DUMP_DIR/handle\" ;;\n"
         "*) exit 64 ;;\n"
         "esac\n";
}

}  // namespace groupctl::process_test
