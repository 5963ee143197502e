#include "tests/unit/coordinator_hosting/fake_groups.h"

#include <gtest/gtest.h>

namespace groupctl {

class FakeGroups::Fake final : public ServedGroup {
 public:
  Fake(FakeGroups& all, std::string name, PlaneEndpoints planes)
      : all_(all), name_(std::move(name)), planes_(std::move(planes)) {}
  ~Fake() override {
    const std::lock_guard lock(all_.mutex_);
    all_.running_.erase(name_);
  }
  const PlaneEndpoints& endpoints() const override { return planes_; }
  void answer(DeskAnswer answer) override {
    EXPECT_FALSE(stopped_) << name_ << " is asked to answer after its end";
    all_.answers_.put(std::move(answer.reply));
  }
  void summarise() override {
    const std::lock_guard lock(all_.mutex_);
    all_.summaries_.push_back(name_);
  }
  void stop() override { stopped_ = true; }
  int join() override {
    const std::lock_guard lock(all_.mutex_);
    return stopped_ ? 0 : all_.running_.at(name_).code;
  }

 private:
  FakeGroups& all_;
  const std::string name_;
  const PlaneEndpoints planes_;
  bool stopped_ = false;
};

ServeGroup FakeGroups::serve() {
  return [this](OpenedGroup opened, const PlaneEndpoints& planes, Board& board,
                ProcessCalls calls) { return start(opened, planes, board, std::move(calls)); };
}

Result<std::unique_ptr<ServedGroup>> FakeGroups::start(const OpenedGroup& opened,
                                                       const PlaneEndpoints& planes, Board& board,
                                                       ProcessCalls calls) {
  const std::lock_guard lock(mutex_);
  board_ = &board;
  PlaneEndpoints bound = planes;
  for (std::string* plane : {&bound.member, &bound.command, &bound.admin}) {
    if (plane->ends_with(":*")) plane->replace(plane->size() - 1, 1, std::to_string(next_port_++));
  }
  board.put({opened.group, false, "", bound, {}, {}});
  const auto refusal = refused_.find(opened.group);
  if (refusal != refused_.end()) return tl::unexpected<Error>(refusal->second);
  running_[opened.group] = {bound, std::move(calls), 0};
  return std::make_unique<Fake>(*this, opened.group, bound);
}

void FakeGroups::refuse(const std::string& group, Error error) {
  const std::lock_guard lock(mutex_);
  refused_.insert_or_assign(group, std::move(error));
}

bool FakeGroups::ask(const std::string& group, std::uint64_t id, ProcessRequest request) {
  const std::lock_guard lock(mutex_);
  return running_.at(group).calls.ask({group, {}, AdminRequestId(id), std::move(request)});
}

std::optional<AdminReply> FakeGroups::answer() { return answers_.wait_for(20'000); }

void FakeGroups::end(const std::string& group, int code) {
  const std::lock_guard lock(mutex_);
  Running& running = running_.at(group);
  running.code = code;
  running.calls.ended(code);
}

bool FakeGroups::serving(const std::string& group) const {
  const std::lock_guard lock(mutex_);
  return running_.contains(group);
}

std::vector<std::string> FakeGroups::serving() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, running] : running_) names.push_back(name);
  return names;
}

PlaneEndpoints FakeGroups::planes(const std::string& group) const {
  const std::lock_guard lock(mutex_);
  return running_.at(group).planes;
}

std::vector<std::string> FakeGroups::summaries() const {
  const std::lock_guard lock(mutex_);
  return summaries_;
}

Board* FakeGroups::board() const {
  const std::lock_guard lock(mutex_);
  return board_;
}

}  // namespace groupctl
