#include "tests/process/harness_load.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "commands/syntax.h"
#include "daemon/random.h"

namespace groupctl::process_test {
namespace {

// Longer than any coordinator of these tests stays away.
constexpr std::uint64_t kAnswerMs = 45000;
constexpr std::uint64_t kProperties = 40;

const SyntaxRow& set_row() {
  static const SyntaxRow& row = []() -> const SyntaxRow& {
    const auto& table = syntax_table();
    const auto found = std::find_if(table.begin(), table.end(),
                                    [](const SyntaxRow& one) { return one.verb == "set"; });
    GROUPCTL_INVARIANT(found != table.end(), "there is no verb set");
    return *found;
  }();
  return row;
}

SubmittedCommand set_command(const std::string& text) {
  auto built = set_row().build({{"KEY=VALUE", {text}}});
  GROUPCTL_INVARIANT(built.has_value(), "a property that cannot be set");
  SubmittedCommand command;
  command.kind = built->kind;
  command.target = Target::all();
  command.payload = built->payload;
  return command;
}

bool is_open(const OutcomeCount& count) {
  return count.count > 0 &&
         (group_of(count.outcome) == OutcomeGroup::kOpen || count.outcome == Outcome::kBehind);
}

std::vector<Entry> entries_of(const std::vector<LogRow>& rows) {
  std::vector<Entry> entries;
  for (const LogRow& row : rows) {
    auto entry = decode_entry(row.entry);
    EXPECT_TRUE(entry.has_value()) << entry.error().text;
    if (entry) entries.push_back(*std::move(entry));
  }
  return entries;
}

void expect_contiguous(const std::vector<Entry>& log) {
  std::set<RequestId> requests;
  for (std::size_t i = 0; i < log.size(); ++i) {
    ASSERT_EQ(log[i].sequence, Sequence(i + 1)) << "the log has a hole";
    if (log[i].request.number == 0) continue;
    EXPECT_TRUE(requests.insert(log[i].request).second)
        << "sequence " << i + 1 << " holds a request for the second time";
  }
}

void expect_there(const std::vector<Entry>& log, const Acknowledged& one) {
  ASSERT_LE(one.sequence.value, log.size()) << one.text << " was acknowledged and is lost";
  const Entry& entry = log[one.sequence.value - 1];
  EXPECT_EQ(entry.request, one.request) << "sequence " << one.sequence.value << " was used again";
  const SyntaxRow* row = find_syntax(entry.kind);
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->describe(entry.payload), "SET " + one.text);
}

}  // namespace

Submitter::Submitter(std::string endpoint, std::string name)
    : endpoint_(std::move(endpoint)), name_(std::move(name)), thread_([this] { run(); }) {}

Submitter::~Submitter() { stop(); }

void Submitter::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

std::size_t Submitter::count() const {
  const std::lock_guard lock(mutex_);
  return record_.size();
}

std::vector<Acknowledged> Submitter::record() const {
  const std::lock_guard lock(mutex_);
  return record_;
}

std::vector<std::string> Submitter::failures() const {
  const std::lock_guard lock(mutex_);
  return failures_;
}

void Submitter::run() {
  Admin admin(endpoint_);
  Result<HelloReply> hello = fail(ErrorCode::kUnreachable, "not asked yet");
  while (!hello && !stopping_) hello = admin.client().hello(1000);
  if (!hello) return;
  const ClientId id = drawn_client_id(hello->now, random_number());
  for (std::uint64_t number = 1; !stopping_; ++number) submit_next(admin.client(), id, number);
}

void Submitter::submit_next(Client& client, const ClientId& id, std::uint64_t number) {
  Acknowledged one{{id, number},
                   {},
                   name_ + std::to_string(number % kProperties) + "=" + std::to_string(number)};
  Submit submit;
  submit.first = one.request;
  submit.issuer = name_;
  submit.commands.push_back(set_command(one.text));
  submit.allow_empty_target = true;
  auto accepted = client.submit(submit, kAnswerMs);
  const std::lock_guard lock(mutex_);
  if (!accepted) {
    failures_.push_back(one.text + ": " + accepted.error().text);
    stopping_ = true;
    return;
  }
  one.sequence = accepted->first;
  record_.push_back(std::move(one));
}

Load::Load(const Group& group, int submitters) {
  for (int i = 0; i < submitters; ++i) {
    submitters_.push_back(std::make_unique<Submitter>(group.endpoint("admin"),
                                                      std::string(1, static_cast<char>('a' + i))));
  }
}

std::size_t Load::count() const {
  std::size_t sum = 0;
  for (const auto& one : submitters_) sum += one->count();
  return sum;
}

bool Load::goes_on(std::size_t more, std::uint64_t limit_ms) const {
  const std::size_t wanted = count() + more;
  return eventually([&] { return count() >= wanted; }, limit_ms);
}

void Load::stop() {
  for (const auto& one : submitters_) one->stop();
}

void Load::expect_nothing_lost(Group& group) {
  stop();
  for (const auto& one : submitters_) {
    for (const std::string& failure : one->failures()) ADD_FAILURE() << failure;
  }
  Admin admin = group.admin();
  Result<std::vector<LogRow>> rows = fail(ErrorCode::kInternal, "not read");
  const auto closed = [&] {
    rows = admin.log();
    return rows && std::none_of(rows->begin(), rows->end(), [](const LogRow& row) {
             return std::any_of(row.counts.begin(), row.counts.end(), is_open);
           });
  };
  EXPECT_TRUE(eventually(closed, 30000)) << "the ledger of some entry stays open";
  ASSERT_TRUE(rows.has_value()) << rows.error().text;
  const std::vector<Entry> log = entries_of(*rows);
  expect_contiguous(log);
  for (const auto& one : submitters_) {
    for (const Acknowledged& acknowledged : one->record()) expect_there(log, acknowledged);
  }
}

}  // namespace groupctl::process_test
