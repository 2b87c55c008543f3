#include "state/layout.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "aligned_memory.h"
#include "pratique/rejection.h"

namespace pratique {
namespace {

using reflection::BaseType;

// All spans and string views of a state have this layout.
using View = std::span<const std::byte>;

const std::byte* MemberAt(const FieldPlan& f, const void* state) {
  return static_cast<const std::byte*>(state) + f.offset;
}

View ViewOf(const FieldPlan& f, const void* state) {
  if (f.kind == MemberKind::kString) {
    const auto& text = *reinterpret_cast<const std::string_view*>(MemberAt(f, state));
    return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
  }
  return *reinterpret_cast<const View*>(MemberAt(f, state));
}

bool EqualsDefault(const FieldPlan& f, const void* state) {
  return ByType(f.base, [&](auto zero) {
    using T = decltype(zero);
    T value, fallback;
    if constexpr (std::is_floating_point_v<T>)
      fallback = static_cast<T>(f.default_real);
    else
      fallback = static_cast<T>(f.default_integer);
    std::memcpy(&value, MemberAt(f, state), sizeof value);
    return std::memcmp(&value, &fallback, sizeof value) == 0;
  });
}

bool Present(const FieldPlan& f, const void* state) {
  if (f.kind == MemberKind::kScalar) return !EqualsDefault(f, state);
  if (f.kind == MemberKind::kTable) return true;
  return ViewOf(f, state).data() != nullptr;
}

uint64_t RootPosition(const Plan& plan) { return plan.identifier.empty() ? 0 : 4; }

// --- sinks: what to do with each run of bytes, in ascending order but for offsets, which are patched ----------------

struct Measure {
  uint64_t end = 0;
  void Put(uint64_t position, const void*, uint64_t size) { end = std::max(end, position + size); }
  void Zero(uint64_t position, uint64_t size) { end = std::max(end, position + size); }
};

struct Write {
  std::string& out;  // zeroed
  void Put(uint64_t position, const void* data, uint64_t size) {
    if (size) std::memcpy(out.data() + position, data, size);
  }
  void Zero(uint64_t, uint64_t) {}
};

struct Compare {
  std::span<const std::byte> segment;
  uint64_t end = 0;
  uint64_t first_difference = kNone;
  static constexpr uint64_t kNone = UINT64_MAX;

  void Differ(uint64_t position) { first_difference = std::min(position, first_difference); }
  bool Inside(uint64_t position, uint64_t size) {
    end = std::max(end, position + size);
    if (end <= segment.size()) return true;
    Differ(segment.size());
    return false;
  }
  void Put(uint64_t position, const void* data, uint64_t size) {
    if (!Inside(position, size) || data == segment.data() + position) return;  // a view of these very bytes
    if (size && std::memcmp(segment.data() + position, data, size) != 0) Differ(position);
  }
  void Zero(uint64_t position, uint64_t size) {
    if (!Inside(position, size)) return;
    for (uint64_t i = 0; i < size; ++i) {
      if (segment[position + i] != std::byte{0}) return Differ(position + i);
    }
  }
};

template <class Sink>
class Layout {
 public:
  explicit Layout(Sink& sink) : sink_(sink) {}

  // A table with a file identifier is size-prefixed; positions, and so alignment, count from the prefix.
  void Root(const Plan& plan, const void* state) {
    const uint64_t start = RootPosition(plan);
    cursor_ = start + 4;
    if (!plan.identifier.empty()) {
      sink_.Put(cursor_, plan.identifier.data(), 4);
      cursor_ += 4;
    }
    Number<uint32_t>(start, Table(plan, state) - start);
    if (start != 0) Number<uint32_t>(0, cursor_ - start);
  }

 private:
  template <class T>
  void Number(uint64_t position, uint64_t value) {
    T number = static_cast<T>(value);
    sink_.Put(position, &number, sizeof number);
  }
  void AlignTo(uint64_t alignment) {
    uint64_t aligned = (cursor_ + alignment - 1) / alignment * alignment;
    if (aligned != cursor_) sink_.Zero(cursor_, aligned - cursor_);
    cursor_ = aligned;
  }

