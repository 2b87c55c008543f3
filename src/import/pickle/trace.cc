#include "import/pickle/trace.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "import/pickle/opcodes.h"
#include "import/value/calls.h"
#include "import/value/context.h"
#include "import/value/made.h"
#include "import/value/names.h"
#include "import/value/text_values.h"

namespace pratique::pickle {
namespace {

// A file's name is at most this long, and so is the last part of a module's.
constexpr size_t kLongestPart = 255;

// joblib nests once; deeper is hostile, and each memo is one more to look through.
constexpr size_t kMostNested = 4;

// LIST, DICT, TUPLE, SET and FROZENSET, in all their forms.
constexpr std::string_view kContainers = "l]d}t)\x85\x86\x87\x8f\x91";

// What a file on Python's path can be called and its import be meant: letters of any script, digits, "_", "-", dots.
// The first line of a text ("ountry,gdp" behind a c) is seldom that.
bool IsModule(std::string_view name) {
  size_t part = 0;
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                        c == '-' || static_cast<uint8_t>(c) >= 0x80;
    if (!letter && c != '.') return false;
    part = letter ? part + 1 : 0;
    if (part > kLongestPart) return false;
  }
  return !name.empty();
}

// What the wrapper of an array makes is no str, which STACK_GLOBAL wants. It stands before the bytes of each array.
bool CanBeText(const Traced::Named& made_by) {
  return made_by.module != "joblib.numpy_pickle" || made_by.name != "NumpyArrayWrapper";
}

std::string_view Trimmed(std::string_view line) {
  constexpr std::string_view kSpace = " \t\r\f\v\n";
  const size_t begin = line.find_first_not_of(kSpace);
  return begin == line.npos ? "" : line.substr(begin, line.find_last_not_of(kSpace) + 1 - begin);
}

// int(line, 0) and strtol take signs, prefixes of bases and underscores.
bool IsInt(std::string_view line) {
  line = Trimmed(line);
  if (line.starts_with('+') || line.starts_with('-')) line.remove_prefix(1);
  return !line.empty() && line[0] >= '0' && line[0] <= '9' && std::all_of(line.begin(), line.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  });
}

bool IsFloat(std::string_view line) {
  line = Trimmed(line);
  if (line.starts_with('+') || line.starts_with('-')) line.remove_prefix(1);
  if (line.empty()) return false;
  if ((line[0] >= '0' && line[0] <= '9') || line[0] == '.') return true;
  const auto is = [&](std::string_view word) {
    return std::ranges::equal(line, word, [](char a, char b) { return (a | 0x20) == b; });
  };
  return is("inf") || is("infinity") || is("nan");
}

bool IsQuoted(std::string_view line) {
  line = Trimmed(line);
  return line.size() >= 2 && line.front() == line.back() && (line[0] == '\'' || line[0] == '"');
}

class Tracer {
 public:
  Tracer(std::span<const std::byte> stream, bool whole)
      : in_(reinterpret_cast<const char*>(stream.data()), stream.size()), whole_(whole) {}

  Traced Run() {
    while (at_ < in_.size()) {
      start_ = at_;
      opcode_ = static_cast<uint8_t>(in_[at_++]);
      const Opcodes::Entry& entry = Opcodes::Of(opcode_);
      if (entry.name.empty() || !Argument(entry.shape[0])) return std::move(traced_);
      container_ |= kContainers.find(static_cast<char>(opcode_)) != kContainers.npos;
      if (!Step(entry.shape)) return std::move(traced_);
    }
    traced_.cut = !whole_;
    return std::move(traced_);
  }

 private:
  enum class Kind : uint8_t {
    kPlain,   // can neither be called nor hold anything that is
    kText,    // index: in texts_
    kOfText,  // a tuple of one text: index in texts_
    kName,    // index: in traced_.names
    kMade,    // by a call, or an instance: index of what made it
    kUnread,  // a persistent id or the like: whoever loads the file knows
  };
  struct Value {
    Kind kind = Kind::kPlain;
    uint32_t index = 0;
  };

  bool Cut() {
    traced_.cut = !whole_;
    return false;
  }

