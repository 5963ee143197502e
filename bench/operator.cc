#include "bench/operator.h"

#include <chrono>

namespace groupctl::bench {

Result<double> Operator::type(std::vector<std::string> words) const {
  std::vector<std::string> all = {program_, "-E", coordinator_.admin().endpoint, "--quiet",
                                  "--yes"};
  if (const auto server = coordinator_.server_key()) {
    all.insert(all.end(), {"--key", coordinator_.admin_key_file(), "--server-key", server->hex()});
  }
  all.insert(all.end(), std::make_move_iterator(words.begin()),
             std::make_move_iterator(words.end()));
  return run_at_once({std::move(all)}, log_);
}

Result<double> run_at_once(std::vector<std::vector<std::string>> programs, const std::string& log) {
  const auto begun = std::chrono::steady_clock::now();
  std::vector<Child> children;
  for (std::vector<std::string>& words : programs) {
    auto child = Child::start(std::move(words), log);
    if (!child) return tl::unexpected<Error>(child.error());
    children.push_back(*std::move(child));
  }
  for (Child& child : children) {
    if (child.wait() != 0) return fail(ErrorCode::kIo, "a program has failed, see " + log);
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

}  // namespace groupctl::bench