  // Writes the table and all its children; returns where the table begins.
  uint64_t Table(const Plan& plan, const void* state) {
    // Positions of the inline fields follow from the vtable's size, which follows from the last present field.
    uint16_t vtable_size = 4;
    for (const FieldPlan& f : plan.fields) {
      if (Present(f, state)) vtable_size = f.slot + 2;
    }
    AlignTo(4);
    const uint64_t vtable = cursor_;
    AlignAfter(vtable_size);
    const uint64_t table = cursor_;
    cursor_ += 4;
    std::vector<uint64_t> positions(plan.fields.size(), 0);
    for (size_t i = 0; i < plan.fields.size(); ++i) {
      const FieldPlan& f = plan.fields[i];
      if (!Present(f, state)) continue;
      const uint32_t size = f.kind == MemberKind::kScalar ? f.element_size : 4;
      AlignTo(size);
      positions[i] = cursor_;
      if (f.kind == MemberKind::kScalar) sink_.Put(cursor_, MemberAt(f, state), size);
      cursor_ += size;
    }
    Number<uint16_t>(vtable, vtable_size);
    Number<uint16_t>(vtable + 2, cursor_ - table);
    for (size_t i = 0; i < plan.fields.size() && plan.fields[i].slot < vtable_size; ++i) {
      Number<uint16_t>(vtable + plan.fields[i].slot, positions[i] ? positions[i] - table : 0);
    }
    Number<int32_t>(table, table - vtable);
    for (size_t i = 0; i < plan.fields.size(); ++i) {
      if (positions[i] == 0 || plan.fields[i].kind == MemberKind::kScalar) continue;
      Number<uint32_t>(positions[i], Child(plan.fields[i], state) - positions[i]);
    }
    return table;
  }
  void AlignAfter(uint64_t size) {
    cursor_ += size;
    AlignTo(4);
  }

  uint64_t Child(const FieldPlan& f, const void* state) {
    const View view = f.kind == MemberKind::kTable ? View() : ViewOf(f, state);
    switch (f.kind) {
      case MemberKind::kTable:
        return Table(*f.nested, MemberAt(f, state));
      case MemberKind::kString:
        return String({reinterpret_cast<const char*>(view.data()), view.size()});
      case MemberKind::kVector:
        return Vector(view.data(), view.size(), f.element_size, f.element_align);
      default:
        break;
    }
    // A vector of offsets, then what they point to.
    AlignTo(4);
    const uint64_t count = cursor_;
    Number<uint32_t>(count, view.size());
    cursor_ += 4 + 4 * view.size();
    for (size_t i = 0; i < view.size(); ++i) {
      const uint64_t slot = count + 4 + 4 * i;
      const uint64_t target = f.kind == MemberKind::kStrings
                                  ? String(reinterpret_cast<const std::string_view*>(view.data())[i])
                                  : Table(*f.nested, view.data() + i * f.info->size);
      Number<uint32_t>(slot, target - slot);
    }
    return count;
  }
  uint64_t String(std::string_view text) {
    const uint64_t position = Vector(text.data(), text.size(), 1, 1);
    sink_.Zero(cursor_, 1);
    cursor_ += 1;
    return position;
  }
  uint64_t Vector(const void* data, uint64_t count, uint64_t element_size, uint64_t element_align) {
    AlignTo(4);
    cursor_ += 4;
    const uint64_t after = cursor_;
    const uint64_t start = (after + element_align - 1) / element_align * element_align;
    if (start != after) sink_.Zero(after - 4, start - after);
    Number<uint32_t>(start - 4, count);
    sink_.Put(start, data, count * element_size);
    cursor_ = start + count * element_size;
    return start - 4;
  }

  Sink& sink_;
  uint64_t cursor_ = 0;
};

constexpr uint64_t kMaxSegment = (uint64_t{1} << 31) - 1;

class Decoder {
 public:
  Decoder(Arena& arena) : arena_(arena) {}

  std::optional<Violation> Table(const Plan& plan, const flatbuffers::Table& table, std::byte* state) {
    if (flatbuffers::ReadScalar<uint16_t>(table.GetVTable()) > plan.vtable_size) {
      return Violation{"", "newer",
                       absl::StrCat("a vtable of ", flatbuffers::ReadScalar<uint16_t>(table.GetVTable()), " bytes"),
                       absl::StrCat("at most ", plan.vtable_size)};
    }
    for (const FieldPlan& f : plan.fields) {
      if (auto violation = Field(f, table, state + f.offset)) return violation;
    }
    return std::nullopt;
  }

 private:
  using Offsets = flatbuffers::Vector<flatbuffers::uoffset_t>;

