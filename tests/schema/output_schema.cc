#include "tests/schema/output_schema.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

namespace groupctl::testing {
namespace {

using nlohmann::json;
using valijson::adapters::NlohmannJsonAdapter;

json schema_file() {
  std::ifstream file(GROUPCTL_SOURCE_DIR "/docs/output.schema.json");
  return json::parse(file);
}

/// The schema lets new keys appear, for who reads; here each one has to be in it.
void allow_no_other_keys(json& part) {
  if (part.is_object() && part.contains("properties") && !part.contains("additionalProperties")) {
    part["additionalProperties"] = false;
  }
  if (part.is_structured()) {
    for (json& inner : part) allow_no_other_keys(inner);
  }
}

const valijson::Schema& schema() {
  static const valijson::Schema* const parsed = [] {
    json document = schema_file();
    allow_no_other_keys(document.at("definitions"));
    auto* made = new valijson::Schema;
    valijson::SchemaParser().populateSchema(NlohmannJsonAdapter(document), *made);
    return made;
  }();
  return *parsed;
}

}  // namespace

std::string schema_complaints(const std::string& object) {
  const json parsed = json::parse(object, nullptr, false);
  if (parsed.is_discarded()) return "no JSON";
  valijson::Validator validator;
  valijson::ValidationResults results;
  if (validator.validate(schema(), NlohmannJsonAdapter(parsed), &results)) return "";
  std::string complaints;
  for (const auto& error : results) {
    for (const std::string& place : error.context) complaints += place;
    complaints += ": " + error.description + "\n";
  }
  return complaints.empty() ? "not valid" : complaints;
}

std::vector<std::string> schema_kinds() {
  return schema_file().at("properties").at("kind").at("enum").get<std::vector<std::string>>();
}

}  // namespace groupctl::testing
