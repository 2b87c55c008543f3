#include "import/pickle/machine.h"

#include <utility>

#include "import/pickle/opcodes.h"
#include "import/value/text_values.h"

namespace pratique::pickle {

Id Machine::Run() {
  const uint64_t begin = reader_.position();
  while (!stopped_) {
    reader_.LeaveFrame();
    start_ = reader_.position();
    const auto byte = reader_.Number<uint8_t>();
    if (!byte) {
      Stop("pickle.truncated", "the stream is truncated: it ends without a STOP");
      return kNoId;
    }
    opcode_ = *byte;
    const Opcodes::Entry& entry = Opcodes::Of(opcode_);
    if (entry.name.empty()) {
      constexpr char kHex[] = "0123456789abcdef";
      Stop("pickle.opcode",
           std::string("no pickle protocol has the opcode 0x") + kHex[opcode_ >> 4] + kHex[opcode_ & 15]);
      return kNoId;
    }
    // A second PROTO would change how names are read in the middle of a stream.
    if (opcode_ == 0x80 && start_ != begin) {
      Stop("pickle.protocol", "PROTO stands in the middle of the stream");
      return kNoId;
    }
    if (protocol_ < entry.first_protocol || protocol_ > entry.last_protocol) {
      Stop("pickle.protocol", Here("is no opcode of protocol ") + std::to_string(protocol_));
      return kNoId;
    }
    ++operations_;
    if (!(this->*entry.run)(entry.arg)) return kNoId;
  }
  return stack_.back();
}

std::string Machine::Here(std::string_view what) const {
  return std::string(Opcodes::Of(opcode_).name) + " " + std::string(what);
}

bool Machine::CutShort() {
  if (reader_.fault() == Reader::Fault::kFrame) {
    return Stop("pickle.frame", Here("reaches over the end of its frame"));
  }
  return Stop("pickle.truncated",
              "the stream is truncated: " +
                  Here("reaches over its end, where " + std::to_string(reader_.left()) + " bytes are left"));
}

// ---- Stream ----

bool Machine::OnProto(int) {
  const auto protocol = reader_.Number<uint8_t>();
  if (!protocol) return CutShort();
  if (*protocol > 5) {
    return context_.Fail(Reason::kUnsupported, "pickle.protocol", start_,
                         "pickle protocol " + std::to_string(*protocol) + " is newer than 5",
                         "Save the model again with protocol 5 or earlier.");
  }
  protocol_ = std::max<uint8_t>(*protocol, 1);
  return true;
}

bool Machine::OnFrame(int) {
  const bool nested = reader_.in_frame();
  const auto length = reader_.Number<uint64_t>();
  if (!length) return CutShort();
  if (nested) return Stop("pickle.frame", "a frame begins inside another");
  if (reader_.EnterFrame(*length)) return true;
  return Stop(*length == 0 ? "pickle.frame" : "pickle.truncated",
              (*length == 0 ? "a frame of " : "the stream is truncated: a frame of ") + std::to_string(*length) +
                  " bytes, where " + std::to_string(reader_.left()) + " bytes are left");
}

bool Machine::OnStop(int) {
  if (stack_.size() != 1 || !marks_.empty()) {
    return Stop("pickle.stack", "STOP with " + std::to_string(stack_.size()) + " values and " +
                                    std::to_string(marks_.size()) + " marks on the stack");
  }
  stopped_ = true;
  reader_.LeaveFrame();
  if (!reader_.in_frame()) return true;
  return role_ == Role::kNested ? Stop("pickle.frame", "the frame of a nested pickle goes on after its STOP")
                                : Stop("pickle.trailing", "the last frame goes on after STOP");
}

bool Machine::OnRefused(int) { return Stop("pickle.opcode", Here("stands in the stream, which no pickler writes")); }

// ---- Values that are not in the stream: whoever loads it has to bring them ----

bool Machine::PushUnread(std::string code, std::string message, std::string help) {
  const Id id = context_.Unread(std::move(code), start_, std::move(message), std::move(help));
  return id != kNoId && PushId(id);
}

bool Machine::OnPersistent(int in_line) {
  if (in_line ? !reader_.Line() : !Reach(1)) return in_line && CutShort();
  if (!in_line) Pop();
  return PushUnread("pickle.persistent_id", Here("names a value that is not in the pickle, as PyTorch's do"),
                    "Save the model with pickle.dump or joblib.dump alone.");
}

bool Machine::OnExtension(int width) {
  if (!Length(width)) return CutShort();
  return PushUnread("pickle.opcode", Here("names a class by a number that only the writer's process knows"),
                    "Save the model without copyreg.add_extension.");
}

bool Machine::OnNextBuffer(int) {
  return PushUnread("pickle.opcode", Here("takes an array that was not put into the file"),
                    "Save the model without a buffer_callback.");
}

bool Machine::OnReadonlyBuffer(int) {
  if (!Reach(1)) return false;
  return IsUnread(context_.graph[stack_.back()]) || Stop("pickle.opcode", Here("without NEXT_BUFFER"));
}

// ---- Stack ----

bool Machine::Push(NewNode node) {
  node.offset = start_;
  const Id id = context_.Add(std::move(node));
  return id != kNoId && PushId(id);
}

bool Machine::Reach(size_t count) {
  const size_t floor = marks_.empty() ? 0 : marks_.back();
  if (stack_.size() - floor >= count) return true;
  return Stop("pickle.stack",
              Here("needs ") + std::to_string(count) + " values and finds " + std::to_string(stack_.size() - floor));
}

bool Machine::PopToMark(std::vector<Id>& items) {
  if (marks_.empty()) return Stop("pickle.stack", Here("finds no MARK"));
  items.assign(stack_.begin() + static_cast<ptrdiff_t>(marks_.back()), stack_.end());
  stack_.resize(marks_.back());
  marks_.pop_back();
  return true;
}

bool Machine::OnPopMark(int) {
  std::vector<Id> items;
  return PopToMark(items);
}

bool Machine::OnMark(int) {
  marks_.push_back(stack_.size());
  return true;
}

// On an empty part of the stack POP takes the mark, as in Python: so ends a tuple that contains itself.
bool Machine::OnPop(int) {
  if (!marks_.empty() && marks_.back() == stack_.size()) {
    marks_.pop_back();
    return true;
  }
  if (!Reach(1)) return false;
  Pop();
  return true;
}

// ---- Memo ----

bool Machine::Memoize(uint64_t index) {
  if (!Reach(1)) return false;
  // Picklers count up, at most one for each value.
  if (index > operations_) {
    return Stop("pickle.memo",
                Here("sets entry ") + std::to_string(index) + " after " + std::to_string(operations_) + " operations");
  }
  if (index >= memo_.size()) memo_.resize(index + 1, kNoId);
  if (memo_[index] != kNoId) return Stop("pickle.memo", Here("sets entry ") + std::to_string(index) + " again");
  memo_[index] = stack_.back();
  ++memo_count_;
  return true;
}

bool Machine::Recall(uint64_t index) {
  if (index >= memo_.size() || memo_[index] == kNoId) {
    return Stop("pickle.memo", Here("gets entry ") + std::to_string(index) + ", which was never set");
  }
  const Node& node = context_.graph[memo_[index]];
  // The entry holds the wrapper, not its array; no joblib reads it back, and used twice it would be two arrays.
  if (saw_wrapper_ && node.kind == Kind::kObject && node.module.starts_with("joblib.numpy_pickle")) {
    return Stop("pickle.memo", Here("gets entry ") + std::to_string(index) + ", a joblib array wrapper");
  }
  return PushId(memo_[index]);
}

bool Machine::OnMemoize(int) { return Memoize(memo_count_); }

bool Machine::OnPut(int width) {
  const auto index = Length(width);
  return index ? Memoize(*index) : CutShort();
}

bool Machine::OnGet(int width) {
  const auto index = Length(width);
  return index ? Recall(*index) : CutShort();
}

bool Machine::OnPutLine(int) {
  const auto line = reader_.Line();
  if (!line) return CutShort();
  const auto index = ParseIndex(*line);
  if (!index) return Stop("pickle.memo", Here("has no index"));
  return Memoize(*index);
}

bool Machine::OnGetLine(int) {
  const auto line = reader_.Line();
  if (!line) return CutShort();
  const auto index = ParseIndex(*line);
  if (!index) return Stop("pickle.memo", Here("has no index"));
  return Recall(*index);
}

}  // namespace pratique::pickle
