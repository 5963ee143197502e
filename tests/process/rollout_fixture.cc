#include "tests/process/rollout_fixture.h"

namespace groupctl::process_test {

void Rollout::begin(int members, const CoordinatorOptions& options,
                    const std::vector<std::string>& member_flags) {
  ASSERT_TRUE(group.start_coordinator(options));
  for (int i = 1; i <= members; ++i) names.push_back("m" + std::to_string(i));
  for (const std::string& name : names) group.start_member(name, member_flags);
  group.expect_converged(names);
  one = group.pack_site("1.0");
  two = group.pack_site("2.0");
  const Answer first = group.ctl(rolling("1.0", {}));
  ASSERT_EQ(first.exit_code, 0) << first.out << first.err;
}

std::vector<std::string> Rollout::rolling(const std::string& version,
                                          const std::vector<std::string>& more) const {
  std::vector<std::string> words = {"deploy",     "site@" + version,
                                    "--archive",  version == "1.0" ? one : two,
                                    "--deployer", deployer};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

nlohmann::json Rollout::last_rollout() const {
  const auto list = group.ctl({"rollout", "list", "-o", "json"}).json().at("rollouts");
  return list.empty() ? nlohmann::json::object() : list.at(0);
}

int Rollout::ended(const std::string& how) const {
  return last_rollout().value("summary", nlohmann::json::object()).value(how, 0);
}

std::map<std::string, std::string> Rollout::rows_of(const nlohmann::json& answer) const {
  std::map<std::string, std::string> results;
  const auto rows = answer.value("members", nlohmann::json::array());
  EXPECT_EQ(rows.size(), names.size()) << answer.dump();
  for (const auto& row : rows) results[row.value("name", "")] = row.value("result", "");
  for (const std::string& name : names) EXPECT_TRUE(results.contains(name)) << answer.dump();
  return results;
}

std::vector<std::string> Rollout::by_id() const {
  std::map<std::uint64_t, std::string> sorted;
  const auto list = group.ctl({"member", "list", "-o", "json"}).json();
  for (const auto& member : list.at("members")) {
    sorted[std::stoull(member.at("id").get<std::string>())] = member.at("name");
  }
  std::vector<std::string> all;
  for (const auto& [id, name] : sorted) all.push_back(name);
  return all;
}

void Rollout::break_it(const std::string& name) {
  std::filesystem::remove(link_of(name));
  std::filesystem::create_directory(link_of(name));
}

}  // namespace groupctl::process_test