  // Reads what follows the opcode: argument_, and second_ for two lines.
  bool Argument(char shape) {
    switch (shape) {
      case 'B':
        return Sized(1);
      case 'D':
        return Sized(4);
      case 'Q':
        return Sized(8);
      case 'n':
        return Line(argument_);
      case 'N':
        return Line(argument_) && Line(second_);
      default:
        return Take(static_cast<uint64_t>(shape - '0'));
    }
  }
  bool Take(uint64_t size) {
    if (size > in_.size() - at_) return Cut();
    argument_ = in_.substr(at_, size);
    at_ += size;
    return true;
  }
  bool Sized(uint64_t width) { return Take(width) && Take(Number()); }
  uint64_t Number() const {
    uint64_t number = 0;
    for (size_t i = argument_.size(); i-- > 0;) number = number << 8 | static_cast<uint8_t>(argument_[i]);
    return number;
  }
  // _pickle wants a newline; pickle._Unpickler cuts the last byte off whatever the line ends with.
  bool Line(std::string_view& line) {
    const size_t end = in_.find('\n', at_);
    if (end == in_.npos && !whole_) return Cut();
    const size_t next = end == in_.npos ? in_.size() : end + 1;
    line = in_.substr(at_, next - at_);
    if (!line.empty()) line.remove_suffix(1);
    at_ = next;
    return true;
  }

  // The stack. Values below the last mark are out of reach, as in both of Python's.
  size_t Reach() const { return stack_.size() - (marks_.empty() ? 0 : marks_.back()); }
  bool Push(Value value) {
    stack_.push_back(value);
    return true;
  }
  bool PushText(std::string_view text) {
    texts_.push_back({text, std::nullopt});
    return Push({Kind::kText, static_cast<uint32_t>(texts_.size() - 1)});
  }
  bool Drop(size_t count) {
    if (Reach() < count) return false;
    stack_.resize(stack_.size() - count);
    return true;
  }
  bool DropToMark() {
    if (marks_.empty()) return false;
    stack_.resize(marks_.back());
    marks_.pop_back();
    return true;
  }

  bool Step(std::string_view shape);
  bool Text();
  bool Memo();
  bool Plain(std::string_view shape);
  bool Call();
  bool Fill();
  bool Stop();
  bool Import(std::string_view module, std::string_view name, bool is_module);
  bool StackGlobal();
  bool Called(Value callee);
  void Enter();
  void Leave();
  std::optional<Value> Recall(uint64_t index) const;
  void Refuse(const Traced::Named& name, std::string_view opcode);
  std::string_view Keep(std::string text) { return traced_.kept.emplace_back(std::move(text)); }
  std::string_view Name() const { return Opcodes::Of(opcode_).name; }

  const std::string_view in_;
  const bool whole_;
  size_t at_ = 0, start_ = 0;
  uint8_t opcode_ = 0;
  uint8_t protocol_ = 0;
  std::string_view argument_, second_;
  std::vector<Value> stack_;
  std::vector<size_t> marks_;
  std::map<uint64_t, Value> memo_;
  // One that is long is named by two bytes, as often as the file likes: whether it can be a module is asked once.
  struct Written {
    std::string_view text;
    std::optional<bool> is_module;
  };
  std::vector<Written> texts_;
  bool container_ = false;  // in this pickle
  bool named_ = false;      // in this pickle
  struct Outer {
    std::vector<Value> stack;
    std::vector<size_t> marks;
    std::map<uint64_t, Value> memo;
  };
  std::vector<Outer> outer_;  // of pickles that joblib nests
  bool wrapper_ = false;      // the opcode before gave one of joblib's wrappers its state
  bool first_pickle_ = true;
  // Behind something at which most loaders stop: an import alone says nothing then, a call does.
  bool unsure_ = false;
  Traced traced_;
};

bool Tracer::Step(std::string_view shape) {
  const bool wrapper = std::exchange(wrapper_, false);
  switch (opcode_) {
    case 0x80:  // PROTO
      if (wrapper && outer_.size() < kMostNested) Enter();
      protocol_ = static_cast<uint8_t>(argument_[0]);
      return true;
    case '.':
      return Stop();
    case '(':
      marks_.push_back(stack_.size());
      return true;
    case '0':  // POP takes a mark where no value is above it
      return Reach() == 0 ? DropToMark() : Drop(1);
    case '2':  // DUP
      return Reach() != 0 && Push(Value(stack_.back()));
    case 'I':
    case 'L':
      return IsInt(argument_) && Push({});
    case 'F':
      return IsFloat(argument_) && Push({});
    case 'S':
    case 'T':
    case 'U':
    case 'V':
    case 'X':
    case 0x8c:
    case 0x8d:
      return Text();
    case 'p':
    case 'q':
    case 'r':
    case 0x94:
    case 'g':
    case 'h':
    case 'j':
      return Memo();
    case 'P':   // PERSID
    case 0x82:  // EXT1
    case 0x83:  // EXT2
    case 0x84:  // EXT4
    case 0x97:  // NEXT_BUFFER
      unsure_ = true;
      return Push({Kind::kUnread});
    case 'Q':  // BINPERSID
      return Drop(1) && Push({Kind::kUnread});
    case 0x98:  // READONLY_BUFFER
      return Reach() != 0;
    case 'c':
      return Import(argument_, second_, IsModule(argument_));
    case 0x93:
      return StackGlobal();
    case 'R':
    case 'i':
    case 'o':
    case 0x81:
    case 0x92:
      return Call();
    case 'a':
    case 'e':
    case 's':
    case 'u':
    case 'b':
    case 0x90:
      return Fill();
    default:
      return Plain(shape);
  }
}

