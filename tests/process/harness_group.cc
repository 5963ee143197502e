#include "tests/process/harness_group.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

#include "daemon/clock.h"
#include "daemon/key_files.h"
#include "keeper/kept.h"
#include "tests/process/harness_socket.h"
#include "wire/zmq_client.h"

namespace groupctl::process_test {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kAskMs = 5000;
constexpr std::uint64_t kComeUpMs = 20000;
constexpr std::size_t kShownLogBytes = 6000;

std::string tail_of(const fs::path& path) {
  const std::string text = read_file(path);
  return text.size() <= kShownLogBytes ? text : "..." + text.substr(text.size() - kShownLogBytes);
}

/// What is asked for, and the harness's own flags where nothing else was asked for.
void append_flags(std::vector<std::string>& words,
                  const std::vector<std::pair<std::string, std::string>>& usual,
                  const std::vector<std::string>& asked) {
  for (const auto& [flag, value] : usual) {
    if (std::find(asked.begin(), asked.end(), flag) == asked.end()) {
      words.insert(words.end(), {flag, value});
    }
  }
  words.insert(words.end(), asked.begin(), asked.end());
}

Answer answer_of(Said said) { return {said.ended.code, std::move(said.out), std::move(said.err)}; }

}  // namespace

std::string coordinator_program() { return GROUPCTL_COORDINATOR; }
std::string failpoint_coordinator_program() { return GROUPCTL_FAILPOINT_COORDINATOR; }
std::string keeper_program() { return GROUPCTL_KEEPER; }
std::string member_program() { return GROUPCTL_MEMBER; }
std::string groupctl_program() { return GROUPCTL_GROUPCTL; }
std::filesystem::path source_dir() { return GROUPCTL_SOURCE_DIR; }

std::filesystem::path key_dir() {
  static const TempDir dir;
  static const int told = ::setenv("GROUPCTL_KEY_DIR", dir.path().c_str(), 1);
  GROUPCTL_INVARIANT(told == 0, "the environment has room");
  return dir.path();
}

namespace {
// Before any process is started.
const std::filesystem::path kKeyDir = key_dir();
}  // namespace

ClientKeys admin_keys() {
  const auto own = read_secret_key(secret_file(key_dir(), kGroupctlKey));
  const auto server = read_public_key(public_file(key_dir(), kCoordinatorKey));
  GROUPCTL_INVARIANT(own && server, "init has made keys");
  return {*own, *server};
}

void keep_token(const fs::path& dir, const std::string& group, const std::string& said_by_init) {
  const std::string flag = "--token ";
  const std::size_t at = said_by_init.find(flag);
  if (at == std::string::npos) return;
  const std::string token = said_by_init.substr(at + flag.size());
  write_file(dir / (group + ".token"), token.substr(0, token.find_first_of(" \n")));
}

nlohmann::json Answer::json() const {
  auto parsed = nlohmann::json::parse(out, nullptr, false);
  EXPECT_FALSE(parsed.is_discarded()) << "no JSON: " << out << err;
  return parsed;
}

// ---- the admin plane

struct Admin::Channel : AdminChannel {
  explicit Channel(std::unique_ptr<ZmqClient> opened) : client(std::move(opened)) {}
  Status send(ByteView message, std::uint64_t timeout_ms) override {
    return client->send(message, timeout_ms);
  }
  Result<Bytes> receive(std::uint64_t timeout_ms) override { return client->receive(timeout_ms); }
  std::uint64_t now_ms() override { return local_now().value; }
  std::unique_ptr<ZmqClient> client;
};

Admin::Admin(const std::string& endpoint, std::optional<ClientKeys> keys) {
  auto opened = ZmqClient::open(endpoint, std::move(keys));
  GROUPCTL_INVARIANT(opened.has_value(), "no client for the coordinator's endpoint");
  channel_ = std::make_unique<Channel>(*std::move(opened));
  client_ = std::make_unique<Client>(*channel_, [] { return false; });
}

Admin::~Admin() = default;

Status Admin::let_in(const std::string& group, const std::string& member) {
  const auto keys = read_or_make_key(key_dir(), group + "@" + member);
  if (!keys) return tl::unexpected<Error>(keys.error());
  ChangeKey add;
  add.key = keys->public_key;
  add.name = member;
  add.role = KeyRole::kMember;
  auto added = client_->ask<KeyInfo>(add, kAskMs);
  if (!added) return tl::unexpected<Error>(added.error());
  return {};
}

Result<StatusReply> Admin::status() { return client_->ask<StatusReply>(StatusQuery{}, kAskMs); }

Result<MembersReply> Admin::members() { return client_->ask<MembersReply>(MembersQuery{}, kAskMs); }

