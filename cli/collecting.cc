#include "cli/collecting.h"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "log/text.h"
#include "wire/question_messages.h"

namespace groupctl {
namespace {

constexpr std::size_t kMembersAtOnce = 8;
/// The coordinator says after 5 s that a member does not answer; behind that nobody answers.
constexpr std::uint64_t kAnswerMs = 7000;
constexpr std::uint64_t kPatienceMs = 10'000;  // with a member that gives no piece
constexpr std::uint64_t kAwayMs = 30'000;      // without any answer at all
constexpr std::uint64_t kBusyMs = 200;
constexpr std::uint64_t kMaxBundleBytes = 256ULL * 1024 * 1024;

std::string missing_text(const LedgerRow& row) {
  std::string text(to_word(row.outcome));
  return row.text.empty() ? text : text + ": " + row.text;
}

std::vector<CollectedBundle> bundles_of(const std::vector<LedgerRow>& rows) {
  std::vector<CollectedBundle> bundles;
  for (const LedgerRow& row : rows) {
    CollectedBundle& bundle = bundles.emplace_back();
    bundle.id = row.member;
    bundle.member = row.name;
    bundle.outcome = row.outcome;
    if (row.outcome != Outcome::kDone) bundle.missing = missing_text(row);
    if (!is_name(row.name)) bundle.missing = "its name cannot be part of a file's name";
  }
  return bundles;
}

class IncomingInFolder : public Incoming {
 public:
  explicit IncomingInFolder(IncomingFile file) : file_(std::move(file)) {}
  Status write(ByteView bytes) override { return file_.write(bytes); }
  Status finish(const ArtefactDigest& digest) override { return file_.finish(digest); }

 private:
  IncomingFile file_;
};

class FolderPlace : public CollectPlace {
 public:
  FolderPlace(const CollectFolder& folder, Sequence sequence)
      : folder_(folder), sequence_(sequence) {}

  std::string name_of(const CollectedBundle& bundle) const override {
    return CollectFolder::file_name(sequence_, bundle.member);
  }
  Result<bool> has(const CollectedBundle& bundle) const override {
    return folder_.has(name_of(bundle), bundle.digest);
  }
  Result<std::unique_ptr<Incoming>> begin(const CollectedBundle& bundle) override {
    auto file = folder_.begin(name_of(bundle));
    if (!file) return tl::unexpected(file.error());
    return std::make_unique<IncomingInFolder>(*std::move(file));
  }

 private:
  const CollectFolder& folder_;
  const Sequence sequence_;
};

/// One bundle on its way.
struct Transfer {
  CollectedBundle* bundle = nullptr;
  std::unique_ptr<Incoming> file;
  std::uint64_t offset = 0;
  std::uint64_t since_ms = 0;   ///< the last piece came, or it began to be asked for
  std::uint64_t ask_at_ms = 0;  ///< when it is not asked already
  std::uint64_t asked_ms = 0;   ///< 0: no piece is asked for
  AdminRequestId request;
  bool ended = false;
};

class Collection {
 public:
  Collection(Client& client, Sequence sequence, std::vector<CollectedBundle> wanted,
             CollectPlace& place, const OnCollect& told)
      : client_(client),
        sequence_(sequence),
        place_(place),
        told_(told),
        bundles_(std::move(wanted)) {}

  std::vector<CollectedBundle> run();

 private:
  void list();
  void ask();
  bool ask_piece(Transfer& transfer);
  void listen();
  void answered(Transfer& transfer, const AdminReply& reply);
  void refused(Transfer& transfer, ErrorCode code, const std::string& text);
  void take(Transfer& transfer, const BundleChunk& chunk);
  Status begin(Transfer& transfer, const BundleChunk& chunk);
  void try_again(Transfer& transfer, const std::string& why);
  void heard();
  void lost_connection();
  void leave_rest(const std::string& why);
  void end(Transfer& transfer, std::string missing);
  void say(const CollectedBundle* just_ended);

