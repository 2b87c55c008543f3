#include "import/pickle/skim.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "import/pickle/opcodes.h"
#include "import/value/reader.h"

namespace pratique::pickle {
namespace {

// Dotted identifiers: "cat, dog" on a line of text is no module.
bool IsIdentifier(std::string_view line) {
  return !line.empty() && std::all_of(line.begin(), line.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           static_cast<uint8_t>(c) >= 0x80;
  });
}

template <typename T>
bool SkipSized(Reader& reader) {
  const auto length = reader.Number<T>();
  return length && reader.Take(*length);
}

// Past the argument. False when the stream ends first.
bool Skip(Reader& reader, char argument, bool& identifiers) {
  switch (argument) {
    case 'B':
      return SkipSized<uint8_t>(reader);
    case 'D':
      return SkipSized<uint32_t>(reader);
    case 'Q':
      return SkipSized<uint64_t>(reader);
    case 'n':
      return reader.Line().has_value();
    case 'N': {
      const auto module = reader.Line();
      const auto name = module ? reader.Line() : std::nullopt;
      identifiers = name && IsIdentifier(*module) && IsIdentifier(*name);
      return name.has_value();
    }
    default:
      return reader.Take(static_cast<uint64_t>(argument - '0')).has_value();
  }
}

// Heights only. False where Python would find too few values and stop.
class Heights {
 public:
  bool Apply(std::string_view shape) {
    if (shape[1] == '(') {
      marks_.push_back(height_);
      return true;
    }
    const size_t floor = marks_.empty() ? 0 : marks_.back();
    if (shape[1] == 'm' || (shape[1] == 'P' && !marks_.empty() && floor == height_)) {
      if (marks_.empty()) return false;
      height_ = floor;
      marks_.pop_back();
    } else {
      const size_t takes = shape[1] == 'P' ? 1 : static_cast<size_t>(shape[1] - '0');
      if (height_ - floor < takes) return false;
      height_ -= takes;
    }
    height_ += static_cast<size_t>(shape[2] - '0');
    return true;
  }

 private:
  size_t height_ = 0;
  std::vector<size_t> marks_;
};

}  // namespace

Skimmed Skim(std::span<const std::byte> stream) {
  Reader reader(stream);
  Heights heights;
  bool container = false;
  bool name = false;
  while (const auto opcode = reader.Number<uint8_t>()) {
    const Opcodes::Entry& entry = Opcodes::Of(*opcode);
    if (entry.name.empty()) return Skimmed::kOther;
    bool identifiers = true;
    if (!Skip(reader, entry.shape[0], identifiers)) return Skimmed::kCut;
    if (!identifiers || !heights.Apply(entry.shape)) return Skimmed::kOther;
    if (entry.name == "STOP") return container || name ? Skimmed::kPickle : Skimmed::kOther;
    container |= entry.name.find("TUPLE") != entry.name.npos || entry.name.ends_with("LIST") ||
                 entry.name.ends_with("DICT") || entry.name.ends_with("SET");
    name |= entry.name.ends_with("GLOBAL");
    if (entry.name == "INST") return Skimmed::kPickle;
    if (name && (entry.name == "REDUCE" || entry.name == "OBJ" || entry.name.starts_with("NEWOBJ"))) {
      return Skimmed::kPickle;
    }
  }
  return Skimmed::kCut;
}

}  // namespace pratique::pickle
