#include "import/value/context.h"

#include <cstring>

namespace pratique::pickle {

bool Context::Fail(Reason reason, std::string code, uint64_t offset, std::string message, std::string help,
                   std::string got) {
  if (failure_) return false;
  failure_ = Rejection{.stage = Stage::kContainer,
                       .reason = reason,
                       .code = std::move(code),
                       .offset = offset,
                       .got = std::move(got),
                       .message = std::move(message),
                       .help = std::move(help)};
  return false;
}

Id Context::AddUnread(uint64_t offset) {
  NewNode node;
  node.kind = Kind::kObject;
  node.made = graph::Made::kOther;
  node.offset = offset;
  return Add(std::move(node));
}

Id Context::Unread(std::string code, uint64_t offset, std::string message, std::string help) {
  const Id id = AddUnread(offset);
  if (id != kNoId) Discard(id, std::move(code), offset, std::move(message), std::move(help));
  return id;
}

bool Context::Discard(Id id, std::string code, uint64_t offset, std::string message, std::string help) {
  graph::Stored& inert = graph.At(id);
  inert = {};
  inert.kind = Kind::kObject;
  inert.made = graph::Made::kOther;
  inert.offset = offset;
  if (unread_) return true;
  unread_ = Rejection{.stage = Stage::kContainer,
                      .reason = Reason::kUnsupported,
                      .code = std::move(code),
                      .offset = offset,
                      .message = std::move(message),
                      .help = std::move(help)};
  return true;
}

// Behind something unread the rest can look broken, and says nothing then.
const std::optional<Rejection>& Context::failure() const {
  const bool outweighs = failure_ && (failure_->reason == Reason::kDangerous ||
                                      failure_->reason == Reason::kUnknownCall || failure_->reason == Reason::kLimit);
  return unread_ && !outweighs ? unread_ : failure_;
}

bool Context::ChargeMemory(uint64_t bytes, uint64_t offset) {
  memory_ += bytes;
  if (memory_ <= limits.memory) return true;
  return Fail(Reason::kLimit, "limit.memory", offset,
              "the graph needs more than the limit memory = " + std::to_string(limits.memory) + " bytes",
              "If you expect a model this large, raise limits.memory in the policy.");
}

bool Context::ChargeUnfolded(uint64_t bytes, uint64_t offset) {
  // A Python 2 string is decoded, encoded and then viewed: three times. No overflow: both terms are below the bound.
  const uint64_t bound = 4 * stream_bytes_;
  if (bytes <= bound && (unfolded_ += bytes) <= bound) return true;
  return Fail(Reason::kMalformed, std::string(unfolds_), offset,
              "more is said than the stream of " + std::to_string(stream_bytes_) +
                  " bytes holds: a list or buffer is used again and again",
              "No honest writer does this. Do not load the file.");
}

// What a value takes, its share of the machine's stack and memo included.
static uint64_t SizeOf(const NewNode& node) {
  constexpr uint64_t kHeap = 16;  // what the allocator adds
  const uint64_t ids = node.items.capacity() + node.list_items.capacity() + node.dict_items.capacity();
  uint64_t size = sizeof(graph::Stored) + 4 * sizeof(Id) + ids * sizeof(Id) + (ids > 0 ? kHeap : 0);
  if (node.IsWide()) size += sizeof(graph::Rare) + kHeap + node.shape.capacity() * sizeof(uint64_t);
  return size;
}

Id Context::Add(NewNode node) {
  const uint64_t offset = node.offset;
  if (graph.size() >= limits.values || graph.size() >= kNoId) {
    Fail(Reason::kLimit, "limit.values", offset,
         "more than the limit values = " + std::to_string(limits.values) + " values",
         "If you expect a model this large, raise limits.values in the policy.");
    return kNoId;
  }
  if (!ChargeMemory(SizeOf(node), offset)) return kNoId;
  return graph.Add(std::move(node));
}

void Context::CountGlobal(std::string_view module, std::string_view name, uint64_t offset, bool called) {
  const auto [at, added] = globals_.try_emplace({module, name}, graph.globals.size());
  if (added) graph.globals.push_back({std::string(module), std::string(name), offset, 0, false});
  graph::Graph::Global& global = graph.globals[at->second];
  if (called) {
    global.called = true;
  } else {
    ++global.count;
  }
}

std::string Describe(const Node& node) {
  switch (node.kind) {
    case Kind::kNone:
      return "None";
    case Kind::kBool:
      return "a bool";
    case Kind::kInt:
    case Kind::kBigInt:
      return "an int";
    case Kind::kFloat:
      return "a float";
    case Kind::kStr:
      return "a str";
    case Kind::kBytes:
      return "bytes";
    case Kind::kList:
      return "a list";
    case Kind::kTuple:
      return "a tuple of " + std::to_string(node.items.size());
    case Kind::kSet:
      return "a set";
    case Kind::kDict:
      return "a dict";
    case Kind::kDType:
      return "a dtype";
    case Kind::kArray:
      return node.is_scalar ? "a numpy scalar" : "an array";
    case Kind::kGlobal:
      return "the name " + Escape(node.module) + "." + Escape(node.name);
    case Kind::kObject:
      if (IsUnread(node)) return "a value that is not read";
      return "a " + Escape(node.module) + "." + Escape(node.name);
  }
  return "a value";
}

bool IsUtf8(std::string_view text) {
  const auto* p = reinterpret_cast<const uint8_t*>(text.data());
  const auto* const end = p + text.size();
  while (p < end) {
    if (end - p >= 8) {
      uint64_t word;
      std::memcpy(&word, p, 8);
      if ((word & 0x8080808080808080u) == 0) {
        p += 8;
        continue;
      }
    }
    if (*p < 0x80) {
      ++p;
      continue;
    }
    if (*p >= 0xC2 && *p < 0xE0 && end - p >= 2 && (p[1] & 0xC0) == 0x80) {
      p += 2;
      continue;
    }
    const int extra = *p >= 0xF0 ? 3 : *p >= 0xE0 ? 2 : 1;
    if (*p < 0xC2 || *p > 0xF4 || end - p <= extra) return false;
    for (int i = 1; i <= extra; ++i)
      if ((p[i] & 0xC0) != 0x80) return false;
    // Overlong forms, surrogates, and beyond U+10FFFF.
    if ((*p == 0xE0 && p[1] < 0xA0) || (*p == 0xED && p[1] > 0x9F)) return false;
    if ((*p == 0xF0 && p[1] < 0x90) || (*p == 0xF4 && p[1] > 0x8F)) return false;
    p += extra + 1;
  }
  return true;
}

std::optional<std::string> EncodeLatin1(std::string_view utf8) {
  std::string bytes(utf8.size(), '\0');  // no character of Latin-1 is shorter in UTF-8
  char* out = bytes.data();
  const char* in = utf8.data();
  for (const char* const end = in + utf8.size(); in < end;) {
    const auto c = static_cast<uint8_t>(*in++);
    if (c < 0x80) {
      *out++ = static_cast<char>(c);
    } else if ((c == 0xC2 || c == 0xC3) && in < end) {
      *out++ = static_cast<char>(((c & 3) << 6) | (static_cast<uint8_t>(*in++) & 0x3F));
    } else {
      return std::nullopt;
    }
  }
  bytes.resize(static_cast<size_t>(out - bytes.data()));
  return bytes;
}

bool AppendUtf8(std::string& text, uint32_t c) {
  if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) return false;
  if (c < 0x80) {
    text += static_cast<char>(c);
  } else if (c < 0x800) {
    text += {static_cast<char>(0xC0 | (c >> 6)), static_cast<char>(0x80 | (c & 0x3F))};
  } else if (c < 0x10000) {
    text += {static_cast<char>(0xE0 | (c >> 12)), static_cast<char>(0x80 | ((c >> 6) & 0x3F)),
             static_cast<char>(0x80 | (c & 0x3F))};
  } else {
    text += {static_cast<char>(0xF0 | (c >> 18)), static_cast<char>(0x80 | ((c >> 12) & 0x3F)),
             static_cast<char>(0x80 | ((c >> 6) & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
  }
  return true;
}

}  // namespace pratique::pickle