// What takes values and gives a plain one, or none. Of a tuple it is known whether it is of one text.
bool Tracer::Plain(std::string_view shape) {
  const bool to_mark = shape[1] == 'm';
  const size_t takes = to_mark ? Reach() : static_cast<size_t>(shape[1] - '0');
  Value made;
  if ((opcode_ == 't' || opcode_ == 0x85) && takes == 1 && Reach() != 0 && stack_.back().kind == Kind::kText)
    made = {Kind::kOfText, stack_.back().index};
  const bool dropped = to_mark ? DropToMark() : Drop(takes);
  return dropped && (shape[2] == '0' || Push(made));
}

bool Tracer::Text() {
  std::string_view text = argument_;
  const bool escaped = text.find('\\') != text.npos;
  if (opcode_ == 'S') {
    if (!IsQuoted(text)) return false;
    if (escaped) {
      if (auto parsed = ParseQuoted(Trimmed(text))) text = Keep(*std::move(parsed));
    } else {
      text = Trimmed(text);
      text = text.substr(1, text.size() - 2);
    }
  } else if (opcode_ == 'V') {
    const bool latin = std::any_of(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; });
    if (!escaped && !latin) return PushText(text);
    if (auto parsed = ParseRawUnicode(text)) text = Keep(*std::move(parsed));
  } else if (opcode_ == 'X' || opcode_ == 0x8c || opcode_ == 0x8d) {
    // Python takes lone surrogates, which begin with ED, and nothing else that is no UTF-8.
    if (!IsUtf8(text) && text.find('\xED') == text.npos) return false;
  }
  return PushText(text);
}

bool Tracer::Memo() {
  uint64_t index = memo_.size();
  if (opcode_ == 'p' || opcode_ == 'g') {
    if (!IsInt(argument_)) return false;
    const auto decimal = ParseDecimal(Trimmed(argument_));
    if (!decimal || !decimal->big.empty() || decimal->small < 0) return opcode_ == 'p' && Reach() != 0;
    index = static_cast<uint64_t>(decimal->small);
  } else if (opcode_ != 0x94) {
    index = Number();
  }
  if (opcode_ == 'g' || opcode_ == 'h' || opcode_ == 'j') {
    const auto found = Recall(index);
    return found && Push(*found);
  }
  if (Reach() == 0) return false;
  memo_[index] = stack_.back();
  return true;
}

// What joblib nests has a memo of its own; to pickle.load it is the outer one.
std::optional<Tracer::Value> Tracer::Recall(uint64_t index) const {
  if (const auto found = memo_.find(index); found != memo_.end()) return found->second;
  for (size_t i = outer_.size(); i-- > 0;) {
    if (const auto found = outer_[i].memo.find(index); found != outer_[i].memo.end()) return found->second;
  }
  return std::nullopt;
}

// A module that cannot be meant: Python most likely finds none. What is then called is no accident, nor is a STOP.
bool Tracer::Import(std::string_view module, std::string_view name, bool is_module) {
  // Of lines neither of Python's unpicklers decodes anything else.
  if (opcode_ != 0x93 && (!IsUtf8(module) || !IsUtf8(name))) return false;
  named_ = true;
  if (is_module) {
    traced_.acts |= !unsure_;
  } else {
    unsure_ = true;
  }
  const pickle::Name canonical = Canonical(module, name, protocol_);
  traced_.names.push_back({canonical.module, canonical.name, start_, false});
  return Push({Kind::kName, static_cast<uint32_t>(traced_.names.size() - 1)});
}

bool Tracer::StackGlobal() {
  if (Reach() < 2) return false;
  const Value module = stack_[stack_.size() - 2], name = stack_.back();
  Drop(2);
  if (module.kind == Kind::kText && name.kind == Kind::kText) {
    Written& text = texts_[module.index];
    if (!text.is_module) text.is_module = IsModule(text.text);
    return Import(text.text, texts_[name.index].text, *text.is_module);
  }
  // What a call gave can be a str.
  const auto open = [&](Value value) {
    return value.kind == Kind::kUnread || (value.kind == Kind::kMade && CanBeText(traced_.names[value.index]));
  };
  if ((!open(module) && module.kind != Kind::kText) || (!open(name) && name.kind != Kind::kText)) return false;
  return Called(open(module) ? module : name) && Push({Kind::kUnread});
}

