// CouldBePickle: walks opcodes by their lengths, without a stack (Python's Lib/pickletools.py has the table).
#include <cstring>
#include <optional>

#include "report/sniff.h"

namespace pratique {
namespace {

uint64_t LittleEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<uint8_t>(bytes[i]);
  return value;
}

// What follows an opcode.
enum class Argument : uint8_t { kInvalid, kFixed, kCounted, kLine, kNumberLine, kQuotedLine, kTwoNames };
struct Opcode {
  Argument argument = Argument::kInvalid;
  uint8_t size = 0;  // kFixed: bytes; kCounted: bytes of the count
};

Opcode Describe(uint8_t op) {
  auto in = [op](std::string_view set) { return op != 0 && set.find(static_cast<char>(op)) != set.npos; };
  if (in("(.012NRabde}]lost)u")) return {Argument::kFixed, 0};
  if (op >= 0x85 && op <= 0x89) return {Argument::kFixed, 0};                              // TUPLE1.. NEWFALSE
  if (op == 0x81 || (op >= 0x8F && op <= 0x94) || op == 0x97 || op == 0x98) return {Argument::kFixed, 0};
  if (in("Khq") || op == 0x80 || op == 0x82) return {Argument::kFixed, 1};
  if (in("M") || op == 0x83) return {Argument::kFixed, 2};
  if (in("Jjr") || op == 0x84) return {Argument::kFixed, 4};
  if (in("G") || op == 0x95) return {Argument::kFixed, 8};
  if (in("CU") || op == 0x8A || op == 0x8C) return {Argument::kCounted, 1};
  if (in("BTX") || op == 0x8B) return {Argument::kCounted, 4};
  if (op == 0x8D || op == 0x8E || op == 0x96) return {Argument::kCounted, 8};
  if (in("FILgp")) return {Argument::kNumberLine, 0};
  if (in("S")) return {Argument::kQuotedLine, 0};
  if (in("PV")) return {Argument::kLine, 0};
  if (in("ci")) return {Argument::kTwoNames, 0};
  if (in("Q")) return {Argument::kFixed, 0};
  return {};
}

// The bytes up to the next newline, which is removed; nullopt when there is none.
std::optional<std::string_view> TakeLine(std::string_view& in) {
  size_t newline = in.find('\n');
  if (newline == in.npos) return std::nullopt;
  std::string_view line = in.substr(0, newline);
  in.remove_prefix(newline + 1);
  return line;
}

bool IsName(std::string_view line) {
  if (line.empty()) return false;
  for (char c : line) {
    bool name = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '.' ||
                static_cast<uint8_t>(c) >= 0x80;
    if (!name) return false;
  }
  return true;
}

bool IsNumber(std::string_view line) {
  return !line.empty() && line.find_first_not_of("0123456789+-.eELlinfaINFATY_ \t\r") == line.npos;
}

bool IsQuoted(std::string_view line) {
  return line.size() >= 2 && (line[0] == '\'' || line[0] == '"') && line.back() == line[0];
}

enum class Step : uint8_t { kOn, kInvalid, kTruncated };

Step TakeArgument(Opcode opcode, std::string_view& in) {
  switch (opcode.argument) {
    case Argument::kInvalid: return Step::kInvalid;
    case Argument::kFixed:
      if (in.size() < opcode.size) return Step::kTruncated;
      in.remove_prefix(opcode.size);
      return Step::kOn;
    case Argument::kCounted: {
      if (in.size() < opcode.size) return Step::kTruncated;
      uint64_t size = LittleEndian(in.substr(0, opcode.size));
      in.remove_prefix(opcode.size);
      if (in.size() < size) return Step::kTruncated;
      in.remove_prefix(size);
      return Step::kOn;
    }
    default: break;
  }
  auto line = TakeLine(in);
  if (!line) return Step::kTruncated;
  switch (opcode.argument) {
    case Argument::kNumberLine: return IsNumber(*line) ? Step::kOn : Step::kInvalid;
    case Argument::kQuotedLine: return IsQuoted(*line) ? Step::kOn : Step::kInvalid;
    case Argument::kTwoNames: {
      auto name = TakeLine(in);
      if (!name) return Step::kTruncated;
      return IsName(*line) && IsName(*name) ? Step::kOn : Step::kInvalid;
    }
    default: return Step::kOn;
  }
}

// GLOBAL, INST, EXT1..4, STACK_GLOBAL: from here on, code can be named.
bool NamesCode(uint8_t op) { return op == 'c' || op == 'i' || (op >= 0x82 && op <= 0x84) || op == 0x93; }

}  // namespace

bool CouldBePickle(std::string_view in, bool is_prefix) {
  // The first opcode must put something on the empty stack, or be PROTO or FRAME.
  constexpr std::string_view kFirst = "(])}NIJKLMSTUVXFGBCcPQ\x80\x82\x83\x84\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x95\x96\x97";
  if (in.empty() || kFirst.find(in[0]) == kFirst.npos) return false;
  size_t opcodes = 0;
  while (!in.empty()) {
    auto op = static_cast<uint8_t>(in[0]);
    in.remove_prefix(1);
    if (op == '.') return opcodes > 0;
    Step step = TakeArgument(Describe(op), in);
    if (step == Step::kInvalid) return false;
    if (step == Step::kTruncated) return is_prefix;
    if (NamesCode(op)) return true;
    ++opcodes;
  }
  return is_prefix;
}

}  // namespace pratique