Result<std::vector<LogRow>> Admin::log() {
  std::vector<LogRow> rows;
  LogQuery query;
  query.from = Sequence(1);
  query.limit = 1000;
  while (true) {
    auto page = client_->ask<LogReply>(query, kAskMs);
    if (!page) return tl::unexpected<Error>(page.error());
    query.from = Sequence(query.from.value + page->rows.size());
    const bool last = page->rows.empty() || query.from > page->head;
    std::move(page->rows.begin(), page->rows.end(), std::back_inserter(rows));
    if (last) return rows;
  }
}

// ---- a member

Member::Member(fs::path group_dir, std::string name)
    : dir_(std::move(group_dir)), name_(std::move(name)) {}

void Member::start(const std::string& coordinator, const std::vector<std::string>& flags) {
  const auto other = std::find(flags.begin(), flags.end(), "--group");
  const std::string group = other == flags.end() ? "shop" : *(other + 1);
  std::vector<std::string> words = before_;
  words.insert(words.end(), {member_program(), "run"});
  append_flags(words,
               {{"--group", group},
                {"--name", name_},
                {"--coordinator", coordinator},
                {"--state-dir", state_dir().string()},
                {"--root", files().string()},
                {"--log-format", "text"},
                {"--repository", "file:" + (dir_ / "archives").string()}},
               flags);
  const std::string token = read_file(dir_ / (group + ".token"));
  if (!token.empty()) words.insert(words.end(), {"--token", token});
  // A proxy of the machine's knows nothing of servers that a test has.
  process_ = Process::start(words, {{}, log_file(), {{"no_proxy", "*"}, {"NO_PROXY", "*"}}});
}

std::optional<nlohmann::json> Member::status() const {
  const Said said =
      run_program({member_program(), "status", "--state-dir", state_dir().string(), "-o", "json"});
  if (said.ended != Ended{0, 0}) return std::nullopt;
  auto parsed = nlohmann::json::parse(said.out, nullptr, false);
  if (parsed.is_discarded()) return std::nullopt;
  return parsed;
}

Answer Member::leave() const {
  return answer_of(run_program({member_program(), "leave", "--state-dir", state_dir().string()}));
}

Answer Member::local(const std::vector<std::string>& words) const {
  std::vector<std::string> all = {member_program(), "local"};
  all.insert(all.end(), words.begin(), words.end());
  all.insert(all.end(), {"--state-dir", state_dir().string()});
  return answer_of(run_program(all));
}

Answer Member::diff(const std::vector<std::string>& words) const {
  std::vector<std::string> all = {member_program(), "diff", "--state-dir", state_dir().string()};
  all.insert(all.end(), words.begin(), words.end());
  return answer_of(run_program(all));
}

// ---- the group

Group::Group(std::string name, Keys keys) : name_(std::move(name)), open_(keys == Keys::kOpen) {
  fs::create_directories(repository());
  const std::string host = drawn_host();
  const auto ports = free_ports(host, 3);
  endpoints_ = {{"member", TcpAddress{host, ports[0]}.endpoint()},
                {"admin", TcpAddress{host, ports[1]}.endpoint()},
                {"command", TcpAddress{host, ports[2]}.endpoint()}};
  const Answer made = init();
  EXPECT_EQ(made.exit_code, 0) << made.err;
}

/// What its members have started lives on without them, but not beyond the test.
Group::~Group() {
  for (const auto& [member_name, member] : members_) {
    member->process().kill_nine();
    std::error_code none;
    for (const auto& run : fs::directory_iterator(member->state_dir() / "run", none)) {
      (void)keeper::Kept(keeper_program(), run.path().string()).stop(kComeUpMs);
    }
  }
  if (!testing::Test::HasFailure()) return;
  std::cerr << "--- coordinator\n" << tail_of(log_file());
  for (const auto& [member_name, member] : members_) {
    std::cerr << "--- " << member_name << "\n" << tail_of(member->log_file());
  }
}

std::string Group::told_endpoint(const std::string& plane) const {
  std::istringstream lines(read_file(state_dir() / "groups" / name_ / "endpoints"));
  for (std::string word, told; lines >> word >> told;) {
    if (word == plane) return told;
  }
  return "";
}

Answer Group::init() const {
  std::vector<std::string> words = {coordinator_program(), "init", "--group", name_, "--state-dir",
                                    state_dir().string()};
  if (open_) words.emplace_back("--open");
  const Said said = run_program(words);
  keep_token(dir(), name_, said.out);
  return answer_of(said);
}

