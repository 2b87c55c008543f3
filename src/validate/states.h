// What a Validated owns: the decoded states and what each object promises its owner.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "state/arena.h"
#include "type/class.h"
#include "type/signature.h"

namespace pratique {

struct States {
  Arena arena;                                  // views of text and nested tables, inflated segments, the states
  std::vector<void*> states;                    // one per object, of its form's struct
  std::vector<Signature> signatures;            // one per object
  std::vector<std::vector<uint32_t>> children;  // per object, in file order
};

// "model.steps[1] RandomForestClassifier": the roles from the root down, then the class. Roles are escaped.
std::string PathOf(std::span<const ObjectRecord> objects, size_t index);

}  // namespace pratique
