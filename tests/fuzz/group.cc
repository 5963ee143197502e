#include "tests/fuzz/group.h"

namespace groupctl::fuzz {
namespace {

MemberRow row(std::uint8_t id, const std::string& name, Labels labels) {
  MemberRow made;
  made.name = name;
  made.participant = "web";
  made.server_id.bytes.fill(id);
  made.own_labels = std::move(labels);
  return made;
}

testing::GroupLog make() {
  const Target web = Target::of({{{"role", SelectorTerm::Test::kEquals, {"web"}}}});
  testing::GroupLog log;
  log.joined(a_member());
  log.joined(row(2, "web-02", {{"role", "web"}, {"rack", "r2"}}));
  log.joined(row(3, "db-01", {{"role", "db"}}));
  log.deploy("shop", "2.4.1");
  log.deploy("shop", "2.4.2", web);
  log.deploy("cart", "1.0.0", Target::one(MemberId(3)));
  log.set("log.level", "debug");
  log.set("log.level", "info", web);
  log.sets(20);
  log.ping();
  log.labelled(MemberId(2), {{"drained", "yes"}});
  log.left(MemberId(3));
  log.unknown(EntryClass::kLatest);
  log.deploy_rolling("pay", "1.0.0", web);
  return log;
}

}  // namespace

const MemberRow& a_member() {
  static const MemberRow made = row(1, "web-01", {{"role", "web"}});
  return made;
}

const testing::GroupLog& a_group() {
  static const testing::GroupLog made = make();
  return made;
}

}  // namespace groupctl::fuzz
