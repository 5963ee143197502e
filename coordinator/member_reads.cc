#include "coordinator/member_reads.h"

#include <algorithm>

namespace groupctl {

void MemberReads::want(const ReplayRead& read) {
  Line& line = lines_[read.session];
  if (line.pages_under_way) return;
  line.pages = read;
  take_turn(read.session, line);
}

void MemberReads::want(const ImageRead& read) {
  Line& line = lines_[read.session];
  if (line.chunks.size() + line.chunks_under_way >= kMaxChunksOfASession) return;
  line.chunks.push_back(read);
  take_turn(read.session, line);
}

void MemberReads::take_turn(SessionNumber session, Line& line) {
  if (!line.has_turn) turns_.push_back(session);
  line.has_turn = true;
}

std::optional<ReadRequest> MemberReads::next() {
  if (under_way_ >= kMaxUnderWay || turns_.empty()) return std::nullopt;
  const SessionNumber session = turns_.front();
  turns_.pop_front();
  Line& line = lines_.at(session);
  line.has_turn = false;
  ReadRequest read = take_from(line);
  if (line.waits()) take_turn(session, line);
  ++under_way_;
  return read;
}

ReadRequest MemberReads::take_from(Line& line) {
  if (line.pages) {
    line.pages_under_way = true;
    return *std::exchange(line.pages, std::nullopt);
  }
  ++line.chunks_under_way;
  ImageRead read = std::move(line.chunks.front());
  line.chunks.pop_front();
  return read;
}

void MemberReads::done(const MemberRead& read) {
  const auto found = lines_.find(read.session);
  if (found == lines_.end()) return;
  Line& line = found->second;
  if (read.of_image ? line.chunks_under_way == 0 : !line.pages_under_way) return;
  if (read.of_image) {
    --line.chunks_under_way;
  } else {
    line.pages_under_way = false;
  }
  --under_way_;
  if (line.idle()) lines_.erase(found);
}

void MemberReads::forget(SessionNumber session) {
  const auto found = lines_.find(session);
  if (found == lines_.end()) return;
  Line& line = found->second;
  line.pages.reset();
  line.chunks.clear();
  line.has_turn = false;
  std::erase(turns_, session);
  if (line.idle()) lines_.erase(found);
}

std::size_t MemberReads::longest() const {
  std::size_t most = 0;
  for (const auto& [session, line] : lines_) {
    most = std::max(most, line.chunks.size() + line.chunks_under_way);
  }
  return most;
}

}  // namespace groupctl
