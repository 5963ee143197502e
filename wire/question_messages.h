// What is asked of one member and is no group command: its deviations, and to give them up. Travels
// as bytes that the coordinator does not read, and over the member's own socket.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "log/outcome.h"
#include "log/result.h"
#include "log/types.h"
#include "wire/member_messages.h"

namespace groupctl {

// ---- questions

struct DeltaQuestion {
  std::string after;  ///< a state key; the rows behind it
  bool operator==(const DeltaQuestion&) const = default;
};
/// Answered at once with what will be done; then ask for the job.
struct ReconcileQuestion {
  std::vector<std::string> keys;  ///< state keys; none: all that deviates
  std::string who;
  std::string why;
  bool operator==(const ReconcileQuestion&) const = default;
};
struct JobQuestion {
  std::uint64_t job = 0;
  bool operator==(const JobQuestion&) const = default;
};
struct ArtefactsQuestion {
  std::string after;  ///< a name; the rows behind it
  bool operator==(const ArtefactsQuestion&) const = default;
};
/// A piece of the bundle that a DUMP has left.
struct BundleQuestion {
  Sequence at;  ///< the entry
  std::uint64_t offset = 0;
  bool operator==(const BundleQuestion&) const = default;
};
/// How entries would end on this member, if they came now. They come in one question or, while
/// `more`, in several; then ask for what is foretold.
struct ForetellQuestion {
  std::uint64_t job = 0;       ///< 0: the first of them
  Sequence head;               ///< of the log that they would follow
  std::vector<Bytes> entries;  ///< as they would be stored
  bool more = false;
  bool operator==(const ForetellQuestion&) const = default;
};
struct ForetoldQuestion {
  std::uint64_t job = 0;
  std::uint64_t skip = 0;  ///< rows that are there already
  bool operator==(const ForetoldQuestion&) const = default;
};
using Question = std::variant<DeltaQuestion, ReconcileQuestion, JobQuestion, ArtefactsQuestion,
                              BundleQuestion, ForetellQuestion, ForetoldQuestion>;

// ---- answers

/// What a key has or should have.
struct Thing {
  enum class Kind : std::uint8_t { kNothing, kRelease, kValue, kAsItIs, kRun };
  Kind kind = Kind::kNothing;
  std::string version;
  ArtefactDigest digest;
  std::string deployer;
  Bytes config;
  std::string value;  ///< of kRun "running", "stopped", or how else it is
  bool operator==(const Thing&) const = default;
};

struct Deviation {
  std::string key;
  std::string kind;   ///< "intended", "pending", "failed", "drifted", "foreign"
  std::string cause;  ///< of an intended one: "override", "local", "hold"
  std::string who;
  std::uint64_t when_ms = 0;  ///< since 1970 by the member's clock; 0: not known
  std::string why;            ///< of an intended one; else what was found
  Sequence sequence;          ///< of the group's assignment; 0: none
  Thing group;                ///< what the group wants; releases without config
  Thing there;                ///< what is in place
  Thing wanted;               ///< of an intended one: what is wanted instead
  bool operator==(const Deviation&) const = default;
};
struct DeltaPage {
  Sequence at;                  ///< R
  std::vector<Deviation> rows;  ///< by key, of one key the intended one first
  bool more = false;
  bool operator==(const DeltaPage&) const = default;
};

struct Reconciling {
  std::uint64_t job = 0;
  std::vector<std::string> keys;  ///< what will be brought in line
  bool operator==(const Reconciling&) const = default;
};

/// How a job ended for one key.
struct KeyResult {
  std::string key;
  Outcome outcome = Outcome::kDone;
  std::string step;
  std::string text;
  bool operator==(const KeyResult&) const = default;
};
struct JobState {
  bool open = false;
  std::vector<KeyResult> results;  ///< when it is not open
  bool operator==(const JobState&) const = default;
};

struct PlacedArtefact {
  std::string name;
  std::string version;
  ArtefactDigest digest;
  std::string repository;  ///< where it came from; empty: not known
  std::string run = {};    ///< "running", "stopped", or how else it is; empty: it runs nothing
  bool operator==(const PlacedArtefact&) const = default;
};
struct ArtefactsPage {
  std::vector<PlacedArtefact> rows;  ///< by name
  bool more = false;
  bool operator==(const ArtefactsPage&) const = default;
};

struct BundleChunk {
  std::uint64_t bytes = 0;  ///< of the whole bundle
  ArtefactDigest digest;    ///< of the whole bundle
  std::uint64_t offset = 0;
  Bytes data;  ///< at most kQuestionPageBytes; empty at its end
  bool operator==(const BundleChunk&) const = default;
};

struct Foretelling {
  std::uint64_t job = 0;
  bool operator==(const Foretelling&) const = default;
};
/// How an entry would end.
struct Foretold {
  Sequence sequence;
  Outcome outcome = Outcome::kDone;
  std::string step;  ///< where it would fail
  std::string text;  ///< what would be done, or why not
  bool operator==(const Foretold&) const = default;
};
struct ForetoldPage {
  bool open = false;           ///< it is not worked out yet
  std::vector<Foretold> rows;  ///< ascending, of the entries that count this member
  bool more = false;
  bool operator==(const ForetoldPage&) const = default;
};

using Answer = std::variant<DeltaPage, Reconciling, JobState, ArtefactsPage, Refused, BundleChunk,
                            Foretelling, ForetoldPage>;

inline constexpr std::size_t kMaxQuestionBytes = 64 * 1024;  ///< of a question or an answer
inline constexpr std::size_t kMaxQuestionKeys = 1024;
/// What the rows of one page may take by message_size().
inline constexpr std::size_t kQuestionPageBytes = kMaxQuestionBytes - 8 * 1024;
/// At least the bytes that this row adds to an answer.
std::size_t message_size(const Deviation& row);
std::size_t message_size(const Foretold& row);

Bytes encode(const Question& question);
Result<Question> decode_question(ByteView bytes);
Bytes encode(const Answer& answer);
Result<Answer> decode_answer(ByteView bytes);

}  // namespace groupctl
