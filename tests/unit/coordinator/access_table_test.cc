// Every cell of verb x role x standing. What may be done is written out here once more, in another
// form: a slip of the pen in the table is a difference.
#include "coordinator/access_table.h"

#include <gtest/gtest.h>

#include <set>

namespace groupctl {
namespace {

using VerbSet = std::set<Verb>;

const VerbSet& own_verbs(KeyRole role) {
  static const VerbSet kMember = {
      Verb::kHello, Verb::kJoin,   Verb::kReplay, Verb::kSnapshot,   Verb::kAck,
      Verb::kLeave, Verb::kAnswer, Verb::kFetch,  Verb::kProbeReply, Verb::kRotateKey};
  static const VerbSet kReader = {
      Verb::kRotateKey, Verb::kGreet,       Verb::kWatch,   Verb::kStatus,    Verb::kMembers,
      Verb::kLog,       Verb::kMember,      Verb::kAskLook, Verb::kState,     Verb::kCollectLook,
      Verb::kGroups,    Verb::kRecoverLook, Verb::kKeys,    Verb::kPrediction};
  static const VerbSet kOperator = {Verb::kSubmit,   Verb::kAskChange, Verb::kPut,
                                    Verb::kPutChunk, Verb::kVerify,    Verb::kCollect,
                                    Verb::kForesee,  Verb::kPredict};
  static const VerbSet kAdmin = {Verb::kCreateGroup, Verb::kDeleteGroup, Verb::kRecover,
                                 Verb::kChangeKey};
  static const VerbSet kAsks = {Verb::kEnrol};
  switch (role) {
    case KeyRole::kMember:
      return kMember;
    case KeyRole::kReader:
      return kReader;
    case KeyRole::kOperator:
      return kOperator;
    case KeyRole::kAdmin:
      return kAdmin;
    case KeyRole::kToken:
    case KeyRole::kGuest:
      break;
  }
  return kAsks;
}

/// An admin may what an operator may, who may what a reader may.
bool expected(KeyRole role, Verb verb) {
  if (own_verbs(role).contains(verb)) return true;
  if (role == KeyRole::kAdmin) return expected(KeyRole::kOperator, verb);
  return role == KeyRole::kOperator && expected(KeyRole::kReader, verb);
}

TEST(AccessTable, EveryCell) {
  std::size_t cells = 0;
  for (int v = 0; v <= static_cast<int>(kLastVerb); ++v) {
    for (int r = 0; r <= static_cast<int>(KeyRole::kGuest); ++r) {
      for (int s = 0; s <= static_cast<int>(kLastStanding); ++s) {
        const auto verb = static_cast<Verb>(v);
        const auto role = static_cast<KeyRole>(r);
        const auto standing = static_cast<Standing>(s);
        const bool wanted = standing == Standing::kAccepted && expected(role, verb);
        EXPECT_EQ(is_allowed(role, standing, verb), wanted)
            << to_word(verb) << " " << to_word(role) << " " << to_word(standing);
        ++cells;
      }
    }
  }
  EXPECT_EQ(cells, 36U * 6U * 6U);
}

TEST(AccessTable, WordsOfVerbsDiffer) {
  std::set<std::string_view> words;
  for (int v = 0; v <= static_cast<int>(kLastVerb); ++v)
    words.insert(to_word(static_cast<Verb>(v)));
  EXPECT_EQ(words.size(), static_cast<std::size_t>(kLastVerb) + 1);
}

TEST(AccessTable, AQuestionThatCannotBeReadMayChangeSomething) {
  EXPECT_EQ(verb_of(AdminRequest(MemberAsk{MemberId(1), Bytes(9, 0xff)})), Verb::kAskChange);
}

}  // namespace
}  // namespace groupctl