  std::optional<Violation> Field(const FieldPlan& f, const flatbuffers::Table& table, std::byte* member) {
    if (f.kind == MemberKind::kScalar) {
      ByType(f.base, [&](auto zero) {
        using T = decltype(zero);
        T fallback;
        if constexpr (std::is_floating_point_v<T>)
          fallback = static_cast<T>(f.default_real);
        else
          fallback = static_cast<T>(f.default_integer);
        const uint8_t* address = table.GetAddressOf(f.slot);
        if (address) std::memcpy(&fallback, address, sizeof fallback);
        std::memcpy(member, &fallback, sizeof fallback);
      });
      return std::nullopt;
    }
    const auto* target = table.GetPointer<const uint8_t*>(f.slot);
    if (target == nullptr) return std::nullopt;
    const auto* vector = reinterpret_cast<const flatbuffers::VectorOfAny*>(target);
    switch (f.kind) {
      case MemberKind::kTable: {
        auto violation = Table(*f.nested, *reinterpret_cast<const flatbuffers::Table*>(target), member);
        return Below(f.name, std::move(violation));
      }
      case MemberKind::kString: {
        std::string_view text(reinterpret_cast<const char*>(vector->Data()), vector->size());
        std::memcpy(member, &text, sizeof text);
        return std::nullopt;
      }
      case MemberKind::kVector: {
        if (reinterpret_cast<uintptr_t>(vector->Data()) % f.element_align != 0) {
          return Violation{f.name, "aligned",
                           absl::StrCat("an address at ", reinterpret_cast<uintptr_t>(vector->Data()) % f.element_align,
                                        " modulo ", f.element_align),
                           absl::StrCat("a multiple of ", f.element_align)};
        }
        std::span<const uint8_t> view(vector->Data(), vector->size());
        std::memcpy(member, &view, sizeof view);
        return std::nullopt;
      }
      case MemberKind::kStrings: {
        const auto& strings =
            *reinterpret_cast<const flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>*>(target);
        auto views = arena_.New<std::string_view>(strings.size());
        for (size_t i = 0; i < views.size(); ++i) views[i] = {strings.Get(i)->c_str(), strings.Get(i)->size()};
        Strings span = views;
        std::memcpy(member, &span, sizeof span);
        return std::nullopt;
      }
      default:
        return Tables(f, target, member);
    }
  }

  std::optional<Violation> Tables(const FieldPlan& f, const uint8_t* target, std::byte* member) {
    const auto& tables = *reinterpret_cast<const flatbuffers::Vector<flatbuffers::Offset<flatbuffers::Table>>*>(target);
    auto states = arena_.New<std::byte>(tables.size() * f.info->size);
    for (size_t i = 0; i < tables.size(); ++i) {
      auto violation = Table(*f.nested, *tables.Get(i), states.data() + i * f.info->size);
      if (violation) return Below(absl::StrCat(f.name, "[", i, "]"), std::move(violation));
    }
    View span(states.data(), tables.size());  // counts structs, as every span of the state does
    std::memcpy(member, &span, sizeof span);
    return std::nullopt;
  }

  static std::optional<Violation> Below(const std::string& path, std::optional<Violation> violation) {
    if (violation) violation->field = violation->field.empty() ? path : absl::StrCat(path, ".", violation->field);
    return violation;
  }

  Arena& arena_;
};

}  // namespace

std::optional<Violation> Decode(const Plan& plan, std::span<const std::byte> segment, void* state, Arena& arena) {
  return Decoder(arena).Table(plan, *flatbuffers::GetRoot<flatbuffers::Table>(segment.data() + RootPosition(plan)),
                              static_cast<std::byte*>(state));
}

uint64_t EncodedSize(const Plan& plan, const void* state) {
  Measure measure;
  Layout(measure).Root(plan, state);
  return measure.end;
}

absl::StatusOr<std::string> Encode(const Plan& plan, const void* state) {
  const uint64_t size = EncodedSize(plan, state);
  if (size > kMaxSegment) {
    return ToStatus({.stage = Stage::kContainer,
                     .reason = Reason::kLimit,
                     .code = "limit.segment",
                     .message = absl::StrCat(plan.table, ": ", size, " bytes; a segment holds at most 2 GiB")});
  }
  std::string out;
  out.reserve(size);
  AskForHugePages(out.data(), size);
  out.resize(size);
  Write write{out};
  Layout(write).Root(plan, state);
  return out;
}

std::optional<uint64_t> FirstNonCanonicalByte(const Plan& plan, const void* state, std::span<const std::byte> segment) {
  Compare compare{segment};
  Layout(compare).Root(plan, state);
  if (compare.end < segment.size()) compare.Differ(compare.end);
  if (compare.first_difference == Compare::kNone) return std::nullopt;
  return compare.first_difference;
}

}  // namespace pratique
