#include "policy/json_document.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "data/counting_iterator.h"
#include "pratique/rejection.h"

namespace pratique {
namespace {

JsonPlace PlaceOf(std::string_view text, size_t offset) {
  std::string_view before = text.substr(0, offset);
  size_t newline = before.rfind('\n');
  return {1 + static_cast<size_t>(std::count(before.begin(), before.end(), '\n')),
          newline == before.npos ? before.size() + 1 : before.size() - newline};
}

// Builds the tree from the parser's events. The parser reads one token ahead of nothing: when an event comes, all that
// was read since the last one is separators and the event's own token.
class TreeBuilder : public nlohmann::json_sax<nlohmann::json> {
 public:
  TreeBuilder(std::string_view text, const char* const* reached) : text_(text), reached_(reached) {}

  bool null() override { return Add(JsonNode::Kind::kNull) != nullptr; }
  bool boolean(bool value) override {
    JsonNode* node = Add(JsonNode::Kind::kBool);
    if (node) node->boolean = value;
    return node;
  }
  bool number_integer(number_integer_t value) override { return AddNumber(static_cast<double>(value)); }
  bool number_unsigned(number_unsigned_t value) override {
    JsonNode* node = Add(JsonNode::Kind::kUnsigned);
    if (node) {
      node->integer = value;
      node->number = static_cast<double>(value);
    }
    return node;
  }
  bool number_float(number_float_t value, const string_t&) override { return AddNumber(value); }
  bool string(string_t& value) override {
    JsonNode* node = Add(JsonNode::Kind::kString);
    if (node) node->text = std::move(value);
    return node;
  }
  bool binary(binary_t&) override { return false; }  // JSON text has none
  bool start_object(size_t) override { return Push(JsonNode::Kind::kObject); }
  bool start_array(size_t) override { return Push(JsonNode::Kind::kArray); }
  bool end_object() override { return Pop(); }
  bool end_array() override { return Pop(); }

  bool key(string_t& name) override {
    JsonPlace place = TokenPlace();
    if (!keys_.back().insert(name).second) {
      return Fail(place, absl::StrCat("duplicate key `", Escape(name), "`"));
    }
    open_.back()->members.push_back({std::move(name), place, {}});
    return true;
  }

  bool parse_error(size_t position, const std::string& token, const nlohmann::detail::exception&) override {
    size_t offset = std::min(position == 0 ? 0 : position - 1, text_.size());
    bool at_end = offset >= text_.size() || token == "<U+0000>";
    return Fail(PlaceOf(text_, offset), at_end ? "the JSON text ends too early" : "not JSON here");
  }

  absl::Status status() const { return status_; }
  JsonNode Take() { return std::move(root_); }

 private:
  bool Fail(JsonPlace place, std::string_view message) {
    if (status_.ok()) status_ = JsonError(place, message);
    return false;
  }

  JsonPlace TokenPlace() {
    size_t begin = std::min(text_.find_first_not_of(" \t\r\n,:]}", last_end_), text_.size());
    last_end_ = static_cast<size_t>(*reached_ - text_.data());
    for (; counted_ < begin; ++counted_) {
      if (text_[counted_] != '\n') continue;
      ++line_;
      line_begin_ = counted_ + 1;
    }
    return {line_, begin - line_begin_ + 1};
  }

  JsonNode* Add(JsonNode::Kind kind) {
    JsonNode* node = &root_;
    if (!open_.empty() && open_.back()->kind == JsonNode::Kind::kArray) {
      node = &open_.back()->items.emplace_back();
    } else if (!open_.empty()) {
      node = &open_.back()->members.back().value;
    }
    node->kind = kind;
    node->place = TokenPlace();
    return node;
  }

  bool AddNumber(double value) {
    JsonNode* node = Add(JsonNode::Kind::kNumber);
    if (node) node->number = value;
    return node;
  }

  bool Push(JsonNode::Kind kind) {
    JsonNode* node = Add(kind);
    if (open_.size() >= kJsonDepth) {
      return Fail(node->place, absl::StrCat("nested deeper than ", kJsonDepth, " levels"));
    }
    open_.push_back(node);  // stays valid: siblings are added only after it is closed
    keys_.emplace_back();
    return true;
  }

  bool Pop() {
    open_.pop_back();
    keys_.pop_back();
    last_end_ = static_cast<size_t>(*reached_ - text_.data());
    return true;
  }

  std::string_view text_;
  const char* const* reached_;
  size_t last_end_ = 0;                             // of the last event's token
  size_t counted_ = 0, line_ = 1, line_begin_ = 0;  // lines up to `counted_`
  JsonNode root_;
  std::vector<JsonNode*> open_;
  std::vector<std::set<std::string>> keys_;
  absl::Status status_;
};

}  // namespace

absl::Status JsonError(JsonPlace place, std::string_view message) {
  return absl::InvalidArgumentError(
      absl::StrCat("line ", place.line, ", column ", place.column, ": ", std::string(message)));
}

std::string_view KindName(JsonNode::Kind kind) {
  switch (kind) {
    case JsonNode::Kind::kNull:
      return "null";
    case JsonNode::Kind::kBool:
      return "true or false";
    case JsonNode::Kind::kUnsigned:
      return "a whole number";
    case JsonNode::Kind::kNumber:
      return "a number";
    case JsonNode::Kind::kString:
      return "a string";
    case JsonNode::Kind::kArray:
      return "an array";
    case JsonNode::Kind::kObject:
      return "an object";
  }
  return "?";
}

absl::StatusOr<JsonNode> ParseJson(std::string_view text) {
  if (text.size() > kJsonBytes) return JsonError({}, absl::StrCat("longer than ", kJsonBytes, " bytes"));
  // The parser takes a NUL for the end, whatever follows.
  if (const size_t nul = text.find('\0'); nul != text.npos) {
    const std::string_view before = text.substr(0, nul);
    const auto lines = static_cast<size_t>(std::count(before.begin(), before.end(), '\n'));
    return JsonError({lines + 1, nul - (before.rfind('\n') + 1) + 1}, "not JSON here");  // npos + 1 is 0
  }
  const char* reached = text.data();
  TreeBuilder builder(text, &reached);
  bool ok = nlohmann::json::sax_parse(CountingIterator(text.data(), &reached),
                                      CountingIterator(text.data() + text.size(), &reached), &builder);
  if (!builder.status().ok()) return builder.status();
  if (!ok) return JsonError({}, "not JSON");
  return builder.Take();
}

}  // namespace pratique
