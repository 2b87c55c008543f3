// One .prq into another that stays a .prq: manifest and states are taken apart, something is changed in one of them,
// and all is written again in canonical form, under digests that are right. So what is changed reaches the stage that
// must refuse it.
#pragma once

#include <array>
#include <cstring>
#include <functional>
#include <random>
#include <string>
#include <string_view>

#include "container/writer.h"
#include "fuzz/violations.h"
#include "pratique/pratique.h"
#include "registry/program_types.h"
#include "state/layout.h"
#include "type/class.h"
#include "validate/states.h"

namespace pratique::fuzz {

class PrqMutator {
 public:
  // Changes bytes within at most `most` of them: libFuzzer's LLVMFuzzerMutate.
  using Bytes = std::function<std::string(std::string bytes, size_t most)>;
  PrqMutator(uint64_t seed, Bytes bytes) : random_(seed), bytes_(std::move(bytes)) {}

  // What was changed, beside the file: for tests.
  enum class Change {
    kBytes,
    kRule,
    kValue,
    kState,
    kType,
    kOwner,
    kRole,
    kDropped,
    kRepeated,
    kTaken,
    kClaims,
    kCodec
  };
  struct Made {
    Change change;
    std::string prq;
  };

  // `other`: a second file, parts of which may be taken over; "" for none. What is no .prq is changed as bytes.
  Made Mutate(const std::string& prq, const std::string& other, size_t most) {
    std::optional<FileToWrite> parts = PartsOf(prq);
    if (!parts || Below(16) == 0) return {Change::kBytes, bytes_(prq, most)};
    if (std::optional<FileToWrite> more = PartsOf(other)) others_ = std::move(more->objects);
    const Change change = MutateParts(*parts, prq, most);
    absl::StatusOr<std::string> written = WriteFile(*parts);
    if (!written.ok() || written->size() > most) return {Change::kBytes, bytes_(prq, most)};
    return {change, *std::move(written)};
  }

 private:
  size_t Below(size_t n) { return n == 0 ? 0 : random_() % n; }

  static std::optional<FileToWrite> PartsOf(const std::string& prq) {
    const absl::StatusOr<File> file = Open(std::as_bytes(std::span(prq)));
    if (!file.ok()) return std::nullopt;
    absl::StatusOr<FileToWrite> parts = Unpack(*file);
    return parts.ok() ? std::optional(*std::move(parts)) : std::nullopt;
  }

  Change MutateParts(FileToWrite& parts, const std::string& prq, size_t most) {
    const size_t i = Below(parts.objects.size());
    ObjectToWrite& object = parts.objects[i];
    const ObjectToWrite& sibling = parts.objects[Below(parts.objects.size())];
    switch (Below(14)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return BreakRule(prq, i, object) ? Change::kRule : BytesOfState(object, most);
      case 4:
      case 5:
        return Value(object) ? Change::kValue : BytesOfState(object, most);
      case 6:
        return BytesOfState(object, most);
      case 7:
        object.type = Below(2) ? sibling.type : AnyType();
        return Change::kType;
      case 8:
        object.owner = static_cast<uint32_t>(Below(parts.objects.size() + 2));
        return Change::kOwner;
      case 9:
        object.role = Below(2) ? sibling.role : bytes_(object.role, 64);
        return Change::kRole;
      case 10:
        return Drop(parts, i);
      case 11:
        return Repeat(parts, i);
      case 12:
        return Take(object);
      default:
        if (Below(2)) {
          parts.compress = !parts.compress;
          return Change::kCodec;
        }
        (Below(2) ? parts.metadata : object.params) = bytes_(parts.metadata, 256);
        return Change::kClaims;
    }
  }

  // The smallest breach of one rule of the schema (violations.h), in a state that is proven.
  bool BreakRule(const std::string& prq, size_t i, ObjectToWrite& object) {
    absl::StatusOr<File> file = Open(std::as_bytes(std::span(prq)));
    if (!file.ok()) return false;
    absl::StatusOr<Audited> audited = Audit(*std::move(file), Policy(), ProgramTypes());
    if (!audited.ok()) return false;
    absl::StatusOr<Validated> validated = Validate(*std::move(audited));
    if (!validated.ok()) return false;
    const Plan& plan = validated->audited().classes()[i]->form->plan();
    Arena arena;
    const auto defects = testing::ViolationMaker(arena).Make(plan, validated->states().states[i]);
    if (defects.empty()) return false;
    absl::StatusOr<std::string> state = Encode(plan, defects[Below(defects.size())].state);
    if (state.ok()) object.state = *std::move(state);
    return state.ok();
  }

  // A number of the state, at a multiple of its size, becomes one that sizes, indexes and sums go wrong at.
  bool Value(ObjectToWrite& object) {
    static constexpr std::array<uint64_t, 16> kEdges = {0,
                                                        1,
                                                        2,
                                                        0x7f,
                                                        0xff,
                                                        0x7fff,
                                                        0xffff,
                                                        0x7fffffff,
                                                        0x80000000,
                                                        0xffffffff,
                                                        0x7f800000,
                                                        0x7fc00000,
                                                        0x3ff0000000000000,
                                                        0x7fefffffffffffff,
                                                        0x7ff0000000000000,
                                                        0x8000000000000001};
    const size_t width = size_t{1} << (1 + Below(3));
    if (object.state.size() < width) return false;
    const size_t at = Below(object.state.size() / width) * width;
    uint64_t value = 0;
    std::memcpy(&value, object.state.data() + at, width);
    switch (Below(4)) {
      case 0:
        ++value;
        break;
      case 1:
        --value;
        break;
      default:
        value = kEdges[Below(kEdges.size())];
    }
    std::memcpy(object.state.data() + at, &value, width);
    return true;
  }

  Change BytesOfState(ObjectToWrite& object, size_t most) {
    object.state = bytes_(std::move(object.state), most);
    return Change::kState;
  }

  std::string AnyType() {
    const auto classes = ProgramTypes().classes();
    return std::string(classes[Below(classes.size())]->name);
  }

  // Owners count objects: those behind move.
  static Change Drop(FileToWrite& parts, size_t i) {
    if (parts.objects.size() < 2 || i + 1 == parts.objects.size()) return Change::kOwner;
    parts.objects.erase(parts.objects.begin() + static_cast<ptrdiff_t>(i));
    for (ObjectToWrite& object : parts.objects) object.owner -= object.owner > i + 1;
    return Change::kDropped;
  }

  static Change Repeat(FileToWrite& parts, size_t i) {
    ObjectToWrite copy = parts.objects[i];
    if (copy.owner == 0) copy.owner = static_cast<uint32_t>(parts.objects.size());
    for (ObjectToWrite& object : parts.objects) object.owner += object.owner > i;
    copy.owner += copy.owner > i;
    parts.objects.insert(parts.objects.begin() + static_cast<ptrdiff_t>(i), std::move(copy));
    return Change::kRepeated;
  }

  // The state of another file's object, of the same type where there is one.
  Change Take(ObjectToWrite& object) {
    if (others_.empty()) return Change::kClaims;
    const ObjectToWrite* from = &others_[Below(others_.size())];
    for (const ObjectToWrite& other : others_) {
      if (other.type == object.type && Below(2) == 0) from = &other;
    }
    object.state = from->state;
    if (Below(4) == 0) object.type = from->type;
    return Change::kTaken;
  }

  std::mt19937_64 random_;
  Bytes bytes_;
  std::vector<ObjectToWrite> others_;
};

}  // namespace pratique::fuzz