  Client& client_;
  const Sequence sequence_;
  CollectPlace& place_;
  const OnCollect& told_;
  std::vector<CollectedBundle> bundles_;  // transfers point at them
  std::deque<CollectedBundle*> waiting_;
  std::vector<Transfer> under_way_;
  std::size_t ended_ = 0;
  std::size_t missing_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t heard_ms_ = 0;  // of the coordinator, last
  bool reachable_ = true;
};

void Collection::say(const CollectedBundle* just_ended) {
  told_({ended_, missing_, bundles_.size(), bytes_, reachable_, just_ended});
}

void Collection::list() {
  for (CollectedBundle& bundle : bundles_) {
    if (bundle.missing.empty()) {
      waiting_.push_back(&bundle);
    } else {
      ++ended_;
      ++missing_;
      say(&bundle);
    }
  }
}

std::vector<CollectedBundle> Collection::run() {
  list();
  heard_ms_ = client_.now_ms();
  const auto away = [&] { return client_.now_ms() - heard_ms_ >= kAwayMs; };
  while (ended_ < bundles_.size() && !client_.stopped() && !away()) {
    ask();
    listen();
    std::erase_if(under_way_, [](const Transfer& transfer) { return transfer.ended; });
    say(nullptr);
  }
  leave_rest(client_.stopped() ? "interrupted" : "no coordinator answers");
  return std::move(bundles_);
}

void Collection::leave_rest(const std::string& why) {
  for (Transfer& transfer : under_way_) transfer.bundle->missing = why;
  for (CollectedBundle* bundle : waiting_) bundle->missing = why;
  under_way_.clear();
  waiting_.clear();
}

void Collection::ask() {
  while (under_way_.size() < kMembersAtOnce && !waiting_.empty()) {
    Transfer next;
    next.bundle = waiting_.front();
    next.since_ms = client_.now_ms();
    waiting_.pop_front();
    under_way_.push_back(std::move(next));
  }
  const std::uint64_t now = client_.now_ms();
  for (Transfer& transfer : under_way_) {
    if (transfer.ended) continue;
    if (transfer.asked_ms != 0 && now - transfer.asked_ms >= kAnswerMs) {
      try_again(transfer, "the coordinator does not answer");
    }
    const bool due = !transfer.ended && transfer.asked_ms == 0 && now >= transfer.ask_at_ms;
    if (due && !ask_piece(transfer)) return;
  }
}

/// False: nobody is there to be asked.
bool Collection::ask_piece(Transfer& transfer) {
  const Question question = BundleQuestion{sequence_, transfer.offset};
  const auto id = client_.post(MemberAsk{transfer.bundle->id, encode(question)}, kBusyMs);
  reachable_ = reachable_ && id.has_value();
  if (!id) return false;
  transfer.request = *id;
  transfer.asked_ms = client_.now_ms();
  return true;
}

/// Waits for news, a little.
void Collection::listen() {
  const auto answer = client_.next_answer(kBusyMs);
  if (!answer) {
    if (answer.error().code == ErrorCode::kUnreachable) lost_connection();
    return;
  }
  heard();
  for (Transfer& transfer : under_way_) {
    // An answer to what was asked again since is an answer to another piece.
    if (transfer.asked_ms == 0 || transfer.request != answer->id) continue;
    transfer.asked_ms = 0;
    return answered(transfer, answer->reply);
  }
}

/// While nobody was there no member could answer, and those it has must come back to it first.
void Collection::heard() {
  heard_ms_ = client_.now_ms();
  if (std::exchange(reachable_, true)) return;
  for (Transfer& transfer : under_way_) transfer.since_ms = heard_ms_;
}

/// Each goes on with the piece that it waited for, once somebody is there again.
void Collection::lost_connection() {
  reachable_ = false;
  for (Transfer& transfer : under_way_) transfer.asked_ms = 0;
}

void Collection::answered(Transfer& transfer, const AdminReply& reply) {
  if (const auto* no = std::get_if<QueryRefused>(&reply)) {
    return refused(transfer, no->code, no->text);
  }
  const auto* answered = std::get_if<MemberAnswered>(&reply);
  const auto answer = answered == nullptr ? fail(ErrorCode::kInternal, "another answer was given")
                                          : decode_answer(answered->answer);
  if (!answer) return end(transfer, answer.error().text);
  if (const auto* no = std::get_if<Refused>(&*answer)) return refused(transfer, no->code, no->text);
  if (const auto* chunk = std::get_if<BundleChunk>(&*answer)) return take(transfer, *chunk);
  end(transfer, "the member gave another answer");
}

/// One that is busy, or has not answered, may do so later; a member that is not there will not.
void Collection::refused(Transfer& transfer, ErrorCode code, const std::string& text) {
  if (code == ErrorCode::kBusy || code == ErrorCode::kUnknownSession) {
    return try_again(transfer, text);
  }
  end(transfer, text);
}

void Collection::try_again(Transfer& transfer, const std::string& why) {
  transfer.asked_ms = 0;
  const std::uint64_t now = client_.now_ms();
  if (now - transfer.since_ms >= kPatienceMs) return end(transfer, why);
  transfer.ask_at_ms = now + kBusyMs;
}

Status Collection::begin(Transfer& transfer, const BundleChunk& chunk) {
  CollectedBundle& bundle = *transfer.bundle;
  if (chunk.bytes > kMaxBundleBytes) return fail(ErrorCode::kRefused, "it is too large");
  bundle.digest = chunk.digest;
  bundle.bytes = chunk.bytes;
  const auto there = place_.has(bundle);
  if (!there) return tl::unexpected(there.error());
  if (*there) {
    bundle.file = place_.name_of(bundle);
    return {};
  }
  auto file = place_.begin(bundle);
  if (!file) return tl::unexpected(file.error());
  transfer.file = *std::move(file);
  return {};
}

void Collection::take(Transfer& transfer, const BundleChunk& chunk) {
  CollectedBundle& bundle = *transfer.bundle;
  if (!transfer.file) {
    if (const Status begun = begin(transfer, chunk); !begun)
      return end(transfer, begun.error().text);
    if (!bundle.file.empty()) return end(transfer, "");
  }
  const bool same = chunk.digest == bundle.digest && chunk.bytes == bundle.bytes;
  if (!same) return end(transfer, "it changed while it was fetched");
  if (chunk.offset != transfer.offset || chunk.data.size() > bundle.bytes - transfer.offset ||
      (chunk.data.empty() && transfer.offset < bundle.bytes)) {
    return end(transfer, "the member gave another piece");
  }
  if (const Status s = transfer.file->write(chunk.data); !s) return end(transfer, s.error().text);
  transfer.offset += chunk.data.size();
  transfer.since_ms = client_.now_ms();
  bytes_ += chunk.data.size();
  if (transfer.offset < bundle.bytes) return say(nullptr);
  const Status whole = transfer.file->finish(bundle.digest);
  if (whole) bundle.file = place_.name_of(bundle);
  end(transfer, whole ? "" : whole.error().text);
}

void Collection::end(Transfer& transfer, std::string missing) {
  transfer.ended = true;
  transfer.asked_ms = 0;
  transfer.file.reset();
  transfer.bundle->missing = std::move(missing);
  ++ended_;
  if (transfer.bundle->file.empty()) ++missing_;
  say(transfer.bundle);
}

}  // namespace

std::vector<CollectedBundle> fetch_left(Client& client, Sequence sequence,
                                        std::vector<CollectedBundle> wanted, CollectPlace& place,
                                        const OnCollect& told) {
  return Collection(client, sequence, std::move(wanted), place, told).run();
}

std::vector<CollectedBundle> collect_bundles(Client& client, Sequence sequence,
                                             const std::vector<LedgerRow>& rows,
                                             const CollectFolder& folder, const OnCollect& told) {
  FolderPlace place(folder, sequence);
  return fetch_left(client, sequence, bundles_of(rows), place, told);
}

}  // namespace groupctl
