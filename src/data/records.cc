// JSON Lines as records: an object is a dict, whose values may be lists; an array is a list, or a list of pairs.
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "data/byte_stream.h"
#include "data/input_error.h"
#include "data/open.h"
#include "nlohmann/json.hpp"
#include "status_macros.h"

namespace pratique {
namespace {

using Kind = Item::Kind;
using Form = Item::Form;

// Takes the items of one line after the other. Two levels nest at the most, so there is no depth to bound.
class RecordHandler : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool Line(const std::string& line) {
    if (line.find('\0') != line.npos) return Fail("not JSON", "one JSON value a line, without a NUL");
    depth_ = 0;
    keys_.clear();
    if (!nlohmann::json::sax_parse(line, this)) return Fail("not JSON");
    rows_.EndRow();
    return true;
  }
  size_t bytes() const { return rows_.entries.size() * (sizeof(OwnedRecords::Entry) + sizeof(Item)); }
  OwnedRecords Take() { return std::exchange(rows_, {}); }
  const std::string& message() const { return message_; }
  const std::string& help() const { return help_; }

  bool null() override { return Add({.kind = Kind::kNone, .number = std::numeric_limits<double>::quiet_NaN()}); }
  bool boolean(bool b) override { return Add({.kind = Kind::kBool, .number = b ? 1.0 : 0.0, .integer = b}); }
  bool number_integer(int64_t n) override {
    return Add({.kind = Kind::kInteger, .number = static_cast<double>(n), .integer = n});
  }
  bool number_unsigned(uint64_t n) override {
    if (n <= INT64_MAX) return number_integer(static_cast<int64_t>(n));
    return Add({.kind = Kind::kFloat, .number = static_cast<double>(n)});
  }
  bool number_float(double n, const std::string&) override { return Add({.kind = Kind::kFloat, .number = n}); }
  bool string(std::string& text) override {
    if (depth_ == 2 && !dict_ && pair_ == 0) {
      name_ = text;
      pair_ = 1;
      return true;
    }
    return Add({.kind = Kind::kText}, text);
  }
  bool binary(nlohmann::json::binary_t&) override { return Fail("binary data"); }
  bool start_object(size_t) override { return Start(/*dict=*/true); }
  bool start_array(size_t) override { return Start(/*dict=*/false); }
  bool end_object() override {
    --depth_;
    return true;
  }
  bool end_array() override {
    if (depth_-- == 2 && !dict_ && pair_ != 2) return Fail("a pair is a name and a value");
    return true;
  }
  bool key(std::string& name) override {
    if (!keys_.emplace(name, true).second) return Fail("the key '" + Escape(name) + "' occurs twice");
    name_ = name;
    return true;
  }
  bool parse_error(size_t, const std::string&, const nlohmann::json::exception& e) override {
    const std::string what = e.what();
    const size_t colon = what.find(": ");
    return Fail(Escape(colon == what.npos ? what : what.substr(colon + 2)),
                "one JSON value a line; a missing value is null, not NaN");
  }

 private:
  bool Fail(std::string message, std::string help = "") {
    if (message_.empty()) message_ = std::move(message), help_ = std::move(help);
    return false;
  }
  bool Start(bool dict) {
    if (depth_ == 0) {
      if (any_ && dict != dict_) return Fail("a row of another kind than those before (object or array)");
      dict_ = dict;
      any_ = true;
    } else if (depth_ == 2 || dict) {
      return Fail("lists and objects nest too deeply");
    }
    ++depth_;
    pair_ = 0;
    return true;
  }
  bool Add(Item item, std::string_view text = {}) {
    if (depth_ == 0) return Fail("a row is an object or an array");
    if (dict_) {
      item.form = depth_ == 1 ? Form::kEntry : Form::kEntryElement;
    } else if (depth_ == 2) {
      if (pair_++ != 1) return Fail("a pair is a name, which is text, and a value");
      item.form = Form::kPair;
    }
    rows_.Add(item, item.form == Form::kElement ? std::string_view() : std::string_view(name_), text);
    return true;
  }

  OwnedRecords rows_;
  std::map<std::string, bool> keys_;  // of the row; ordered: no choice of names makes it slow
  std::string name_;                  // of the value that comes
  int depth_ = 0, pair_ = 0;          // pair_: how many of a pair's two were seen
  bool dict_ = false, any_ = false;
  std::string message_, help_;
};

class RecordsReader : public Reader {
 public:
  explicit RecordsReader(ByteStream stream) : stream_(std::move(stream)) {}

  absl::StatusOr<std::optional<Table>> ReadRows(size_t max_rows, uint64_t max_bytes) override {
    size_t rows = 0, bytes = 0;
    while (rows < max_rows && bytes + handler_.bytes() < max_bytes &&
           (rows == 0 || stream_.CanRewind() || max_bytes == kAllBytes || stream_.HasLine())) {
      ASSIGN_OR_RETURN(const bool more, stream_.ReadLine(line_));
      if (!more) break;
      ++line_number_;
      if (line_.find_first_not_of(" \t\r") == line_.npos) continue;
      if (!handler_.Line(line_)) {
        return InputError("input.jsonl", "line " + std::to_string(line_number_) + ": " + handler_.message(),
                          handler_.help());
      }
      ++rows;
      bytes += line_.size();
    }
    if (rows == 0) return std::nullopt;
    return Table(handler_.Take(), rows, std::exchange(first_row_, first_row_ + rows));
  }

 private:
  ByteStream stream_;
  RecordHandler handler_;
  std::string line_;
  size_t line_number_ = 0, first_row_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Reader>> OpenRecords(Fd fd, const std::string& path) {
  return std::make_unique<RecordsReader>(ByteStream(std::move(fd), path));
}

}  // namespace pratique
