// What Python's own unpicklers would do with a stream: the judge of what is a pickle, and of what stands behind an
// oddity at which the machine ends.
//
// Guarantees: whatever CPython's _pickle or pickle._Unpickler would import or call is seen, up to where both would have
//   failed, and behind each STOP for those who load twice. Work and memory are proportional to the stream.
// Does NOT guarantee: that Python gets as far. Where the two differ, or where it depends on values that are not
// followed
//   (the kind of a list's items, the arguments of a call), the walk goes on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pratique/rejection.h"

namespace pratique::pickle {

struct Traced {
  struct Named {
    std::string_view module, name;  // canonical (names.h)
    uint64_t offset = 0;
    bool called = false;
  };
  // It would import a module, or call something, before it fails.
  bool acts = false;
  // Its first pickle ends in a STOP, with a container or a name in it: text is never that.
  bool is_value = false;
  // The bytes ended before anything was decided: more of the stream can say more.
  bool cut = false;
  std::vector<Named> names;  // in the order in which they would be imported
  // The worst of its calls: of a known means of attack, else the first that no model needs.
  std::optional<Rejection> worst;
  std::deque<std::string> kept;  // what `names` view, beside the stream
};

// `whole`: nothing follows `stream`, so that a line may end where it does, as pickle._Unpickler reads it.
Traced Trace(std::span<const std::byte> stream, bool whole);

}  // namespace pratique::pickle