bool Group::start_coordinator(const CoordinatorOptions& options) {
  const fs::path told = state_dir() / "groups" / name_ / "endpoints";
  fs::remove(told);
  std::vector<std::string> words = options.before;
  words.insert(words.end(), {options.program, "run"});
  append_flags(words,
               {{"--state-dir", state_dir().string()},
                {"--heartbeat", "200ms"},
                {"--log-format", "text"},
                {"--member-endpoint", endpoint("member")},
                {"--admin-endpoint", endpoint("admin")},
                {"--command-endpoint", endpoint("command")}},
               options.flags);
  if (open_) words.emplace_back("--open");
  coordinator_ = Process::start(words, {{}, log_file(), options.env});
  eventually([&] { return fs::exists(told) || !coordinator_.running(); }, kComeUpMs);
  return fs::exists(told);
}

Member& Group::member(const std::string& name) {
  auto& slot = members_[name];
  if (!slot) slot = std::make_unique<Member>(dir(), name);
  return *slot;
}

void Group::start_member(const std::string& name, const std::vector<std::string>& flags) {
  std::vector<std::string> all = flags;
  if (open_) all.emplace_back("--open");
  member(name).start(endpoint("member"), all);
}

void Group::start_members(const std::vector<std::string>& names) {
  for (const std::string& name : names) start_member(name);
  expect_converged(names);
}

Answer Group::ctl(const std::vector<std::string>& words) const {
  return ctl_at(endpoint("admin"), words);
}

Answer Group::ctl_at(const std::string& endpoint, const std::vector<std::string>& words) const {
  std::vector<std::string> all = {groupctl_program(), "-E", endpoint};
  all.insert(all.end(), words.begin(), words.end());
  // Who knows a server key does not talk to a coordinator without.
  const std::string no_keys = "GROUPCTL_KEY_DIR=" + (dir() / "none").string();
  if (open_) all.insert(all.begin(), {"/usr/bin/env", no_keys});
  return answer_of(run_program(all));
}

ClientKeys Group::keys_of(const std::string& member) const {
  const Status let_in = admin().let_in(name_, member);
  EXPECT_TRUE(let_in) << let_in.error().text;
  const auto own = read_secret_key(secret_file(key_dir(), name_ + "@" + member));
  GROUPCTL_INVARIANT(own.has_value(), "let_in has made the key");
  return {*own, admin_keys().server};
}

std::string Group::pack_site(const std::string& version) const {
  const Said packed = run_program(
      {(source_dir() / "examples/make-archive").string(), "site", version, repository().string()});
  EXPECT_EQ(packed.ended.code, 0) << packed.err;
  return packed.out.substr(0, packed.out.find('\n'));
}

std::string Group::pack(const std::string& name, const std::string& version,
                        const std::map<std::string, std::string>& files) const {
  const fs::path content = dir() / "packed" / (name + "-" + version);
  for (const auto& [path, text] : files) {
    fs::create_directories((content / path).parent_path());
    write_file(content / path, text);
    fs::permissions(content / path, fs::perms(0755));
  }
  const fs::path archive = repository() / (name + "-" + version + ".tar");
  fs::create_directories(repository());
  const Said packed = run_program({"/usr/bin/tar", "-C", content, "-cf", archive, "."});
  EXPECT_EQ(packed.ended.code, 0) << packed.err;
  return archive;
}

bool Group::serves(const std::string& name, const std::string& version) {
  const Said compared =
      run_program({"/usr/bin/diff", "-r", (source_dir() / "examples/site" / version).string(),
                   (member(name).files() / "site" / "current/").string()});
  return compared.ended == Ended{0, 0};
}

std::size_t Group::logged(const std::string& first, const std::string& second) const {
  std::istringstream lines(read_file(log_file()));
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.find(first) != std::string::npos && line.find(second) != std::string::npos) ++count;
  }
  return count;
}

bool Group::converged(const std::vector<std::string>& names, std::string* why) {
  Admin asked = admin();
  const auto status = asked.status();
  const auto members = asked.members();
  if (!status || !members) {
    *why = "the coordinator does not answer";
    return false;
  }
  for (const std::string& name : names) {
    const auto row = std::find_if(members->rows.begin(), members->rows.end(),
                                  [&](const MemberInfo& info) { return info.name == name; });
    const bool caught_up = row != members->rows.end() && row->state != MemberState::kLost &&
                           row->marks == Watermarks{status->head, status->head} &&
                           row->state_digest == status->state_digest;
    if (!caught_up) {
      *why = name + " is not where the coordinator is: " + std::to_string(status->head.value);
      return false;
    }
    const auto own = member(name).status();
    if (!own || own->value("phase", "") != "in_step" ||
        own->value("stateDigest", "") != status->state_digest.hex() ||
        own->value("chain", "") != status->chain.hex()) {
      *why = name + " says otherwise itself: " + (own ? own->dump() : "nothing");
      return false;
    }
  }
  return true;
}

void Group::expect_converged(const std::vector<std::string>& names) {
  std::string why;
  EXPECT_TRUE(eventually([&] { return converged(names, &why); }, 30000)) << why;
}

}  // namespace groupctl::process_test
