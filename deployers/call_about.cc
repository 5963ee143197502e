#include "deployers/call_about.h"

#include "deployers/shallow_json.h"

namespace groupctl::deployers {
namespace {

std::string input_of(const std::string& command, const Subject& subject,
                     const std::string& release_dir) {
  const nlohmann::json config = shallow_json(subject.config);
  const nlohmann::json input = {{"contract", kContract},
                                {"command", command},
                                {"artefact", subject.artefact},
                                {"version", subject.version},
                                {"digest", subject.digest},
                                {"releaseDir", release_dir},
                                {"currentLink", subject.current_link},
                                {"stateDir", subject.state_dir},
                                {"handle", subject.handle},
                                {"config", config.is_discarded() ? nlohmann::json() : config}};
  return input.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

bool only_asks(std::string_view command) {
  return command == "describe" || command == "status" || command == "attach" || command == "plan";
}

Call call_about(const std::string& command, const Subject& subject) {
  const std::string release_dir = command == "plan" ? "" : subject.release_dir;
  Call call;
  call.command = command;
  call.folder = subject.state_dir;
  call.environment = {{"GROUP_ARTEFACT", subject.artefact},
                      {"GROUP_VERSION", subject.version},
                      {"GROUP_DIGEST", subject.digest},
                      {"GROUP_RELEASE_DIR", release_dir},
                      {"GROUP_CURRENT_LINK", subject.current_link},
                      {"GROUP_CONFIG", subject.config_file},
                      {"GROUP_STATE_DIR", subject.state_dir},
                      {"GROUP_HANDLE", subject.handle},
                      {"GROUP_ATTEMPT", "1"}};
  call.input = input_of(command, subject, release_dir);
  return call;
}

}  // namespace groupctl::deployers
