#include "daemon/toml_settings.h"

#include <fmt/format.h>

#include "daemon/toml.h"
#include "log/nearest.h"
#include "log/types.h"

namespace groupctl {
namespace {

/// Reads one file; stops at the first thing that is wrong.
class Reader {
 public:
  Reader(const std::string& file, const std::vector<FlagSpec>& flags, const Lookup& lookup)
      : file_(file), flags_(flags), lookup_(lookup) {}

  Status read(const TomlNode& table, const std::string& prefix) {
    for (const TomlEntry& entry : table.entries) {
      if (const Status taken = take(entry, prefix + entry.key); !taken) return taken;
    }
    return {};
  }
  Settings settings() { return std::move(settings_); }

 private:
  Status take(const TomlEntry& entry, const std::string& path) {
    const FlagSpec* flag = find(path);
    if (flag == nullptr) return take_table(entry, path);
    auto values = values_of(*flag, entry.value);
    if (!values) return tl::unexpected(values.error());
    settings_[flag->name] = {*std::move(values), fmt::format("{}:{}", file_, entry.place.line)};
    return {};
  }

  Status take_table(const TomlEntry& entry, const std::string& path) {
    bool holds_keys = false;
    std::vector<std::string> known;
    for (const FlagSpec& flag : flags_) {
      known.push_back(key_of(flag));
      holds_keys = holds_keys || known.back().starts_with(path + ".");
    }
    if (holds_keys && entry.value.kind == TomlKind::kTable) return read(entry.value, path + ".");
    if (holds_keys) return wrong_type(entry.value, path, "a table");
    return wrong(entry.place,
                 fmt::format("unknown key \"{}\".{}", path, did_you_mean(path, known)));
  }

  Result<std::vector<std::string>> values_of(const FlagSpec& flag, const TomlNode& node) const {
    std::vector<std::string> values;
    if (flag.kind == FlagKind::kPair) {
      if (node.kind != TomlKind::kTable) return wrong_type(node, key_of(flag), "a table of texts");
      for (const TomlEntry& entry : node.entries) {
        if (!is_name(entry.key)) return wrong(entry.place, "\"" + entry.key + "\" is no name");
        const Status added = add_value(flag, entry.value, entry.key + "=", values);
        if (!added) return tl::unexpected(added.error());
      }
      return values;
    }
    if (!flag.repeated) {
      if (const Status s = add_value(flag, node, "", values); !s) return tl::unexpected(s.error());
      return values;
    }
    if (node.kind != TomlKind::kList) return wrong_type(node, key_of(flag), "a list of texts");
    for (const TomlNode& item : node.items) {
      if (const Status s = add_value(flag, item, "", values); !s) return tl::unexpected(s.error());
    }
    return values;
  }

  Status add_value(const FlagSpec& flag, const TomlNode& node, const std::string& before,
                   std::vector<std::string>& values) const {
    auto value = scalar(flag, node);
    if (!value) return tl::unexpected(value.error());
    const std::string whole = before + *value;
    if (const Status checked = check_value(flag, whole); !checked) {
      return wrong(node.place, key_of(flag) + ": " + checked.error().text);
    }
    values.push_back(whole);
    return {};
  }

  Result<std::string> scalar(const FlagSpec& flag, const TomlNode& node) const {
    const bool text = node.kind == TomlKind::kText;
    const bool variable = text && node.text.find("${") != std::string::npos;
    switch (flag.kind) {
      case FlagKind::kSwitch:
        if (node.kind == TomlKind::kBoolean) return node.text;
        if (!variable) return wrong_type(node, key_of(flag), "true or false");
        break;
      case FlagKind::kNumber:
        if (node.kind == TomlKind::kInteger) return node.text;
        if (!variable) return wrong_type(node, key_of(flag), "a whole number");
        break;
      case FlagKind::kDuration:
        if (!text) return wrong_type(node, key_of(flag), "a text with a unit, as in \"30s\"");
        break;
      default:
        if (!text) return wrong_type(node, key_of(flag), "a text in quotes");
    }
    auto value = expanded(node.text, lookup_);
    if (!value) return wrong(node.place, key_of(flag) + ": " + value.error().text);
    return value;
  }

  const FlagSpec* find(const std::string& path) const {
    for (const FlagSpec& flag : flags_) {
      if (key_of(flag) == path) return &flag;
    }
    return nullptr;
  }

  tl::unexpected<Error> wrong(TomlPlace place, const std::string& text) const {
    return fail(ErrorCode::kInvalid, place_text(file_, place) + ": " + text);
  }
  tl::unexpected<Error> wrong_type(const TomlNode& node, const std::string& path,
                                   std::string_view wanted) const {
    return wrong(node.place, fmt::format("{} is {}, not {}", path, wanted, to_words(node.kind)));
  }

  const std::string& file_;
  const std::vector<FlagSpec>& flags_;
  const Lookup& lookup_;
  Settings settings_;
};

}  // namespace

Result<Settings> settings_from_toml(std::string_view text, const std::string& file,
                                    const std::vector<FlagSpec>& flags, const Lookup& lookup) {
  const auto table = parse_toml(text, file);
  if (!table) return tl::unexpected(table.error());
  Reader reader(file, flags, lookup);
  if (const Status read = reader.read(*table, ""); !read) return tl::unexpected(read.error());
  return reader.settings();
}

}  // namespace groupctl
