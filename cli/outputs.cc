#include "cli/outputs.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/collecting.h"
#include "cli/exit_code.h"
#include "commands/left_behind.h"
#include "daemon/file_digest.h"

namespace groupctl {
namespace {

/// Who is asked for an output that several have, one after another.
constexpr std::size_t kMaxAsked = 3;

/// Files in memory, by member; each must be what the member's outcome said.
class MemoryPlace : public CollectPlace {
 public:
  explicit MemoryPlace(std::map<std::string, LeftContent> wanted) : wanted_(std::move(wanted)) {}

  std::string name_of(const CollectedBundle& bundle) const override { return bundle.member; }
  Result<bool> has(const CollectedBundle&) const override { return false; }
  Result<std::unique_ptr<Incoming>> begin(const CollectedBundle& bundle) override;
  const std::string& content(const std::string& member) { return contents_[member]; }

 private:
  const std::map<std::string, LeftContent> wanted_;
  std::map<std::string, std::string> contents_;
};

class IncomingInMemory : public Incoming {
 public:
  explicit IncomingInMemory(std::string& content) : content_(content) {}
  Status write(ByteView bytes) override {
    content_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return {};
  }
  Status finish(const ArtefactDigest& digest) override {
    Sha256 sha;
    sha.add(as_bytes(content_));
    if (sha.finish() == digest) return {};
    return fail(ErrorCode::kDigestMismatch, "what arrived is not what its digest says");
  }

 private:
  std::string& content_;
};

Result<std::unique_ptr<Incoming>> MemoryPlace::begin(const CollectedBundle& bundle) {
  if (wanted_.at(bundle.member) != LeftContent{bundle.digest, bundle.bytes}) {
    return fail(ErrorCode::kNotFound, "another command's output is kept under its number");
  }
  std::string& content = contents_[bundle.member];
  content.clear();
  return std::make_unique<IncomingInMemory>(content);
}

/// One content, and who has it.
struct Sought {
  LeftContent content;
  std::vector<const LedgerRow*> holders;  ///< by name
  std::string why;                        ///< it is missing, so far
  bool too_long = false;                  ///< with those before it: never asked for
};

class Gathering {
 public:
  explicit Gathering(Client& client) : client_(client) {}

  OutputsReport run(CommandReport command) {
    OutputsReport report;
    report.command = std::move(command);
    seek(report.command.rows);
    for (std::size_t turn = 0; turn < kMaxAsked; ++turn) fetch(report, turn);
    for (Sought& one : sought_) {
      for (const LedgerRow* row : one.holders) report.missing.push_back({row->name, one.why});
    }
    finish(report);
    return report;
  }

 private:
  void seek(const std::vector<LedgerRow>& rows);
  void fetch(OutputsReport& report, std::size_t turn);
  static void finish(OutputsReport& report);

  Client& client_;
  std::vector<Sought> sought_;  ///< not there yet
};

void Gathering::seek(const std::vector<LedgerRow>& rows) {
  std::map<std::string, Sought> by_digest;
  std::uint64_t bytes = 0;
  for (const LedgerRow& row : rows) {
    const auto left = content_in(row.text);
    if (!left) continue;
    Sought& one = by_digest[left->content.digest.hex()];
    if (one.holders.empty()) bytes += left->content.bytes;
    if (one.holders.empty() && bytes > kMaxOutputBytes) {
      one.too_long = true;
      one.why = "the outputs are too long in all";
    }
    one.content = left->content;
    one.holders.push_back(&row);
  }
  for (auto& [digest, one] : by_digest) sought_.push_back(std::move(one));
}

/// Asks one holder of each that is still missing.
void Gathering::fetch(OutputsReport& report, std::size_t turn) {
  std::vector<CollectedBundle> wanted;
  std::map<std::string, LeftContent> contents;
  std::vector<Sought*> asked;
  for (Sought& one : sought_) {
    if (one.too_long || turn >= one.holders.size()) continue;
    const LedgerRow& row = *one.holders[turn];
    CollectedBundle& bundle = wanted.emplace_back();
    bundle.id = row.member;
    bundle.member = row.name;
    bundle.outcome = row.outcome;
    contents[row.name] = one.content;
    asked.push_back(&one);
  }
  if (wanted.empty()) return;
  MemoryPlace place(std::move(contents));
  const auto fetched =
      fetch_left(client_, report.command.sequence, std::move(wanted), place, [](const auto&) {});
  for (std::size_t i = 0; i < fetched.size(); ++i) {
    asked[i]->why = fetched[i].missing;
    if (fetched[i].file.empty()) continue;
    auto output = read_output(place.content(fetched[i].member));
    if (!output) {
      asked[i]->why = output.error().text;
      continue;
    }
    for (const LedgerRow* row : asked[i]->holders) output->members.push_back(row->name);
    report.outputs.push_back(*std::move(output));
    asked[i]->holders.clear();
  }
  std::erase_if(sought_, [](const Sought& one) { return one.holders.empty(); });
}

/// The rows are read by people: what stands behind their text has been fetched.
void Gathering::finish(OutputsReport& report) {
  std::sort(report.outputs.begin(), report.outputs.end(),
            [](const ProgramOutput& a, const ProgramOutput& b) { return a.members < b.members; });
  std::sort(report.missing.begin(), report.missing.end(),
            [](const MissingOutput& a, const MissingOutput& b) { return a.member < b.member; });
  for (LedgerRow& row : report.command.rows) {
    if (auto left = content_in(row.text)) row.text = std::move(left->before);
  }
  if (report.missing.empty()) return;
  report.command.exit_code = worse_exit_code(report.command.exit_code, kExitBad);
}

}  // namespace

Result<ProgramOutput> read_output(std::string_view text) {
  const auto object = nlohmann::json::parse(text, nullptr, false);
  const auto is_text = [&](const char* key) {
    return object.contains(key) && object[key].is_string();
  };
  if (!object.is_object() || !is_text("end") || !is_text("out") || !is_text("err")) {
    return fail(ErrorCode::kCorrupt, "what the member keeps is no output");
  }
  ProgramOutput output;
  output.end = object["end"].get<std::string>();
  output.out = object["out"].get<std::string>();
  output.err = object["err"].get<std::string>();
  const auto code = object.find("exitCode");
  if (code != object.end() && code->is_number_integer()) output.exit_code = code->get<int>();
  return output;
}

OutputsReport gather_outputs(Client& client, CommandReport command) {
  return Gathering(client).run(std::move(command));
}

}  // namespace groupctl
