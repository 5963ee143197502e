#include "tests/unit/wire/samples.h"

namespace groupctl::samples {

std::vector<Question> questions() {
  return {DeltaQuestion{"artefact/shop"},
          ReconcileQuestion{{"artefact/shop", "property/mode"}, "ana@desk", "why not"},
          JobQuestion{7},
          ArtefactsQuestion{"shop"},
          BundleQuestion{Sequence(412), 57344},
          ForetellQuestion{0, Sequence(411), {{1, 2, 3}, {4}}, true},
          ForetellQuestion{},
          ForetoldQuestion{4, 100},
          DeltaQuestion{},
          ReconcileQuestion{},
          BundleQuestion{}};
}

std::vector<Answer> answers() {
  Thing release;
  release.kind = Thing::Kind::kRelease;
  release.version = "2.4.1";
  release.digest = block<ArtefactDigest>(1);
  release.deployer = "dir";
  release.config = {7, 8};
  Thing value;
  value.kind = Thing::Kind::kValue;
  value.value = "fast";
  Thing held;
  held.kind = Thing::Kind::kAsItIs;
  return {DeltaPage{Sequence(412),
                    {{"artefact/shop", "intended", "local", "ana@web-11", 1234567890123, "testing",
                      Sequence(9), release, release, release},
                     {"property/mode", "intended", "hold", "", 0, "", {}, value, {}, held}},
                    true},
          Reconciling{3, {"artefact/shop"}},
          JobState{false, {{"artefact/shop", Outcome::kFailed, "fetch", "nowhere"}}},
          Foretelling{4},
          ForetoldPage{false, {{Sequence(8), Outcome::kFailed, "fetch", "nowhere"}}, true},
          ForetoldPage{true, {}, false},
          JobState{true, {}},
          ArtefactsPage{{{"shop", "2.4.1", block<ArtefactDigest>(1), "file:/repo"}}, true},
          Refused{ErrorCode::kNotFound, "no such job"},
          BundleChunk{70000, block<ArtefactDigest>(1), 57344, {1, 2, 3}},
          DeltaPage{},
          Reconciling{},
          ArtefactsPage{},
          BundleChunk{}};
}

}  // namespace groupctl::samples