// REDUCE, INST, OBJ, NEWOBJ, NEWOBJ_EX.
bool Tracer::Call() {
  Value callee;
  if (opcode_ == 'i') {
    // pickle._Unpickler imports before it looks for the mark.
    const bool odd = !IsModule(argument_);
    if (!Import(argument_, second_, !odd)) return false;
    callee = stack_.back();
    Drop(1);
    if (!DropToMark()) return false;
    if (odd) return Push({Kind::kMade, callee.index});
  } else if (opcode_ == 'o') {
    if (marks_.empty() || Reach() == 0) return false;
    callee = stack_[marks_.back()];
    DropToMark();
  } else {
    const size_t takes = opcode_ == 0x92 ? 3 : 2;
    if (Reach() < takes) return false;
    callee = stack_[stack_.size() - takes];
    const Value arguments = stack_.back();
    Drop(takes);
    if (opcode_ == 'R' && callee.kind == Kind::kName && arguments.kind == Kind::kOfText) {
      const Traced::Named& name = traced_.names[callee.index];
      if (const auto type = NamedType({name.module, name.name}, texts_[arguments.index].text))
        return Called(callee) && Import(type->module, type->name, /*is_module=*/true);
    }
  }
  // cls.__new__(cls, ...) of what a call gave: such as type(None).
  if (opcode_ == 0x81 && callee.kind == Kind::kMade) return Push(callee);
  return Called(callee) && Push({callee.kind == Kind::kUnread ? Kind::kUnread : Kind::kMade, callee.index});
}

// Gives items or a state to a value. One that was named or made has methods of its own: append, __setitem__,
// __setstate__; and a function or class named gets attributes.
bool Tracer::Fill() {
  const bool many = opcode_ == 'e' || opcode_ == 'u' || opcode_ == 0x90;
  if (many ? !DropToMark() : !Drop(opcode_ == 's' ? 2 : 1)) return false;
  if (Reach() == 0) return false;
  const Value target = stack_.back();
  if (target.kind == Kind::kName) return Called(target);
  if (target.kind == Kind::kMade) {
    const Traced::Named& name = traced_.names[target.index];
    wrapper_ = opcode_ == 'b' && name.module == "joblib.numpy_pickle" && name.name == "NumpyArrayWrapper";
    if (IsDangerous(name.module, name.name) && FindCall(name.module, name.name) == nullptr) Refuse(name, Name());
  }
  return true;
}

bool Tracer::Stop() {
  if (Reach() == 0) return false;
  traced_.is_value |= first_pickle_ && (container_ || named_);
  traced_.acts |= named_;
  first_pickle_ = container_ = named_ = unsure_ = false;
  stack_.clear();
  marks_.clear();
  if (!outer_.empty()) Leave();
  return true;
}

// joblib reads a nested pickle's array with pickle.load: a stack and a memo of its own.
void Tracer::Enter() {
  outer_.push_back({std::exchange(stack_, {}), std::exchange(marks_, {}), std::exchange(memo_, {})});
}

void Tracer::Leave() {
  stack_ = std::move(outer_.back().stack);
  marks_ = std::move(outer_.back().marks);
  memo_ = std::move(outer_.back().memo);
  outer_.pop_back();
}

// False where nothing can be called.
bool Tracer::Called(Value callee) {
  if (callee.kind == Kind::kPlain || callee.kind == Kind::kText || callee.kind == Kind::kOfText) return false;
  traced_.acts = true;
  if (callee.kind == Kind::kUnread) return true;
  Traced::Named& name = traced_.names[callee.index];
  const bool listed = FindCall(name.module, name.name) != nullptr;
  if (callee.kind == Kind::kMade) {
    // A method of a known class is taken by getattr; the machine knows which.
    if (name.module != "builtins" || name.name != "getattr") Refuse(name, std::string(Name()) + " of a result");
    return true;
  }
  name.called = true;
  // NEWOBJ makes an instance, and runs nothing of a class that is none of the dangerous ones.
  if (listed || (opcode_ == 0x81 && !IsDangerous(name.module, name.name))) return true;
  Refuse(name, Name());
  return true;
}

void Tracer::Refuse(const Traced::Named& name, std::string_view opcode) {
  const bool dangerous = IsDangerous(name.module, name.name);
  if (traced_.worst && (traced_.worst->reason == Reason::kDangerous || !dangerous)) return;
  graph::Graph scratch;
  const Limits limits;
  Context context(scratch, limits, 0);
  graph::NewNode node;
  node.kind = graph::Kind::kGlobal;
  node.text = node.module = name.module;
  node.name = name.name;
  RefuseCall(context, scratch[scratch.Add(std::move(node))], opcode, start_);
  traced_.worst = context.failure();
}

}  // namespace

Traced Trace(std::span<const std::byte> stream, bool whole) { return Tracer(stream, whole).Run(); }

}  // namespace pratique::pickle
